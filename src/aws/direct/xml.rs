//! An answer in XML, as far as it is read: names, texts, children. Attributes are left out, and a
//! text that ends before its elements do is no answer: the SDK's reader (`aws-smithy-xml`) takes one
//! for whole.

use anyhow::{Context as _, Result, bail, ensure};
use xmlparser::{ElementEnd, Token, Tokenizer};

/// How deep an answer may go; AWS's go six deep.
const DEEPEST: usize = 32;

/// An element with all that is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::aws) struct Element {
    name: String,
    content: String,
    children: Vec<Element>,
}

impl Element {
    /// The outermost element of a text.
    ///
    /// # Errors
    /// When it is no XML, or only the beginning of one.
    pub(in crate::aws) fn read(text: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(text).context("not UTF-8")?;
        let mut open: Vec<Self> = vec![Self::default()];
        for token in Tokenizer::from(text) {
            take(&mut open, &token?)?;
        }
        ensure!(open.len() == 1, "an element is not closed");
        let outermost = open.pop().and_then(|mut all| all.children.pop());
        outermost.context("there is no element")
    }

    /// The first child of this name.
    pub(in crate::aws) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Its own text.
    pub(in crate::aws) fn content(&self) -> &str {
        self.content.trim()
    }

    /// The text of the first child of this name.
    pub(in crate::aws) fn text(&self, name: &str) -> Option<&str> {
        self.child(name).map(Self::content)
    }

    /// The members of the list of this name.
    pub(in crate::aws) fn members(&self, name: &str) -> impl Iterator<Item = &Self> {
        let list = self.child(name).map(|list| list.children.as_slice());
        let members = list.unwrap_or_default().iter();
        members.filter(|member| member.name == "member")
    }
}

/// Takes one token into the elements that are `open`, the innermost last.
fn take(open: &mut Vec<Element>, token: &Token<'_>) -> Result<()> {
    match token {
        Token::ElementStart { local, .. } => {
            ensure!(open.len() <= DEEPEST, "elements lie too deep");
            open.push(Element {
                name: local.as_str().to_owned(),
                ..Element::default()
            });
        }
        Token::ElementEnd { end, .. } => match end {
            ElementEnd::Open => {}
            ElementEnd::Empty => close(open, None)?,
            ElementEnd::Close(_, name) => close(open, Some(name.as_str()))?,
        },
        Token::Text { text } => {
            let text = unescaped(text.as_str())?;
            innermost(open)?.content.push_str(&text);
        }
        Token::Cdata { text, .. } => innermost(open)?.content.push_str(text.as_str()),
        _ => {}
    }
    Ok(())
}

fn innermost(open: &mut [Element]) -> Result<&mut Element> {
    open.last_mut().context("text outside of the elements")
}

fn close(open: &mut Vec<Element>, name: Option<&str>) -> Result<()> {
    let done = open.pop().filter(|_| !open.is_empty());
    let done = done.context("an element is closed that is not open")?;
    ensure!(
        name.is_none_or(|name| name == done.name),
        "the element {} is not closed",
        done.name
    );
    innermost(open)?.children.push(done);
    Ok(())
}

/// `text` with its references resolved: the five that XML has by itself, and those by number.
fn unescaped(text: &str) -> Result<String> {
    let mut parts = text.split('&');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (reference, rest) = part.split_once(';').context("a reference without an end")?;
        whole.push(character(reference)?);
        whole.push_str(rest);
    }
    Ok(whole)
}

fn character(reference: &str) -> Result<char> {
    let number = match reference {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => reference.strip_prefix('#'),
    };
    let number = number.and_then(|number| match number.strip_prefix('x') {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
        None => number.parse().ok(),
    });
    match number.and_then(char::from_u32) {
        Some(character) => Ok(character),
        None => bail!("the reference &{reference}; is not known"),
    }
}

#[cfg(test)]
mod tests {
    use super::Element;
    use proptest::prelude::*;

    #[test]
    fn an_answer_is_read_as_a_tree() {
        let text = b"<?xml version=\"1.0\"?>\n<A xmlns=\"u\"><B> x &amp;&#65;&#x42;&lt; </B><L>\
            <member><C>1</C></member><member/></L><!-- no --><B>y</B></A>";
        let answer = Element::read(text).unwrap();
        assert_eq!(answer.text("B"), Some("x &AB<"));
        let members: Vec<_> = answer.members("L").map(|it| it.text("C")).collect();
        assert_eq!(members, [Some("1"), None]);
        assert_eq!(answer.members("M").count(), 0);
        assert_eq!(answer.text("L"), Some(""));
    }

    #[test]
    fn half_an_answer_is_none() {
        for text in [
            "",
            "<A>",
            "<A><B></B>",
            "<A></B></A>",
            "<A></A></A>",
            "</A>",
            "not XML",
            "<A>&nbsp;</A>",
            "<A>&amp</A>",
            "<A>&#x110000;</A>",
        ] {
            assert!(Element::read(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Element::read("<a>".repeat(100_000).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "(<a>|</a>|<b/>|&lt;|&|;|<!\\[CDATA\\[|\\]\\]>|[ -~]|\\PC){0,40}") {
            let _ = Element::read(text.as_bytes());
        }
    }
}
