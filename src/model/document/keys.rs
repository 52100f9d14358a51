//! The keys that documents for ECS may have, and the types of their values, as its service model has
//! them.
//!
//! The table is generated: CONTRIBUTING.md says how. What is not in it may be newer than it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The members of every structure, sorted by name.
static TABLE: LazyLock<BTreeMap<&'static str, Vec<(&'static str, Kind)>>> =
    LazyLock::new(|| include_str!("keys.txt").lines().filter_map(line).collect());

/// What ECS takes as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Kind {
    /// A text.
    Text,
    /// A whole number of 32 bits.
    Integer,
    /// A number, with a point or without.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Whatever stands there: it is for somebody else than ECS.
    Any,
    /// A list of what the code says.
    List(&'static str),
    /// An object of any keys, each with a value of what the code says.
    Map(&'static str),
    /// An object of the keys that the structure of this name has.
    Structure(&'static str),
}

/// What RegisterTaskDefinition takes.
pub(in crate::model) const TASK_DEFINITION: Kind = Kind::Structure("RegisterTaskDefinitionRequest");

/// What UpdateService takes as `deploymentConfiguration`.
pub(in crate::model) const DEPLOYMENT_CONFIGURATION: Kind =
    Kind::Structure("DeploymentConfiguration");

impl Kind {
    /// `s`, `i`, `n`, `b`, `*`, `[s]`, `{s}`, `KeyValuePair`.
    fn of(code: &'static str) -> Self {
        let inner = |open, close| code.strip_prefix(open)?.strip_suffix(close);
        match code {
            "s" => Self::Text,
            "i" => Self::Integer,
            "n" => Self::Number,
            "b" => Self::Boolean,
            "*" => Self::Any,
            _ => match (inner('[', ']'), inner('{', '}')) {
                (Some(element), _) => Self::List(element),
                (None, Some(value)) => Self::Map(value),
                (None, None) => Self::Structure(code),
            },
        }
    }

    /// What a value of this kind is called.
    pub(in crate::model) fn wanted(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "`true` or `false`",
            Self::Any => "anything",
            Self::List(_) => "a list",
            Self::Map(_) | Self::Structure(_) => "an object",
        }
    }

    /// What the value of `key` is in an object of this kind; `None` when it is not known.
    pub(in crate::model) fn member(self, key: &str) -> Option<Self> {
        match self {
            Self::Map(value) => Some(Self::of(value)),
            Self::Structure(name) => {
                let mut members = TABLE.get(name)?.iter();
                members
                    .find(|(member, _)| *member == key)
                    .map(|(_, it)| *it)
            }
            _ => None,
        }
    }

    /// What the elements of a list of this kind are.
    pub(in crate::model) fn element(self) -> Option<Self> {
        match self {
            Self::List(element) => Some(Self::of(element)),
            _ => None,
        }
    }

    /// The keys that an object of this kind may have; none where they are not fixed.
    pub(in crate::model) fn keys(self) -> Vec<&'static str> {
        let Self::Structure(name) = self else {
            return Vec::new();
        };
        let members = TABLE.get(name).into_iter().flatten();
        members.map(|(member, _)| *member).collect()
    }
}

fn line(line: &'static str) -> Option<(&'static str, Vec<(&'static str, Kind)>)> {
    let (name, members) = line.split_once(' ')?;
    let members = members
        .split(' ')
        .filter_map(|member| member.split_once(':'));
    let members = members.map(|(member, code)| (member, Kind::of(code)));
    Some((name, members.collect()))
}

#[cfg(test)]
mod tests {
    use super::{Kind, TABLE, TASK_DEFINITION};

    #[test]
    fn the_table_is_whole_and_sorted() {
        let text = include_str!("keys.txt");
        let names: Vec<_> = text.lines().filter_map(|it| it.split(' ').next()).collect();
        assert!(names.is_sorted() && names.len() == TABLE.len() && names.len() > 30);
        let mut kinds: Vec<Kind> = TABLE.values().flatten().map(|(_, kind)| *kind).collect();
        while let Some(kind) = kinds.pop() {
            match kind {
                Kind::List(code) | Kind::Map(code) => kinds.push(Kind::of(code)),
                Kind::Structure(name) => assert!(TABLE.contains_key(name), "{name}"),
                _ => {}
            }
        }
        for members in TABLE.values() {
            assert!(members.is_sorted_by_key(|(name, _)| *name) && !members.is_empty());
        }
    }

    #[test]
    fn kinds_are_found_along_a_path() {
        let at = |path: &[&str]| {
            path.iter()
                .try_fold(TASK_DEFINITION, |kind, key| match *key {
                    "[]" => kind.element(),
                    key => kind.member(key),
                })
        };
        let container = |rest: &[&str]| at(&[&["containerDefinitions", "[]"], rest].concat());
        assert_eq!(at(&["cpu"]), Some(Kind::Text));
        assert_eq!(container(&["cpu"]), Some(Kind::Integer));
        assert_eq!(container(&["essential"]), Some(Kind::Boolean));
        assert_eq!(container(&["command", "[]"]), Some(Kind::Text));
        assert_eq!(
            container(&["logConfiguration", "options", "a.b"]),
            Some(Kind::Text)
        );
        assert_eq!(container(&["logConfiguration", "option"]), None);
        assert_eq!(at(&["cpu", "x"]), None);
    }
}
