//! Markdown of which foreign text can never be more than text.
//!
//! GitHub's dialect is <https://github.github.com/gfm/>; on top of it GitHub links mentions.

use super::redact::Redactor;
use super::workflow_command::{harmless, one_line};

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
        // Twice: taking control characters out can bring a secret together.
        let text = one_line(&self.redactor.clean(text));
        cut(&self.redactor.clean(&text))
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
        let lines: Vec<_> = lines
            .iter()
            .map(|line| harmless(&self.redactor.clean(line)))
            .map(|line| cut(&self.redactor.clean(&line)))
            .collect();
        let text = lines.join("\n");
        let fence = "`".repeat(longest_run(&text).max(2) + 1);
        format!("{fence}text\n{text}\n{fence}")
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

/// An address that cannot end the parentheses it stands in.
pub(super) fn web_address(url: &str) -> Option<String> {
    let fits = url.starts_with("https://") || url.starts_with("http://");
    let safe = |c: char| match c {
        '(' => "%28".to_owned(),
        ')' => "%29".to_owned(),
        '<' | '>' | '"' | '\'' | '`' | '|' | '\\' | ' ' => format!("%{:02X}", u32::from(c)),
        c => c.to_string(),
    };
    fits.then(|| url.chars().map(safe).collect())
}

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
        if c == '@' {
            // An invisible space: mentions are looked for in the finished page.
            escaped.push('\u{200b}');
        }
        only_digits &= c.is_ascii_digit();
        before = Some(c);
    }
    escaped
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or_default()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
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
