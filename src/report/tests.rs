//! Whole runs, told by hand, as every sink shows them.

mod diagnosed;
mod staged;
mod stream;

use super::annotations::Annotations;
use super::chronicle::Chronicle;
use super::log::Log;
use super::markdown::tests::seen;
use super::redact::Redactor;
use super::{outputs, record, sinks, summary};
use crate::events::{Event, Sink};
use crate::failure::{Code, Failure};
use crate::job::{Job, Variables};
use diagnosed::crash_loop;
use staged::ended_by_an_alarm;
use std::fs;
use stream::{SECRET, cancelled_build, failed_build, good_release, refused, rolled_back};

const DOCS: &str = "https://github.com/octo/greengate/blob/v1/docs";

/// What stands on the job's log: the log and the annotations, as they come.
fn logged(events: &[Event]) -> String {
    let mut page = String::new();
    let (mut log, mut annotations) = (Shared::default(), Shared::default());
    let mut told = Log::new(log.clone(), DOCS.to_owned());
    let mut marked = Annotations::new(annotations.clone(), DOCS.to_owned());
    told.mask(SECRET);
    marked.mask(SECRET);
    for event in events {
        told.on(event);
        marked.on(event);
        page.push_str(&log.take());
        page.push_str(&annotations.take());
    }
    page
}

#[derive(Clone, Default)]
struct Shared(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl Shared {
    fn take(&mut self) -> String {
        let taken = std::mem::take(&mut *self.0.lock().expect("no panic"));
        String::from_utf8(taken).expect("text")
    }
}

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn summarised(events: &[Event]) -> String {
    let mut redactor = Redactor::default();
    redactor.learn(SECRET);
    summary::render(&chronicle(events), DOCS, &redactor)
}

fn chronicle(events: &[Event]) -> Chronicle {
    let mut chronicle = Chronicle::default();
    for event in events {
        chronicle.take(event);
    }
    chronicle
}

#[test]
fn a_good_release_in_the_log() {
    insta::assert_snapshot!(logged(&good_release()));
}

#[test]
fn a_good_release_in_the_summary() {
    insta::assert_snapshot!(summarised(&good_release()));
}

#[test]
fn a_good_release_in_the_outputs() {
    let values = outputs::values(&chronicle(&good_release()));
    insta::assert_debug_snapshot!(values);
}

#[test]
fn a_good_release_in_the_report() {
    let mut redactor = Redactor::default();
    redactor.learn(SECRET);
    let events = good_release();
    let report = record::render(&chronicle(&events), &events, &redactor).expect("JSON");
    insta::assert_snapshot!(report);
}

#[test]
fn a_failed_hook_in_the_log() {
    insta::assert_snapshot!(logged(&rolled_back()));
}

#[test]
fn a_failed_hook_in_the_summary() {
    insta::assert_snapshot!(summarised(&rolled_back()));
}

#[test]
fn a_canary_that_an_alarm_ends_in_the_log() {
    insta::assert_snapshot!(logged(&ended_by_an_alarm()));
}

#[test]
fn a_canary_that_an_alarm_ends_in_the_summary() {
    insta::assert_snapshot!(summarised(&ended_by_an_alarm()));
}

#[test]
fn a_crash_loop_in_the_log() {
    insta::assert_snapshot!(logged(&crash_loop()));
}

#[test]
fn a_crash_loop_in_the_summary() {
    insta::assert_snapshot!(summarised(&crash_loop()));
}

#[test]
fn a_crash_loop_in_the_report() {
    let events = crash_loop();
    let mut redactor = Redactor::default();
    redactor.learn(SECRET);
    let report = record::render(&chronicle(&events), &events, &redactor).expect("JSON");
    assert!(!report.contains(SECRET));
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let diagnosis = &report["targets"][0]["diagnosis"];
    assert_eq!(diagnosis["cause"]["kind"], "container-exited");
    assert_eq!(diagnosis["tasks"][0]["count"], 2);
    assert_eq!(diagnosis["logs"][0]["lines"][0], "starting");
    assert_eq!(diagnosis["circuit-breaker"]["threshold"], 3);
    assert_eq!(diagnosis["unread"][0]["why"], "not permitted");
    let events = report["events"].as_array().expect("events").iter();
    let mut told = events.filter(|event| event["type"] == "diagnosed");
    assert_eq!(
        told.next().map(|event| &event["diagnosis"]),
        Some(diagnosis)
    );
    assert!(told.next().is_none());
}

#[test]
fn a_failed_build() {
    let events = failed_build();
    insta::assert_snapshot!(format!("{}\n\n{}", logged(&events), summarised(&events)));
}

#[test]
fn wrong_inputs() {
    let events = refused();
    insta::assert_snapshot!(format!("{}\n\n{}", logged(&events), summarised(&events)));
}

#[test]
fn a_run_that_is_cancelled_closes_its_group() {
    let log = logged(&cancelled_build());
    assert_eq!(
        log.matches("::group::").count(),
        log.matches("::endgroup::").count()
    );
    assert!(log.contains("exit code 130"));
}

#[test]
fn no_sink_shows_a_secret_or_lets_a_stranger_speak() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = |name: &str| dir.path().join(name).to_str().expect("text").to_owned();
    let variables: Variables = [
        ("GITHUB_REPOSITORY", "octo/shop".to_owned()),
        ("GITHUB_SHA", "3f2a1bc".to_owned()),
        ("GITHUB_RUN_ID", "42".to_owned()),
        ("GITHUB_ACTOR", "ann".to_owned()),
        ("GITHUB_WORKSPACE", file("")),
        ("GITHUB_OUTPUT", file("outputs")),
        ("GITHUB_STEP_SUMMARY", file("summary.md")),
    ]
    .into_iter()
    .collect();
    let job = Job::read(&variables).expect("a job");
    // The first two write to the standard output, which a test has no part in.
    let mut sinks: Vec<_> = sinks(&job).into_iter().skip(2).collect();
    let events = stream::hostile();
    for sink in &mut sinks {
        sink.mask(SECRET);
        for event in &events {
            sink.on(event);
        }
    }
    let log = logged(&events);
    let (_, shown) = log.split_once('\n').expect("the mask comes first");
    for line in shown.lines().map(str::trim_start) {
        let ours = [
            "::group::",
            "::endgroup::",
            "::error title=",
            "::warning title=",
        ];
        assert!(
            !line.starts_with("::") || ours.iter().any(|our| line.starts_with(our)),
            "{line}"
        );
    }
    let report = file("greengate-deploy-main-shop.json");
    let written = [file("outputs"), file("summary.md"), report]
        .map(|path| fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}")));
    for text in written.iter().map(String::as_str).chain([shown]) {
        assert!(!text.contains(SECRET), "{text}");
    }
    assert!(
        written[0].starts_with("image<<greengate-"),
        "{}",
        written[0]
    );
    for kind in foreign_markup(&written[1]) {
        assert!(
            ["<code>", "</code>"].contains(&kind.as_str()),
            "{kind} in {}",
            written[1]
        );
    }
}

