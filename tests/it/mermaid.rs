//! The charts of summaries, read by Mermaid itself: those of the golden outputs, and those of a run in
//! which everybody says the worst.
//!
//! Mermaid is what `setup/mermaid.sh` installs, of the version in `tests/mermaid`.

use crate::fuzz::{page, story};
use serde::Deserialize;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What Mermaid says of a chart.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Read {
    Kind(String),
    Error(String),
}

/// The folder with Mermaid in it.
fn installed() -> PathBuf {
    let cache = std::env::var_os("GREENGATE_CACHE").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/greengate"),
        PathBuf::from,
    );
    let folder = cache.join("mermaid");
    assert!(
        folder.join("node_modules").exists(),
        "there is no Mermaid at {}: run setup/mermaid.sh",
        folder.display()
    );
    folder
}

fn read(charts: &[String]) -> Vec<Read> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mermaid");
    let mut node = Command::new("node")
        .arg(folder.join("parse.mjs"))
        .arg(installed())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node");
    let given = serde_json::to_vec(charts).unwrap();
    // Dropped once it is written, so that node sees its end.
    node.stdin.take().unwrap().write_all(&given).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The charts in a page.
fn charts(markdown: &str) -> impl Iterator<Item = String> {
    let blocks = page::read(markdown).blocks.into_iter();
    blocks
        .filter(|(kind, _)| kind == "mermaid")
        .map(|(_, chart)| chart)
}

/// The golden outputs of every folder.
fn golden() -> Vec<String> {
    let folders = [
        "src/report/snapshots",
        "tests/it/snapshots",
        "tests/it/plan/snapshots",
    ];
    let files = folders.iter().flat_map(|folder| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().path())
    });
    files
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

#[test]
fn every_chart_is_one_to_mermaid() {
    let golden: Vec<_> = golden().iter().flat_map(|text| charts(text)).collect();
    assert!(golden.len() >= 8, "{} charts", golden.len());
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/summary");
    let worst = fs::read_dir(corpus).unwrap();
    let worst = worst
        .map(|it| String::from_utf8_lossy(&fs::read(it.unwrap().path()).unwrap()).into_owned());
    let said = [
        "title x",
        "click a href \"b\"",
        "section",
        "%%{init: {}}%%",
        "a:b;c#d",
        "{\"",
        "vert",
    ];
    let said = said.map(str::to_owned).into_iter().chain(worst);
    let hostile = said.flat_map(|text| {
        let said = story::Said {
            text: &text,
            secrets: &[],
        };
        charts(&said.summary()).collect::<Vec<_>>()
    });
    let all: Vec<_> = golden.into_iter().chain(hostile).collect();
    for (chart, read) in all.iter().zip(read(&all)) {
        assert_eq!(read, Read::Kind("gantt".to_owned()), "{chart}");
    }
}

/// So that the test above can fail.
#[test]
fn what_is_no_chart_is_none_to_mermaid() {
    let charts = ["gantt\n    neither a setting nor a bar\n", "x"].map(str::to_owned);
    for read in read(&charts) {
        assert!(matches!(read, Read::Error(_)), "{read:?}");
    }
}
