//! Where in a document something is, as users read and write it:
//! `containerDefinitions[web].environment[PORT].value`.
//!
//! An entry of a list is told by its `name` where it has one that is no other's, else by its number
//! from 0. Keys and names that are more than letters, digits, `_` and `-` stand in quotes.

use serde_json::Value;
use std::fmt;

/// The most characters of a key or a name that are shown.
const SHOWN: usize = 64;

/// A place in a document.
#[derive(Clone, Copy)]
pub(in crate::model) enum Place<'a> {
    /// The document itself.
    Top,
    /// A place that was written out before.
    Above(&'a str),
    /// A key of the object in a place.
    Key(&'a Self, &'a str),
    /// An entry of the list in a place, by its number from 0.
    Entry(&'a Self, &'a [Value], usize),
}

impl<'a> Place<'a> {
    /// The key of the object that is here.
    pub(in crate::model) fn key(&'a self, key: &'a str) -> Self {
        Self::Key(self, key)
    }

    /// The entry of the list that is here.
    pub(in crate::model) fn entry(&'a self, list: &'a [Value], index: usize) -> Self {
        Self::Entry(self, list, index)
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Top => Ok(()),
            Self::Above(written) => f.write_str(written),
            Self::Key(above, key) => {
                above.fmt(f)?;
                write_key(f, key, matches!(above, Self::Top))
            }
            Self::Entry(above, list, index) => {
                above.fmt(f)?;
                match name_of(list, index) {
                    Some(name) => write_name(f, name),
                    None => write!(f, "[{index}]"),
                }
            }
        }
    }
}

/// `.key` (`key` at the beginning), or `["a key"]`.
pub(in crate::model) fn write_key(
    f: &mut fmt::Formatter<'_>,
    key: &str,
    first: bool,
) -> fmt::Result {
    if !is_plain(key) {
        return write!(f, "[{}]", quoted(key));
    }
    if !first {
        f.write_str(".")?;
    }
    f.write_str(key)
}

/// `[name]`, or `["a name"]`.
pub(in crate::model) fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let number = name.chars().all(|c| c.is_ascii_digit());
    if is_plain(name) && !number {
        write!(f, "[{name}]")
    } else {
        write!(f, "[{}]", quoted(name))
    }
}

/// Whether a key or name needs no quotes.
pub(in crate::model) fn is_plain(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !text.is_empty() && text.len() <= SHOWN && text.chars().all(plain)
}

fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(SHOWN).collect();
    let dots = if shown.len() < text.len() { "…" } else { "" };
    Value::from(shown + dots).to_string()
}

/// The name of an entry that no other entry has.
fn name_of(list: &[Value], index: usize) -> Option<&str> {
    let name = |entry: &'_ Value| entry.get("name")?.as_str().map(str::to_owned);
    let own = list.get(index)?.get("name")?.as_str()?;
    let fits = !own.is_empty() && own.len() <= SHOWN;
    let others = list.iter().filter(|it| name(it).as_deref() == Some(own));
    (fits && others.count() == 1).then_some(own)
}

#[cfg(test)]
mod tests {
    use super::Place;
    use serde_json::json;

    #[test]
    fn a_place_reads_as_it_is_written_in_set() {
        let list = json!([{"name": "web"}, {"name": "a.b"}, {"name": "7"}, {"name": "web2"},
            {"name": "web2"}, {"name": 1}, "x"]);
        let list = list.as_array().expect("a list");
        let top = Place::Top;
        let containers = top.key("containerDefinitions");
        let shown = |index| containers.entry(list, index).to_string();
        let all: Vec<_> = (0..list.len()).map(shown).collect();
        let expected = ["web", "\"a.b\"", "\"7\"", "3", "4", "5", "6"];
        let expected = expected.map(|it| format!("containerDefinitions[{it}]"));
        assert_eq!(all, expected);
        let labels = top.key("dockerLabels");
        assert_eq!(
            labels.key("com.example").to_string(),
            "dockerLabels[\"com.example\"]"
        );
        assert_eq!(labels.key("a-b_1").to_string(), "dockerLabels.a-b_1");
        assert_eq!(top.key("a\nb").to_string(), "[\"a\\nb\"]");
        let long = "x".repeat(100);
        assert_eq!(top.key(&long).to_string().chars().count(), 64 + 5);
    }
}
