//! How the runner reads a command file such as `GITHUB_OUTPUT`.
//!
//! <https://github.com/actions/runner/blob/main/src/Runner.Worker/FileCommandManager.cs>

use std::fmt;

/// What the runner fails a step with when it cannot read a command file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadOutput(String);

impl fmt::Display for BadOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadOutput {}

/// The names and values of a command file, in its order: `name=value` lines and
/// `name<<delimiter` blocks.
///
/// # Errors
/// The runner's own sentence.
pub fn read_outputs(text: &str) -> Result<Vec<(String, String)>, BadOutput> {
    let mut rest = text;
    let mut pairs = Vec::new();
    while let Some((line, _)) = take_line(&mut rest) {
        if line.is_empty() {
            continue;
        }
        pairs.push(match (line.find('='), line.find("<<")) {
            (equals, Some(heredoc)) if equals.is_none_or(|equals| heredoc < equals) => {
                block(line, &mut rest)?
            }
            (Some(_), _) => plain(line)?,
            (None, _) => return Err(BadOutput(format!("Invalid format '{line}'"))),
        });
    }
    Ok(pairs)
}

/// The next line of `rest` and how it ended: with `\n`, `\r\n`, or with the text.
fn take_line<'a>(rest: &mut &'a str) -> Option<(&'a str, &'a str)> {
    if rest.is_empty() {
        return None;
    }
    let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
    let (whole, after) = rest.split_at(end);
    *rest = after;
    let line = whole
        .strip_suffix("\r\n")
        .or_else(|| whole.strip_suffix('\n'));
    let line = line.unwrap_or(whole);
    Some((line, whole.get(line.len()..).unwrap_or_default()))
}

fn plain(line: &str) -> Result<(String, String), BadOutput> {
    let (name, value) = line.split_once('=').unwrap_or((line, ""));
    if name.is_empty() {
        return Err(BadOutput(format!(
            "Invalid format '{line}'. Name must not be empty"
        )));
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// The line break before the delimiter belongs to it, all others to the value.
fn block(line: &str, rest: &mut &str) -> Result<(String, String), BadOutput> {
    let (name, delimiter) = line.split_once("<<").unwrap_or((line, ""));
    if name.is_empty() || delimiter.is_empty() {
        return Err(BadOutput(format!(
            "Invalid format '{line}'. Name must not be empty and delimiter must not be empty"
        )));
    }
    let body = *rest;
    let (mut length, mut last_break) = (0, 0);
    loop {
        let missing = || {
            BadOutput(format!(
                "Invalid value. Matching delimiter not found '{delimiter}'"
            ))
        };
        let (line, end) = take_line(rest).ok_or_else(missing)?;
        if line == delimiter {
            let value = body.get(..length - last_break).unwrap_or_default();
            return Ok((name.to_owned(), value.to_owned()));
        }
        length += line.len() + end.len();
        last_break = end.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        read_outputs(text).unwrap()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn lines_and_blocks_are_read_in_their_order() {
        let text = "a=1\n\nb<<EOF\nx\ny=z\nEOF\r\nc=d=e\nf<<E\nE\ng=h<<i\nj=";
        let expected = [
            pair("a", "1"),
            pair("b", "x\ny=z"),
            pair("c", "d=e"),
            pair("f", ""),
            pair("g", "h<<i"),
            pair("j", ""),
        ];
        assert_eq!(pairs(text), expected);
    }

    #[test]
    fn line_breaks_of_a_value_stay_as_they_are() {
        assert_eq!(pairs("a<<E\r\nx\r\ny\r\nE\r\n"), [pair("a", "x\r\ny")]);
        assert_eq!(pairs("a<<E\n\n\nE\n"), [pair("a", "\n")]);
        assert_eq!(pairs("a<<E\nno EOF\nE"), [pair("a", "no EOF")]);
    }

    #[test]
    fn what_the_runner_fails_on_is_an_error() {
        for (text, words) in [
            ("a<<EOF\nb\n", "Matching delimiter not found 'EOF'"),
            ("a<<EOF\nEOF2", "Matching delimiter not found 'EOF'"),
            ("a<<\nb\n", "delimiter must not be empty"),
            ("<<E\nb\nE", "Name must not be empty"),
            ("=b", "Name must not be empty"),
            ("just text", "Invalid format 'just text'"),
        ] {
            let error = read_outputs(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
