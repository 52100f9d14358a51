//! The process's environment variables, as far as they are text.
//!
//! They hold secrets, so they cannot be printed.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// Environment variables; those that are not UTF-8 are left out.
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// From what the system holds; never fails on a variable that is not text.
    pub fn of(system: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let text = |(name, value): (OsString, OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(system.into_iter().filter_map(text).collect())
    }

    /// The trimmed value; `None` when it is unset or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// Names and values, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let text = |(name, value): (N, V)| (name.into(), value.into());
        Self(variables.into_iter().map(text).collect())
    }
}
