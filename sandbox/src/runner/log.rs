//! How a job's log shows what a step prints: workflow commands are carried out, the rest is text.
//!
//! Annotations are collected and not shown in the log, since GitHub shows them apart, above it.
//!
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>
//! <https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs>

/// In bytes.
const LARGEST_SUMMARY: usize = 1024 * 1024;

/// The log of one step.
#[derive(Default)]
pub struct Log {
    masked: Vec<String>,
    annotations: Vec<Annotation>,
    in_group: bool,
    /// The word that ends the time in which commands are only text.
    stopped: Option<String>,
}

/// What GitHub shows beside the log, on the page of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// How bad it is.
    pub level: Level,
    /// Empty if none was given.
    pub title: String,
    /// May have several lines.
    pub message: String,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// `::error::`
    Error,
    /// `::warning::`
    Warning,
    /// `::notice::`
    Notice,
}

impl Level {
    /// As GitHub writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::Warning => "Warning",
            Self::Notice => "Notice",
        }
    }
}

struct Command<'a> {
    name: &'a str,
    properties: &'a str,
    message: String,
}

impl Log {
    /// Takes a line that the step printed; what of it is shown, if anything is. A group's lines
    /// are indented below its title.
    pub fn line(&mut self, line: &str) -> Option<String> {
        let Some(command) = self.command(line) else {
            return Some(self.shown(line));
        };
        match command.name {
            "add-mask" => self.mask(&command.message),
            "group" => {
                self.in_group = false;
                let title = self.shown(&format!("> {}", command.message));
                self.in_group = true;
                return Some(title);
            }
            "endgroup" => self.in_group = false,
            "error" => self.annotate(Level::Error, &command),
            "warning" => self.annotate(Level::Warning, &command),
            "notice" => self.annotate(Level::Notice, &command),
            "stop-commands" => self.stopped = Some(command.message),
            // Shown only where debug logging was turned on.
            "debug" => {}
            _ => return Some(self.shown(line)),
        }
        None
    }

    /// What was collected for the page of the run, oldest first.
    pub fn annotations(&self) -> &[Annotation] {
        &self.annotations
    }

    /// What of a step's summary GitHub gets: every secret hidden, line by line.
    ///
    /// # Errors
    /// With the runner's own sentence where it is larger than the runner takes: then GitHub gets
    /// nothing of it, and the step stays what it is.
    pub fn attached(&self, summary: &str) -> Result<String, String> {
        let size = summary.len();
        if size > LARGEST_SUMMARY {
            let (most, kibi) = (LARGEST_SUMMARY / 1024, size / 1024);
            return Err(format!(
                "$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of {most}k, \
                 got {kibi}k."
            ));
        }
        let lines = summary.lines().map(|line| self.hidden(line) + "\n");
        Ok(lines.collect())
    }

    fn command<'a>(&mut self, line: &'a str) -> Option<Command<'a>> {
        let (head, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
        if let Some(word) = &self.stopped {
            if head == word {
                self.stopped = None;
            }
            return None;
        }
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        Some(Command {
            name,
            properties,
            message: unescaped(message),
        })
    }

    /// The runner hides every line of a secret, too.
    fn mask(&mut self, secret: &str) {
        let parts = std::iter::once(secret).chain(secret.lines());
        let parts = parts.map(str::trim).filter(|part| !part.is_empty());
        self.masked.extend(parts.map(str::to_owned));
        // Else the rest of a longer one would be seen.
        self.masked
            .sort_by_key(|part| std::cmp::Reverse(part.len()));
        self.masked.dedup();
    }

    fn annotate(&mut self, level: Level, command: &Command<'_>) {
        let mut properties = command.properties.split(',');
        let title = properties.find_map(|it| it.trim().strip_prefix("title="));
        let title = title.unwrap_or_default();
        let title = unescaped(&title.replace("%3A", ":").replace("%2C", ","));
        self.annotations.push(Annotation {
            level,
            title: self.hidden(&title),
            message: self.hidden(&command.message),
        });
    }

    fn shown(&self, text: &str) -> String {
        let indent = if self.in_group { "  " } else { "" };
        format!("{indent}{}", self.hidden(text))
    }

    fn hidden(&self, text: &str) -> String {
        let masked = self.masked.iter();
        masked.fold(text.to_owned(), |text, part| text.replace(part, "***"))
    }
}

/// The percent sign last: it is what the others are escaped with.
fn unescaped(text: &str) -> String {
    text.replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(log: &mut Log, lines: &str) -> Vec<String> {
        lines.lines().filter_map(|line| log.line(line)).collect()
    }

    #[test]
    fn groups_are_headings_with_indented_lines() {
        let mut log = Log::default();
        let lines = shown(&mut log, "a\n::group::Build 100%25\nb\n::endgroup::\nc");
        assert_eq!(lines, ["a", "> Build 100%", "  b", "c"]);
    }

    #[test]
    fn masked_values_are_hidden_and_their_command_is_not_shown() {
        let mut log = Log::default();
        let lines = "::add-mask::abc\n::add-mask::abcdef\n::add-mask::\nabcdef abc x";
        assert_eq!(shown(&mut log, lines), ["*** *** x"]);
        assert!(shown(&mut log, "::add-mask::one%0Atwo\n::error title=abc::two").is_empty());
        let [annotation] = log.annotations() else {
            panic!("one annotation");
        };
        assert_eq!(
            (annotation.title.as_str(), annotation.message.as_str()),
            ("***", "***")
        );
    }

    #[test]
    fn annotations_are_collected_unescaped() {
        let mut log = Log::default();
        let lines = "::error title=GG012%3A no%2C never,file=x::100%25%0Aof it\n::warning::w\n  ::notice::n";
        assert!(shown(&mut log, lines).is_empty());
        let annotation = |level, title: &str, message: &str| Annotation {
            level,
            title: title.to_owned(),
            message: message.to_owned(),
        };
        let expected = [
            annotation(Level::Error, "GG012: no, never", "100%\nof it"),
            annotation(Level::Warning, "", "w"),
            annotation(Level::Notice, "", "n"),
        ];
        assert_eq!(log.annotations(), expected);
    }

    #[test]
    fn a_summary_is_attached_without_secrets_and_not_at_all_above_a_mebibyte() {
        let mut log = Log::default();
        shown(&mut log, "::add-mask::one%0Atwo");
        assert_eq!(log.attached("# two\r\none").unwrap(), "# ***\n***\n");
        let most = "x".repeat(LARGEST_SUMMARY);
        assert_eq!(log.attached(&most).unwrap().len(), LARGEST_SUMMARY + 1);
        let aborted = log.attached(&(most + "\n")).unwrap_err();
        assert!(aborted.contains("1024k, got 1024k"), "{aborted}");
    }

    #[test]
    fn what_is_no_command_is_text() {
        let mut log = Log::default();
        let lines = "::unknown::x\n: :error::x\n::error\n::stop-commands::word\n::error::x\n::word::\n::debug::x";
        let text = [
            "::unknown::x",
            ": :error::x",
            "::error",
            "::error::x",
            "::word::",
        ];
        assert_eq!(shown(&mut log, lines), text);
        assert!(log.annotations().is_empty());
    }
}