/// Everything in a summary that no part of it is meant to have.
fn foreign_markup(summary: &str) -> Vec<String> {
    let ours = [
        "Heading", "Table", "List", "Item", "Strong", "code", "block", "Link",
    ];
    let folds = [
        "<details><summary>Logs</summary>",
        "<details><summary>Service events</summary>",
        "</details>",
    ];
    let folds = folds.map(|fold| format!("literal: {:?}", format!("{fold}\n")));
    let is_fold =
        |kind: &str| kind.starts_with("HtmlBlock") && folds.iter().any(|it| kind.contains(it));
    let mut kinds = seen(summary).0;
    kinds.retain(|kind| !ours.iter().any(|our| kind.starts_with(our)) && !is_fold(kind));
    kinds
}

#[test]
fn a_report_never_writes_through_a_link() {
    let dir = tempfile::tempdir().expect("a directory");
    let (workspace, outside) = (dir.path().join("work"), dir.path().join("outside"));
    fs::create_dir(&workspace).expect("a directory");
    fs::write(&outside, "untouched").expect("a file");
    let report = workspace.join("greengate.json");
    std::os::unix::fs::symlink(&outside, &report).expect("a link");
    let mut sink = record::Record::new(workspace);
    for event in refused() {
        sink.on(&event);
    }
    assert_eq!(fs::read_to_string(&outside).expect("text"), "untouched");
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&report).expect("text")).expect("JSON");
    assert_eq!(report["failures"][0]["code"], "GG001");
}

#[test]
fn a_summary_stays_below_the_limit() {
    let mut events = rolled_back();
    let filler = "x|y ".repeat(5000);
    let failure = (0..500).fold(
        Failure::new(Code::DeploymentFailed, filler.clone(), filler.clone()),
        |failure, _| failure.because(filler.clone()),
    );
    let at = events[0].at;
    let failed = crate::events::EventKind::Failed { failure };
    events.extend((0..40).map(|seq| Event {
        seq,
        at,
        kind: failed.clone(),
    }));
    let summary = summarised(&events);
    assert!(summary.len() <= 1024 * 1024, "{}", summary.len());
    assert!(summary.contains("is left out"), "{}", summary.len());
    assert!(summary.contains("### Phases"), "what fits is there");
}
