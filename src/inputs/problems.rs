//! Everything that is wrong with a run's inputs, gathered into one failure.
//!
//! A problem names the input, what was expected, and what was given, unless that may be a secret.

use super::parse::{Expected, Parsed};
use crate::failure::{Code, Failure};

/// The problems so far.
#[derive(Default)]
pub(super) struct Problems(Vec<String>);

/// How much of a value a problem shows.
const SHOWN: usize = 80;

impl Problems {
    /// Reads `raw`; a problem shows what was given.
    pub(super) fn read<T>(
        &mut self,
        name: &str,
        raw: Option<&String>,
        parse: impl FnOnce(&str) -> Parsed<T>,
    ) -> Option<T> {
        let text = raw?;
        let given = |wrong: &Expected| format!(", given `{}`", shown(text, wrong.line));
        self.outcome(name, parse(text), given)
    }

    /// Reads `raw`, which may hold secrets: a problem never shows what was given.
    pub(super) fn read_hidden<T>(
        &mut self,
        name: &str,
        raw: Option<&String>,
        parse: impl FnOnce(&str) -> Parsed<T>,
    ) -> Option<T> {
        self.outcome(name, parse(raw?), |_| String::new())
    }

    fn outcome<T>(
        &mut self,
        name: &str,
        parsed: Parsed<T>,
        given: impl FnOnce(&Expected) -> String,
    ) -> Option<T> {
        let wrong = match parsed {
            Ok(value) => return Some(value),
            Err(wrong) => wrong,
        };
        let hint = wrong.hint.as_ref().map(|hint| format!(" ({hint})"));
        let given = given(&wrong);
        self.note(name, &format!("{wrong}{given}{}", hint.unwrap_or_default()));
        None
    }

    /// Notes that something is wrong with the input `name`.
    pub(super) fn note(&mut self, name: &str, problem: &str) {
        self.0.push(format!("`{name}`: {problem}"));
    }

    /// One failure with every problem, or none.
    pub(super) fn into_failure(self) -> Option<Failure> {
        let what = match self.0.len() {
            0 => return None,
            1 => "an input of this step is wrong".to_owned(),
            count => format!("{count} inputs of this step are wrong"),
        };
        let help = "Correct them under `with:` in the workflow file; the README lists every input. \
                    Nothing was changed.";
        let failure = Failure::new(Code::BadInputs, what, help);
        Some(self.0.into_iter().fold(failure, Failure::because))
    }
}

/// The wrong line, or the whole text where it has one, cut to a readable length.
fn shown(text: &str, line: Option<usize>) -> String {
    let line = line.map_or(0, |line| line.saturating_sub(1));
    let text = text.lines().nth(line).unwrap_or(text).trim();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
