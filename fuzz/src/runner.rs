//! How the runner reads what a step writes, and what no reader of a log should be shown.
//!
//! After <https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs> and
//! <https://github.com/actions/runner/blob/main/src/Runner.Worker/FileCommandManager.cs>.

/// A workflow command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// `error`, `add-mask`.
    pub name: String,
    /// Its properties, unescaped.
    pub properties: Vec<(String, String)>,
    /// The text after it, unescaped.
    pub message: String,
}

/// The lines of a step's output: it is read by `StreamReader.ReadLine`.
pub fn lines(output: &str) -> Vec<&str> {
    output.split(['\n', '\r']).collect()
}

/// The command in a line, if it is one; whether there is one of its name does not matter.
pub fn command(line: &str) -> Option<Command> {
    let rest = line.trim_start().strip_prefix("::")?;
    let (head, message) = rest.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let properties = properties.trim().split(',').filter_map(|property| {
        let (key, value) = property.split_once('=')?;
        let value = value.replace("%3A", ":").replace("%2C", ",");
        (!value.is_empty()).then(|| (key.to_owned(), unescaped(&value)))
    });
    Some(Command {
        name: name.to_owned(),
        properties: properties.collect(),
        message: unescaped(message),
    })
}

/// Whether the runner may take a line for a command of the older form, which counts wherever it
/// stands, or the log's viewer for a mark of its own. What is a command already is no other.
pub fn has_older_command(line: &str) -> bool {
    line.contains("##[") && command(line).is_none()
}

fn unescaped(text: &str) -> String {
    text.replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%25", "%")
}

/// Names and values of a file of outputs, or why the step fails. Lines end with `\n` alone.
pub fn outputs(file: &str) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    let mut lines = file.split('\n');
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let (equals, block) = (line.find('='), line.find("<<"));
        match (equals, block) {
            (equals, Some(at)) if equals.is_none_or(|equals| at < equals) => {
                let (name, end) = (&line[..at], &line[at + 2..]);
                let mut value = Vec::new();
                loop {
                    match lines.next() {
                        None => return Err(format!("no {end} after {name}")),
                        Some(line) if line == end => break,
                        Some(line) => value.push(line),
                    }
                }
                pairs.push((name.to_owned(), value.join("\n")));
            }
            (Some(at), _) => pairs.push((line[..at].to_owned(), line[at + 1..].to_owned())),
            (None, _) => return Err(format!("{line:?} is no output")),
        }
    }
    Ok(pairs)
}

/// Whether a terminal or a viewer takes `c` for more than a letter: control characters, and
/// those that reorder or hide what stands around them. Line breaks are for the caller to judge.
pub fn acts(c: char) -> bool {
    let hidden = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'
            ..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    );
    c.is_control() || hidden
}
