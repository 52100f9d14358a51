//! Markdown of which foreign text can never be more than text.
//!
//! GitHub's dialect is <https://github.github.com/gfm/>; on top of it GitHub links mentions.

use super::foreign;
use super::redact::Redactor;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The characters that are shown of one text; the summary must stay below its limit.
const SHOWN: usize = 1000;

/// What means something wherever it stands in a line.
const SPECIAL: &str = r"\`*_[]<>|~#!$&@";

/// Writes foreign text into Markdown, without secrets.
pub(super) struct Markdown<'a> {
    pub(super) redactor: &'a Redactor,
}

impl Markdown<'_> {
    fn clean(&self, text: &str) -> String {
        foreign::line(self.redactor, text, SHOWN)
    }

    /// A name, as code, fit for a table's cell.
    pub(super) fn code(&self, text: &str) -> String {
        let text = self.clean(text);
        match text.as_str() {
            "" => String::new(),
            text if text.contains(['`', '|']) => format!("<code>{}</code>", escape(text)),
            text => format!("`{text}`"),
        }
    }

    /// A sentence on one line, fit for a table's cell; what it has in backticks is code.
    pub(super) fn prose(&self, text: &str) -> String {
        let text = self.clean(text);
        let parts: Vec<_> = text.split('`').collect();
        let names = parts.iter().skip(1).step_by(2);
        let paired = parts.len() % 2 == 1 && names.clone().all(|name| !name.trim().is_empty());
        if !paired {
            return escape(&text);
        }
        let mut prose = String::new();
        for (index, part) in parts.into_iter().enumerate() {
            if index % 2 == 1 {
                prose.push_str(&self.code(part));
            } else {
                prose.push_str(&escape_within(part, prose.is_empty()));
            }
        }
        prose
    }

    /// Lines as they are, in a block of their own.
    pub(super) fn block(&self, lines: &[String]) -> String {
        self.fenced("text", lines)
    }

    /// Lines of a unified diff, in a block of their own.
    pub(super) fn diff(&self, lines: &[String]) -> String {
        self.fenced("diff", lines)
    }

    /// Commands for a shell, in a block of their own.
    pub(super) fn commands(&self, lines: &[String]) -> String {
        self.fenced("console", lines)
    }

    fn fenced(&self, language: &str, lines: &[String]) -> String {
        let lines: Vec<_> = lines
            .iter()
            .map(|line| foreign::lines(self.redactor, line, SHOWN))
            .collect();
        let text = lines.join("\n");
        let fence = "`".repeat(longest_run(&text).max(2) + 1);
        format!("{fence}{language}\n{text}\n{fence}")
    }

    /// `text` as code, linked where `url` is one of the web.
    pub(super) fn link(&self, text: &str, url: &str) -> String {
        let text = self.code(text);
        match web_address(&self.clean(url)) {
            Some(url) => format!("[{text}]({url})"),
            None => text,
        }
    }
}

/// Longer ones lead nowhere in some browsers.
const LONGEST_ADDRESS: usize = 2000;

/// An address that cannot end the parentheses it stands in, nor mean anything in them.
pub(super) fn web_address(url: &str) -> Option<String> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let fits = is_web && url.len() <= LONGEST_ADDRESS;
    fits.then(|| utf8_percent_encode(url, IN_PARENTHESES).to_string())
}

/// `;` ends an entity; all but ASCII is encoded as well.
const IN_PARENTHESES: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'(')
    .add(b')')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b']')
    .add(b'"')
    .add(b'\'')
    .add(b'`')
    .add(b'|')
    .add(b'*')
    .add(b'\\')
    .add(b';');

fn escape(text: &str) -> String {
    escape_within(text, true)
}

/// Escapes `text`; more has to be at the `start` of a line.
fn escape_within(text: &str, start: bool) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut before = None;
    let mut only_digits = start;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let special = match c {
            _ if SPECIAL.contains(c) => true,
            // `a@b.c`, `https://` and `www.` would become links.
            ':' => chars.peek() == Some(&'/'),
            // `1.` begins a list.
            '.' => matches!(before, Some('w' | 'W')) || only_digits,
            ')' => only_digits,
            '-' | '+' | '=' => start && before.is_none(),
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped.push(c);
        if refers(before, c, chars.peek().copied()) {
            // An invisible space: these are looked for in the finished page.
            escaped.push('\u{200b}');
        }
        only_digits &= c.is_ascii_digit();
        before = Some(c);
    }
    escaped
}

/// Whether `@name`, `#12` or `GH-12` begins here, which GitHub makes a link of.
fn refers(before: Option<char>, c: char, after: Option<char>) -> bool {
    let number = after.is_some_and(|after| after.is_ascii_digit());
    match c {
        '@' => true,
        '#' => number,
        '-' => number && matches!(before, Some('h' | 'H')),
        _ => false,
    }
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or_default()
}

/// A table; nothing where it would have no rows.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> Option<String> {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let head: Vec<_> = head.iter().map(|&cell| cell.to_owned()).collect();
    let rule = vec!["---".to_owned(); head.len()];
    let lines: Vec<_> = [head, rule]
        .iter()
        .chain(rows)
        .map(|cells| line(cells))
        .collect();
    (!rows.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
pub(super) mod tests;
