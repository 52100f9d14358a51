//! The dependency rule, read from the sources: which part may name which.

use std::fs;
use std::path::{Path, PathBuf};

/// A word, and the places under `src/` that may have it.
struct Rule {
    words: &'static [&'static str],
    only_in: &'static [&'static str],
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        words: &[
            "aws_sdk_",
            "aws_smithy_",
            "aws_config",
            "aws_runtime",
            "aws_types",
            "aws_credential_types",
        ],
        only_in: &["aws", "http", "clock"],
        why: "SDK types stop at the edge to AWS",
    },
    Rule {
        words: &["octocrab"],
        only_in: &["github"],
        why: "octocrab's types stop at the edge to GitHub",
    },
    Rule {
        words: &["env::var", "env::args", "env::current_dir"],
        only_in: &["main"],
        why: "the environment is read once, at the start",
    },
    Rule {
        words: &[
            "SystemTime::now",
            "Timestamp::now",
            "Instant::now",
            "tokio::time::sleep",
        ],
        only_in: &["clock"],
        why: "the clock is the one source of time",
    },
    Rule {
        words: &[
            "println!",
            "eprintln!",
            "print!",
            "eprint!",
            "stdout()",
            "stderr()",
        ],
        only_in: &["main", "report"],
        why: "what users read is told by events",
    },
    Rule {
        words: &["process::exit"],
        only_in: &["main"],
        why: "only the program ends the program",
    },
    Rule {
        words: &["Command::new"],
        only_in: &["docker"],
        why: "BuildKit is the one program that is started",
    },
];

/// A part of the crate, and the parts that it must not know.
const LAYERS: &[(&str, &[&str])] = &[
    (
        "model",
        &[
            "aws", "github", "docker", "report", "pipeline", "rollout", "events", "job", "clock",
        ],
    ),
    (
        "rollout",
        &[
            "aws", "github", "docker", "report", "pipeline", "job", "clock",
        ],
    ),
    (
        "diagnosis",
        &[
            "aws", "github", "docker", "report", "pipeline", "strategy", "events", "inputs", "job",
            "clock",
        ],
    ),
    (
        "plan",
        &[
            "aws", "github", "docker", "report", "pipeline", "events", "job", "clock",
        ],
    ),
    (
        "preflight",
        &[
            "aws", "github", "docker", "report", "pipeline", "rollout", "events", "inputs", "job",
            "clock",
        ],
    ),
    ("gate", &["aws", "docker", "report", "pipeline", "clock"]),
    (
        "inputs",
        &[
            "aws", "github", "docker", "report", "pipeline", "events", "rollout",
        ],
    ),
    (
        "job",
        &[
            "aws", "github", "docker", "report", "pipeline", "events", "rollout", "inputs",
        ],
    ),
    ("events", &["aws", "github", "docker", "report", "pipeline"]),
    ("report", &["aws", "github", "docker", "pipeline"]),
    ("aws", &["docker", "report", "pipeline"]),
    ("github", &["docker", "report", "pipeline"]),
    ("docker", &["github", "report", "pipeline"]),
    (
        "failure",
        &[
            "aws", "github", "docker", "report", "pipeline", "events", "inputs", "job",
        ],
    ),
];

const LONGEST: usize = 300;

struct Source {
    /// Below `src/`, without the ending: `aws/ecs`.
    module: String,
    lines: Vec<String>,
}

impl Source {
    /// Whether it is `part` or below it.
    fn is_in(&self, part: &str) -> bool {
        let rest = self.module.strip_prefix(part);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn mentions(&self, word: &str) -> Vec<String> {
        let hits = self
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.contains(word));
        hits.map(|(at, line)| format!("src/{}.rs:{}: {}", self.module, at + 1, line.trim()))
            .collect()
    }
}

/// Every source without its tests and comments.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    gather(&root, &mut files);
    assert!(files.len() > 30, "only {} sources were found", files.len());
    files.iter().map(|file| source(&root, file)).collect()
}

fn gather(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_dir() && name != "tests" {
            gather(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") && name != "tests.rs" {
            files.push(path);
        }
    }
}

