//! How the single values of inputs are written: durations, booleans, lists, `name=value` lines.
//!
//! Pure. The error of every parser is what it expected, as it follows "expected"; whose value it
//! was and whether it may be shown is not known here.

mod pairs;

pub use pairs::{Sectioned, assignments, pairs, sections};

use crate::model::spelling::nearest;
use std::fmt;
use std::time::Duration;

/// What was expected instead, and what the user may have meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Follows the word "expected".
    pub what: String,
    /// A sentence that may help; never holds the value.
    pub hint: Option<String>,
    /// The line of the value that is wrong, from 1, where the value has several.
    pub line: Option<usize>,
}

impl Expected {
    /// Expected `what`, with no hint.
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hint: None,
            line: None,
        }
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn at(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "expected {}", self.what)
    }
}

/// What a parser makes of a text.
pub type Parsed<T> = Result<T, Expected>;

/// `true`, `false`, `yes`, `no`, in any case.
pub fn boolean(text: &str) -> Parsed<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" => Ok(true),
        "false" | "no" => Ok(false),
        _ => Err(Expected::new("`true` or `false`")),
    }
}

/// A whole number and its unit: `90s`, `30m`, `2h`.
pub fn duration(text: &str) -> Parsed<Duration> {
    let expected = || Expected::new("a whole number and its unit, such as `90s`, `30m` or `2h`");
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let Ok(number) = digits.parse::<u64>() else {
        return Err(expected());
    };
    let seconds = match text.get(digits.len()..).unwrap_or_default().trim() {
        "s" => Some(number),
        "m" => number.checked_mul(60),
        "h" => number.checked_mul(3600),
        "" => return Err(expected().hint("the unit is missing")),
        _ => None,
    };
    // A hundred years is beyond every limit, and within what clocks can add up.
    seconds
        .filter(|seconds| *seconds <= 100 * 366 * 86_400)
        .map(Duration::from_secs)
        .ok_or_else(expected)
}

/// One of `choices`, by its name.
pub fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Parsed<T> {
    if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
        return Ok(*value);
    }
    let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
    let expected = Expected::new(one_of(&names));
    Err(match nearest(text, &names) {
        Some(near) => expected.hint(format!("did you mean `{near}`?")),
        None => expected,
    })
}

/// The items of a list, one a line; empty lines do not count.
pub fn list<T>(text: &str, item: impl Fn(&str) -> Parsed<T>) -> Parsed<Vec<T>> {
    let lines = text.lines().enumerate();
    lines
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| item(line).map_err(|wrong| wrong.at(number)))
        .collect()
}

/// `a`, `b` or `c`, each in backticks.
pub fn one_of(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests;
