//! Replays what fuzzing kept (`make fuzz`): seeds by hand, and whatever once broke a property, by the
//! name of what it broke.

use crate::fuzz::targets;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// An input larger than this is to be made smaller before it is kept.
const LARGEST: u64 = 8 * 1024;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

/// The inputs of a target, by name.
fn inputs(target: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(corpus().join(target)).expect("a folder of the target's name");
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[track_caller]
fn replay(name: &str) {
    let (_, target) = targets::ALL.iter().find(|(it, _)| *it == name).unwrap();
    let inputs = inputs(name);
    assert!(inputs.len() >= 3, "{name} has {} inputs", inputs.len());
    for path in inputs {
        // Seen only where the property does not hold.
        let data = fs::read(&path).unwrap();
        assert!(data.len() as u64 <= LARGEST, "{} is large", path.display());
        target(&data);
    }
}

#[test]
fn appspec() {
    replay("appspec");
}

#[test]
fn inputs_of_the_action() {
    replay("inputs");
}

#[test]
fn log() {
    replay("log");
}

#[test]
fn outputs() {
    replay("outputs");
}

#[test]
fn progress() {
    replay("progress");
}

#[test]
fn secrets() {
    replay("secrets");
}

#[test]
fn summary() {
    replay("summary");
}

#[test]
fn task_definition() {
    replay("task_definition");
}

/// A target that is nowhere named would be fuzzed or replayed by nobody.
#[test]
fn every_target_is_fuzzed_and_replayed() {
    let names: BTreeSet<_> = targets::ALL
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let folders = fs::read_dir(corpus()).unwrap();
    let folders = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(folders.collect::<BTreeSet<_>>(), names);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cargo = fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
    let replays = include_str!("corpus.rs");
    for name in &names {
        let fuzzer = fs::read_to_string(root.join(format!("fuzz/targets/{name}.rs"))).unwrap();
        assert!(fuzzer.contains(&format!("targets::{name}(data)")), "{name}");
        assert!(cargo.contains(&format!("name = \"{name}\"")), "{name}");
        assert!(replays.contains(&format!("replay(\"{name}\")")), "{name}");
    }
}
