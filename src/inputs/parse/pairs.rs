//! Lines of a name and its value, and values of several lines, written as in GitHub's own files
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#multiline-strings>).
//!
//! The value is all that follows the first `=` after the name, without the white space at its ends.
//! One that has such white space, or several lines, is written `name<<END`, the lines as they are,
//! and `END` on a line of its own.

use super::{Expected, Parsed};
use crate::model::task_definition::path::Path;
use serde_json::Value;
use std::iter::Enumerate;
use std::str::Lines;

/// A name and its value, below the last line `[section]` before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sectioned {
    /// The section; absent before the first one.
    pub section: Option<String>,
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Lines of `name=value`, in their order.
pub fn pairs(text: &str) -> Parsed<Vec<(String, String)>> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    each(text, |line, following| {
        let (name, start) = split(line).ok_or_else(not_a_pair)?;
        let value = following.value(start)?;
        if pairs.iter().any(|(before, _)| before == name) {
            return Err(Expected::new("every name once"));
        }
        pairs.push((name.to_owned(), value));
        Ok(())
    })?;
    Ok(pairs)
}

/// Lines of `name=value`, in their order, with lines `[section]` among them that say what the
/// following ones are for; `is_section` tells whether a text may be the name of one.
pub fn sections(text: &str, is_section: impl Fn(&str) -> bool) -> Parsed<Vec<Sectioned>> {
    let mut section: Option<String> = None;
    let mut all: Vec<Sectioned> = Vec::new();
    each(text, |line, following| {
        if let Some(opened) = line.trim().strip_prefix('[') {
            let inner = opened.strip_suffix(']').map(str::trim);
            let inner = inner.filter(|inner| is_section(inner));
            let expected = || Expected::new("`[container]`, the container of the lines below it");
            section = Some(inner.ok_or_else(expected)?.to_owned());
            return Ok(());
        }
        let (name, start) = split(line).ok_or_else(not_a_pair)?;
        if name.starts_with('#') {
            return Err(Expected::new("`name=value`").hint("a comment is not possible here"));
        }
        let value = following.value(start)?;
        let section = section.clone();
        if all
            .iter()
            .any(|it| it.section == section && it.name == name)
        {
            return Err(Expected::new("every name once"));
        }
        let name = name.to_owned();
        all.push(Sectioned {
            section,
            name,
            value,
        });
        Ok(())
    })?;
    Ok(all)
}

/// Lines of `path = value`, in their order, each value as its path takes it.
pub fn assignments(text: &str) -> Parsed<Vec<(Path, Value)>> {
    let mut all: Vec<(Path, Value)> = Vec::new();
    each(text, |line, following| {
        let (path, rest) = Path::read(line.trim()).ok_or_else(not_a_path)?;
        let start = start(rest.trim_start()).ok_or_else(not_a_path)?;
        let value = following.value(start)?;
        let value = path.value(&value).map_err(Expected::new)?;
        if all.iter().any(|(before, _)| *before == path) {
            return Err(Expected::new("every path once"));
        }
        all.push((path, value));
        Ok(())
    })?;
    Ok(all)
}

/// How a value begins.
#[derive(Clone, Copy)]
enum Start<'a> {
    Value(&'a str),
    Until(&'a str),
}

/// The lines that follow the one that is read.
struct Following<'a>(Enumerate<Lines<'a>>);

impl Following<'_> {
    /// The value that begins so.
    fn value(&mut self, start: Start<'_>) -> Parsed<String> {
        let end = match start {
            Start::Value(value) => return Ok(value.trim().to_owned()),
            Start::Until(end) => end,
        };
        let mut block: Vec<&str> = Vec::new();
        for (_, line) in &mut self.0 {
            if line.trim() == end {
                return Ok(block.join("\n"));
            }
            block.push(line);
        }
        Err(Expected::new(
            "a line that ends the value which `<<` begins here",
        ))
    }
}

/// Gives every line that begins something to `take`; what is wrong is wrong in that line.
fn each<'a>(
    text: &'a str,
    mut take: impl FnMut(&'a str, &mut Following<'a>) -> Parsed<()>,
) -> Parsed<()> {
    let mut following = Following(text.lines().enumerate());
    while let Some((index, line)) = following.0.next() {
        if !line.trim().is_empty() {
            take(line, &mut following).map_err(|wrong| wrong.at(index + 1))?;
        }
    }
    Ok(())
}

/// The name of a line and what follows it; whichever of `=` and `<<` comes first decides.
fn split(line: &str) -> Option<(&str, Start<'_>)> {
    let value = line.find('=');
    let block = line.find("<<");
    let end = match (value, block) {
        (Some(value), Some(block)) => value.min(block),
        (value, block) => value.or(block)?,
    };
    let (name, rest) = line.split_at_checked(end)?;
    let name = name.trim();
    let whole = !name.is_empty() && !name.contains(char::is_whitespace);
    start(rest).filter(|_| whole).map(|start| (name, start))
}

/// What follows a name: `=` and the value, or `<<` and the word that ends it.
fn start(rest: &str) -> Option<Start<'_>> {
    if let Some(value) = rest.strip_prefix('=') {
        return Some(Start::Value(value));
    }
    let end = rest.strip_prefix("<<")?.trim();
    (!end.is_empty()).then_some(Start::Until(end))
}

fn not_a_pair() -> Expected {
    Expected::new("`name=value`").hint(
        "a value of several lines is written `name<<END`, the lines, and `END` on a line of its own",
    )
}

fn not_a_path() -> Expected {
    Expected::new("`path = value`, with a path such as `containerDefinitions[web].cpu`").hint(
        "a key with other characters than letters, digits, `_` and `-` is written in quotes, as in \
         `dockerLabels[\"com.example.team\"]`",
    )
}
