use super::{Markdown, table, web_address};
use crate::report::redact::Redactor;
use crate::report::workflow_command::one_line;
use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use proptest::prelude::*;

fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.autolink = true;
    extension.table = true;
    extension.strikethrough = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.math_dollars = true;
    extension.math_code = true;
    extension.alerts = true;
    options
}

/// The kinds of nodes that GitHub's parser sees in `markdown`, beside text, and all the text.
pub(in crate::report) fn seen(markdown: &str) -> (Vec<String>, String) {
    let arena = Arena::new();
    let (mut kinds, mut text) = (Vec::new(), String::new());
    for node in parse_document(&arena, markdown, &options()).descendants() {
        match &node.data.borrow().value {
            NodeValue::Text(part) => text.push_str(part),
            NodeValue::Code(code) => {
                kinds.push("code".to_owned());
                text.push_str(&code.literal);
            }
            NodeValue::CodeBlock(block) => {
                kinds.push("block".to_owned());
                text.push_str(&block.literal);
            }
            NodeValue::HtmlInline(html) => kinds.push(html.clone()),
            // An escape that is shown as the character itself.
            NodeValue::Document | NodeValue::Paragraph | NodeValue::Escaped => {}
            other => kinds.push(format!("{other:?}")),
        }
    }
    (kinds, text)
}

fn odd_text() -> impl Strategy<Value = String> {
    "([\\\\`*_\\[\\]()<>|~#!$&:@.=+\\-{}\"' \n\r\t0-9a]|https?://|www\\.|<b>|\\[x\\]|a@b\\.cc|```|\\PC){0,30}"
}

proptest! {
    #[test]
    fn prose_is_text_and_nothing_else(text in odd_text()) {
        let redactor = Redactor::default();
        let prose = Markdown { redactor: &redactor }.prose(&text);
        let (kinds, shown) = seen(&prose);
        let code = ["code", "<code>", "</code>"];
        prop_assert!(kinds.iter().all(|kind| code.contains(&kind.as_str())), "{prose:?}: {kinds:?}");
        let bare = |text: &str| text.replace(['\u{200b}', '`', ' '], "");
        prop_assert_eq!(bare(&shown), bare(&one_line(&text)));
    }

    #[test]
    fn prose_stays_in_its_cell(text in odd_text(), name in odd_text()) {
        let redactor = Redactor::default();
        let markdown = Markdown { redactor: &redactor };
        let row = vec![markdown.prose(&text), markdown.code(&name), "x".to_owned()];
        let table = table(&["a", "b", "c"], &[row]).expect("a table");
        let cells = seen(&table).0.iter().filter(|kind| kind.starts_with("TableCell")).count();
        prop_assert_eq!(cells, 6, "{}", table);
        prop_assert_eq!(seen(&table).0.iter().filter(|kind| kind.starts_with("TableRow")).count(), 2);
    }

    #[test]
    fn names_are_code_and_nothing_else(text in odd_text()) {
        let redactor = Redactor::default();
        let (kinds, _) = seen(&Markdown { redactor: &redactor }.code(&text));
        let fine = matches!(
            kinds.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
            [] | ["code"] | ["<code>", "</code>"]
        );
        prop_assert!(fine, "{kinds:?}");
    }

    #[test]
    fn a_block_is_one_block(lines in prop::collection::vec(odd_text(), 0..4)) {
        let redactor = Redactor::default();
        let (kinds, _) = seen(&Markdown { redactor: &redactor }.block(&lines));
        prop_assert_eq!(kinds, ["block"]);
    }

    #[test]
    fn a_link_goes_where_it_says_or_nowhere(url in "https?://[a-z/()<>\"'`| \\\\?#=%]{0,20}|\\PC{0,20}") {
        let redactor = Redactor::default();
        let (kinds, _) = seen(&Markdown { redactor: &redactor }.link("name", &url));
        let links = kinds.iter().filter(|kind| kind.starts_with("Link")).count();
        prop_assert_eq!(links, usize::from(web_address(url.trim()).is_some()), "{:?}", kinds);
        prop_assert_eq!(kinds.len(), links + 1);
    }
}

#[test]
fn only_the_web_is_linked() {
    assert_eq!(web_address("javascript:alert(1)"), None);
    assert_eq!(
        web_address("https://x/a(b)|c").as_deref(),
        Some("https://x/a%28b%29%7Cc")
    );
    assert_eq!(
        web_address("https://x/a\u{7f}b\n[c]*d&copy;").as_deref(),
        Some("https://x/a%7Fb%0A%5Bc%5D%2Ad&copy%3B")
    );
}

/// Mentions and references are looked for in the finished page, where no escape is left.
#[test]
fn mentions_and_references_reach_nobody() {
    let redactor = Redactor::default();
    let markdown = Markdown {
        redactor: &redactor,
    };
    for (text, prose) in [
        ("ask @ann", "ask \\@\u{200b}ann"),
        ("as in #12", "as in \\#\u{200b}12"),
        ("a/b#12 C#", "a/b\\#\u{200b}12 C\\#"),
        (
            "gh-12 GH-12 ugh-1",
            "gh-\u{200b}12 GH-\u{200b}12 ugh-\u{200b}1",
        ),
    ] {
        assert_eq!(markdown.prose(text), prose);
    }
}
