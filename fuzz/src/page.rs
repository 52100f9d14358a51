//! How GitHub reads a summary: its Markdown, and what it looks for in the finished page.
//!
//! <https://github.github.com/gfm/>, <https://docs.github.com/get-started/writing-on-github>

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};

/// A summary as it is seen.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What it is built of, in its order: all but plain text, names set as code, and paragraphs.
    pub parts: Vec<String>,
    /// All the text in it, code included.
    pub text: String,
    /// The text in which mentions and references become links.
    pub prose: Vec<String>,
    /// Blocks with the name of what is in them.
    pub blocks: Vec<(String, String)>,
}

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

/// Reads `markdown`.
pub fn read(markdown: &str) -> Page {
    let arena = Arena::new();
    let mut page = Page::default();
    for node in parse_document(&arena, markdown, &options()).descendants() {
        page.take(&node.data.borrow().value);
    }
    page
}

impl Page {
    fn take(&mut self, value: &NodeValue) {
        // What stands in two blocks is read as two texts.
        if value.block() {
            self.text.push('\n');
        }
        match value {
            NodeValue::Text(text) => {
                self.text.push_str(text);
                self.prose.push(text.to_string());
            }
            NodeValue::Code(code) => self.text.push_str(&code.literal),
            NodeValue::HtmlInline(html) if html == "<code>" || html == "</code>" => {}
            NodeValue::Document | NodeValue::Paragraph | NodeValue::Escaped => {}
            NodeValue::CodeBlock(block) => {
                self.text.push_str(&block.literal);
                let (kind, text) = (block.info.clone(), block.literal.clone());
                self.parts.push(format!("block of {kind}"));
                self.blocks.push((kind, text));
            }
            NodeValue::Link(link) => {
                // Which port a sandbox is behind is chance.
                let host = link.url.split(['/', '?', '#']).nth(2).unwrap_or_default();
                let host = host.split(':').next().unwrap_or_default();
                self.parts.push(format!("link to {host}"));
            }
            NodeValue::Heading(heading) => self.parts.push(format!("heading {}", heading.level)),
            NodeValue::Table(table) => {
                self.parts
                    .push(format!("table of {} columns", table.num_columns));
            }
            NodeValue::TableRow(_) => self.parts.push("row".to_owned()),
            NodeValue::TableCell => self.parts.push("cell".to_owned()),
            NodeValue::List(_) => self.parts.push("list".to_owned()),
            NodeValue::Item(_) => self.parts.push("item".to_owned()),
            other => self.parts.push(format!("{other:?}")),
        }
    }

    /// What GitHub would make a mention or a reference of.
    pub fn references(&self) -> Vec<&str> {
        let prose = self.prose.iter().map(String::as_str);
        prose.filter(|text| refers(text)).collect()
    }
}

/// `@name`, `#12` and `GH-12`.
fn refers(text: &str) -> bool {
    let named = |(at, _): (usize, &str)| {
        let after = text[at + 1..].chars().next();
        after.is_some_and(char::is_alphanumeric)
    };
    let numbered = |(at, sign): (usize, &str)| {
        let after = text[at + sign.len()..].chars().next();
        after.is_some_and(|after| after.is_ascii_digit())
    };
    text.match_indices('@').any(named)
        || text.match_indices('#').any(numbered)
        || text.match_indices("GH-").any(numbered)
}

/// What is wrong with a Mermaid timeline: a line that is neither a setting, a section nor a bar.
pub fn odd_line(timeline: &str) -> Option<&str> {
    let mut lines = timeline.lines();
    let settings = [
        "gantt",
        "    dateFormat YYYY-MM-DDTHH:mm:ss",
        "    axisFormat %H:%M:%S",
        "    todayMarker off",
    ];
    for setting in settings {
        match lines.next() {
            Some(line) if line == setting => {}
            other => return Some(other.unwrap_or("nothing")),
        }
    }
    lines.find(|line| !is_section_or_bar(line))
}

fn is_section_or_bar(line: &str) -> bool {
    let is_name = |name: &str| {
        let fits = |c: char| c.is_alphanumeric() || " -_./%()".contains(c);
        !name.trim().is_empty() && name.chars().all(fits) && !name.contains("%%")
    };
    let Some(line) = line.strip_prefix("    ") else {
        return false;
    };
    if let Some(name) = line.strip_prefix("section ") {
        return is_name(name);
    }
    let Some((name, rest)) = line.split_once(" :") else {
        return false;
    };
    let rest = ["crit, ", "done, ", "active, "]
        .iter()
        .find_map(|tag| rest.strip_prefix(tag))
        .unwrap_or(rest);
    let Some((start, length)) = rest.split_once(", ") else {
        return false;
    };
    let seconds = length.strip_suffix('s').map(str::parse::<u64>);
    let is_statement = ["click ", "title ", "section "]
        .iter()
        .any(|word| name.starts_with(word));
    is_name(name) && !is_statement && start.len() == 19 && seconds.is_some_and(|it| it.is_ok())
}