fn source(root: &Path, file: &Path) -> Source {
    let module = file
        .strip_prefix(root)
        .expect("below src")
        .with_extension("");
    let text = fs::read_to_string(file).expect("text");
    let tests = text
        .find("\n#[cfg(test)]\n")
        .filter(|at| is_tests(&text[*at..]));
    let code = &text[..tests.unwrap_or(text.len())];
    Source {
        module: module.to_str().expect("text").to_owned(),
        lines: code.lines().map(without_comment).collect(),
    }
}

/// Tests stand at the end of a file.
fn is_tests(rest: &str) -> bool {
    let module = rest.lines().nth(2).unwrap_or_default();
    module.ends_with("mod tests {") || module.ends_with("mod tests;")
}

fn without_comment(line: &str) -> String {
    match line.trim_start() {
        comment if comment.starts_with("//") => String::new(),
        _ => line.to_owned(),
    }
}

#[test]
fn words_stay_in_their_places() {
    let sources = sources();
    for rule in RULES {
        let outside = |source: &&Source| !rule.only_in.iter().any(|part| source.is_in(part));
        let hits: Vec<_> = sources
            .iter()
            .filter(outside)
            .flat_map(|source| rule.words.iter().flat_map(|word| source.mentions(word)))
            .collect();
        assert!(hits.is_empty(), "{}:\n{}", rule.why, hits.join("\n"));
    }
}

#[test]
fn layers_know_only_what_is_below_them() {
    let sources = sources();
    for (part, unknown) in LAYERS {
        let inside: Vec<_> = sources.iter().filter(|source| source.is_in(part)).collect();
        assert!(!inside.is_empty(), "no sources in {part}");
        for other in *unknown {
            let word = format!("crate::{other}::");
            let hits: Vec<_> = inside
                .iter()
                .flat_map(|source| source.mentions(&word))
                .collect();
            assert!(
                hits.is_empty(),
                "{part} must not know {other}:\n{}",
                hits.join("\n")
            );
        }
    }
}

#[test]
fn crate_paths_are_written_out() {
    // A list of modules after `crate::` would hide from the rule above.
    let hits: Vec<_> = sources()
        .iter()
        .flat_map(|source| source.mentions("crate::{"))
        .collect();
    assert!(hits.is_empty(), "{}", hits.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_are() {
    for source in sources() {
        let length = source.lines.len();
        assert!(
            length <= LONGEST,
            "src/{}.rs has {length} lines",
            source.module
        );
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src")
            .join(format!("{}.rs", source.module));
        let text = fs::read_to_string(path).expect("text");
        assert!(
            text.starts_with("//! "),
            "src/{}.rs does not say what it is",
            source.module
        );
    }
}

#[test]
fn modules_have_no_mod_rs() {
    assert!(
        sources()
            .iter()
            .all(|source| !source.module.ends_with("/mod"))
    );
}

/// What is said once for every deployment, whoever carries it out.
const SHARED: [&str; 10] = [
    "rollout",
    "strategy/failing",
    "pipeline/active",
    "pipeline/clear",
    "pipeline/drive",
    "pipeline/follow",
    "pipeline/served",
    "pipeline/rollback",
    "pipeline/previous",
    "pipeline/diagnose",
];

/// The lines of all sources in `parts`, without empty ones, tests and comments.
fn length(parts: &[&str]) -> usize {
    let sources = sources();
    let inside = sources
        .iter()
        .filter(|source| parts.iter().any(|part| source.is_in(part)));
    let lines = inside.flat_map(|source| &source.lines);
    lines.filter(|line| !line.trim().is_empty()).count()
}

#[test]
fn a_strategy_is_a_small_part_of_a_rollout() {
    let shared = length(&SHARED);
    for strategy in ["strategy/ecs", "strategy/codedeploy"] {
        let own = length(&[strategy]);
        println!("{strategy}: {own} lines of its own, {shared} shared");
        assert!(
            own > 0 && own * 3 <= shared,
            "{strategy}: {own} of {shared}"
        );
    }
    // What stages and traffic add to a rolling update.
    let staged = length(&["strategy/ecs/look/staged"]);
    assert!(staged * 3 <= length(&["strategy/ecs"]), "{staged}");
}
