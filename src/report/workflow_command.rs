//! The runner's workflow commands, and foreign text made harmless.
//!
//! The runner reads commands from what a step prints
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>): `::` at
//! the start of a line, after white space, or the older `##[` anywhere in it. Whatever is not ours
//! passes through [`harmless`] before it is printed.

/// A command: `::error title=GG001::text`.
pub fn command(name: &str, properties: &[(&str, &str)], message: &str) -> String {
    let properties: Vec<_> = properties
        .iter()
        .map(|(key, value)| format!("{key}={}", property(value)))
        .collect();
    let space = if properties.is_empty() { "" } else { " " };
    format!("::{name}{space}{}::{}", properties.join(","), data(message))
}

/// The text after a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// `text` without anything that a terminal, a log viewer or the runner could take for more than
/// text. Line breaks stay.
pub fn harmless(text: &str) -> String {
    let lines: Vec<_> = plain(text).split('\n').map(unspeakable).collect();
    lines.join("\n")
}

/// [`harmless`], on one line.
pub fn one_line(text: &str) -> String {
    let text = plain(text);
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    unspeakable(lines.join(" ").trim())
}

/// A line that the runner does not take for a command.
fn unspeakable(line: &str) -> String {
    let line = line.replace("##[", "## [");
    let text = line.trim_start();
    let indent = line.get(..line.len() - text.len()).unwrap_or_default();
    match text.strip_prefix("::") {
        Some(rest) => format!("{indent}: :{rest}"),
        None => line,
    }
}

/// Without escape sequences, control characters and characters that reorder or hide text; every kind
/// of line end becomes `\n`, since the runner ends a line at a carriage return too.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => skip_escape(&mut chars),
            '\r' => {
                chars.next_if_eq(&'\n');
                plain.push('\n');
            }
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => plain.push('\n'),
            '\t' => plain.push_str("    "),
            '\n' => plain.push(c),
            _ if c.is_control() || reorders(c) || hides(c) => {}
            _ => plain.push(c),
        }
    }
    plain
}

/// Skips the rest of an ANSI escape sequence (ECMA-48), and no further than the line.
fn skip_escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match chars.next_if(|c| !matches!(c, '\n' | '\r')) {
        Some('[') => {
            while chars.next_if(|c| matches!(c, ' '..='?')).is_some() {}
            chars.next_if(|c| matches!(c, '@'..='~'));
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            let inside = |c: &char| !matches!(c, '\u{7}' | '\u{1b}' | '\n' | '\r');
            while chars.next_if(inside).is_some() {}
            if chars.next_if_eq(&'\u{1b}').is_some() {
                chars.next_if_eq(&'\\');
            }
        }
        Some(' '..='/') => {
            while chars.next_if(|c| matches!(c, ' '..='/')).is_some() {}
            chars.next_if(|c| matches!(c, '0'..='~'));
        }
        _ => {}
    }
}

/// Characters that change the order or the look of what follows
/// (<https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>).
fn reorders(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters that nobody sees and that say something to machines, or hide a word from a search.
/// Those that join letters and pictures stay: words of living languages have them.
fn hides(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::{command, harmless, one_line};
    use proptest::prelude::*;

    #[test]
    fn commands_are_escaped() {
        let written = command(
            "error",
            &[("title", "a: 1,2%"), ("file", "x")],
            "100%\r\nof: a, b",
        );
        assert_eq!(
            written,
            "::error title=a%3A 1%2C2%25,file=x::100%25%0D%0Aof: a, b"
        );
        assert_eq!(command("endgroup", &[], ""), "::endgroup::");
    }

    #[test]
    fn foreign_text_cannot_command_the_runner() {
        for (text, safe) in [
            ("::error::x", ": :error::x"),
            ("  ::add-mask::x", "  : :add-mask::x"),
            ("fine\r::stop-commands::x", "fine\n: :stop-commands::x"),
            ("a ##[error]x", "a ## [error]x"),
            ("#\u{7}#[command]", "## [command]"),
            (":\u{1b}[0m:error::", ": :error::"),
            ("AWS::ECS::Service", "AWS::ECS::Service"),
            (
                "\u{1b}[1;31mred\u{1b}[0m \u{1b}]8;;http://x\u{7}link\u{1b}]8;;\u{1b}\\",
                "red link",
            ),
            ("\ttab\u{202e}", "    tab"),
            ("a\u{b}::b\u{c}::c\u{2028}::d", "a\n: :b\n: :c\n: :d"),
            ("\u{1b}(B\u{1b}#8\u{1b}7x", "x"),
            ("se\u{200b}cr\u{ad}et\u{e0041}\u{0}", "secret"),
            ("\u{a0}\u{3000}::error::x", "\u{a0}\u{3000}: :error::x"),
            ("\u{1b}", ""),
        ] {
            assert_eq!(harmless(text), safe, "{text:?}");
        }
        assert_eq!(one_line(" a\r\n::b\n"), "a ::b");
        assert_eq!(one_line("\n::b"), ": :b");
    }

    proptest! {
        #[test]
        fn nothing_is_a_command_or_a_control(
            text in "([:#\\[ \r\n\t\u{1b}\u{7}\u{85}\u{a0}\u{2028}\u{202e}a]|\\PC|::|##\\[){0,40}",
        ) {
            for (made, lines) in [(harmless(&text), true), (one_line(&text), false)] {
                prop_assert!(!made.contains("##["));
                for line in made.split(['\n', '\r']) {
                    prop_assert!(!line.trim_start().starts_with("::"), "{made:?}");
                }
                prop_assert!(!made.chars().any(|c| c.is_control() && !(lines && c == '\n')));
                prop_assert_eq!(harmless(&made), made.clone());
            }
        }
    }
}
