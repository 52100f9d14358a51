//! Secrets taken out of text, wherever they turn up.
//!
//! By exact match only: a secret that was encoded anew is another text, and whoever encodes one
//! says so. Secrets shorter than [`LEAST`] characters are left alone: they would take half of the
//! log with them and hide nothing.

use serde_json::Value;

/// The length, in characters, from which a secret is taken out.
pub const LEAST: usize = 4;

const INSTEAD: &str = "***";

/// The secrets known so far, the longest first.
#[derive(Default, Clone)]
pub struct Redactor(Vec<String>);

impl Redactor {
    /// Learns `secret`: as a whole and, where it has several lines, each of them.
    pub fn learn(&mut self, secret: &str) {
        self.0.extend(parts(secret).map(str::to_owned));
        self.0
            .sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        self.0.dedup();
    }

    /// `text` without secrets.
    pub fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
            if text.contains(secret) {
                text = text.replace(secret, INSTEAD);
            }
        }
        text
    }

    /// `value` without secrets in any of its texts.
    pub fn clean_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.clean(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.clean_value(item)),
            Value::Object(fields) => fields
                .values_mut()
                .for_each(|field| self.clean_value(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// What must not be shown of a secret: the whole of it, and each of its lines.
pub fn parts(secret: &str) -> impl Iterator<Item = &str> {
    let secret = secret.trim();
    let lines = secret.lines().filter(move |line| line.len() < secret.len());
    std::iter::once(secret)
        .chain(lines.map(str::trim))
        .filter(|part| part.chars().count() >= LEAST)
}

#[cfg(test)]
mod tests {
    use super::Redactor;
    use proptest::prelude::*;
    use serde_json::json;

    fn knowing(secrets: &[&str]) -> Redactor {
        let mut redactor = Redactor::default();
        for secret in secrets {
            redactor.learn(secret);
        }
        redactor
    }

    #[test]
    fn the_longest_secret_goes_first() {
        let redactor = knowing(&["hunter", "hunter-22"]);
        assert_eq!(redactor.clean("a hunter-22, a hunter"), "a ***, a ***");
    }

    #[test]
    fn every_line_of_a_secret_is_one() {
        let redactor = knowing(&["-----BEGIN\n  abcdef==\r\n}\n"]);
        assert_eq!(redactor.clean("x abcdef== } -----BEGIN"), "x *** } ***");
    }

    #[test]
    fn short_and_empty_secrets_hide_nothing() {
        assert_eq!(knowing(&["", " ", "abc"]).clean("abc abc"), "abc abc");
    }

    #[test]
    fn texts_in_values_are_cleaned() {
        let mut value = json!({"a": ["hunter2", 1, {"b": "x hunter2"}], "c": null});
        knowing(&["hunter2"]).clean_value(&mut value);
        assert_eq!(value, json!({"a": ["***", 1, {"b": "x ***"}], "c": null}));
    }

    proptest! {
        #[test]
        fn no_secret_is_left(
            secrets in prop::collection::vec("[a-c]{4,6}", 1..4),
            between in prop::collection::vec("[a-c ]{0,5}", 5),
        ) {
            let texts = between.iter().zip(secrets.iter().cycle());
            let text: Vec<_> = texts.map(|(space, secret)| [space.as_str(), secret].concat()).collect();
            let known: Vec<_> = secrets.iter().map(String::as_str).collect();
            let clean = knowing(&known).clean(&text.concat());
            for secret in &secrets {
                prop_assert!(!clean.contains(secret.as_str()), "{clean}");
            }
        }
    }
}
