//! The `Condition` block of a statement.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use super::{OneOrMany, matches};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// All the conditions of a statement; each must hold.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Conditions(BTreeMap<Operator, BTreeMap<String, OneOrMany>>);

impl Conditions {
    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Does every condition hold for these keys? Keys compare without regard to case.
    pub fn hold(&self, context: &[(&str, &str)]) -> bool {
        self.0.iter().all(|(operator, keys)| {
            keys.iter()
                .all(|(key, wanted)| operator.holds(value_of(context, key), wanted))
        })
    }
}

fn value_of<'a>(context: &[(&str, &'a str)], key: &str) -> Option<&'a str> {
    let mut found = context.iter().filter(|(k, _)| k.eq_ignore_ascii_case(key));
    found.next().map(|(_, value)| *value)
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Comparison {
    Equals,
    EqualsIgnoreCase,
    Like,
}

/// A condition operator: `StringLike`, `StringNotEquals`, `StringEqualsIfExists`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
struct Operator {
    name: String,
    comparison: Comparison,
    negated: bool,
    if_exists: bool,
}

impl Operator {
    /// A key that the request does not have fails a condition, unless the operator says
    /// `IfExists` or is a negated one.
    fn holds(&self, found: Option<&str>, wanted: &OneOrMany) -> bool {
        let Some(found) = found else {
            return self.if_exists || self.negated;
        };
        let is = |wanted: &str| match self.comparison {
            Comparison::Equals => wanted == found,
            Comparison::EqualsIgnoreCase => wanted.eq_ignore_ascii_case(found),
            Comparison::Like => matches(wanted, found),
        };
        wanted.iter().any(is) != self.negated
    }
}

impl TryFrom<String> for Operator {
    type Error = UnknownOperator;

    fn try_from(name: String) -> Result<Self, UnknownOperator> {
        let if_exists = name.ends_with("IfExists");
        let bare = name.trim_end_matches("IfExists");
        let (comparison, negated) = match bare {
            "StringEquals" => (Comparison::Equals, false),
            "StringNotEquals" => (Comparison::Equals, true),
            "StringEqualsIgnoreCase" | "Bool" => (Comparison::EqualsIgnoreCase, false),
            "StringNotEqualsIgnoreCase" => (Comparison::EqualsIgnoreCase, true),
            "StringLike" | "ArnLike" | "ArnEquals" => (Comparison::Like, false),
            "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => (Comparison::Like, true),
            _ => return Err(UnknownOperator(name)),
        };
        Ok(Self {
            name,
            comparison,
            negated,
            if_exists,
        })
    }
}

impl From<Operator> for String {
    fn from(operator: Operator) -> Self {
        operator.name
    }
}

/// A condition operator that is not played here.
#[derive(Debug)]
struct UnknownOperator(String);

impl fmt::Display for UnknownOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the condition operator {} is not played here; there are StringEquals, \
             StringNotEquals, StringEqualsIgnoreCase, StringNotEqualsIgnoreCase, StringLike, \
             StringNotLike, ArnLike, ArnNotLike, ArnEquals, ArnNotEquals and Bool, each also \
             with IfExists",
            self.0
        )
    }
}
