//! The place in a policy where IAM takes either one string or a list of them.

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;

/// One string or a list of strings.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct OneOrMany(pub Vec<String>);

impl OneOrMany {
    /// Each string.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for OneOrMany {
    fn from(one: &str) -> Self {
        Self(vec![one.to_owned()])
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = OneOrMany;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a list of strings")
    }

    fn visit_str<E: Error>(self, one: &str) -> Result<OneOrMany, E> {
        Ok(OneOrMany(vec![one.to_owned()]))
    }

    fn visit_bool<E: Error>(self, one: bool) -> Result<OneOrMany, E> {
        Ok(OneOrMany(vec![one.to_string()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<OneOrMany, A::Error> {
        let mut many = Vec::new();
        while let Some(one) = list.next_element::<String>()? {
            many.push(one);
        }
        Ok(OneOrMany(many))
    }
}
