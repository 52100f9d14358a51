//! What the demo tells, clearly apart from the job's own log: its lines begin with `---` or stand
//! indented below, those of the log behind a bar.

use super::facts::{self, Fact};
use super::step::Ended;
use greengate_sandbox::Sandbox;
use greengate_sandbox::runner::Annotation;
use greengate_sandbox::scenario::Story;
use serde_json::Value;
use std::io::Write;
use std::path::Path;

const WIDTH: usize = 92;

/// Nobody can be told that nothing can be written.
fn print(line: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A line of the story.
pub(super) fn tell(line: &str) {
    print(&format!("\n--- {line}"));
}

/// A line of the job's log.
pub(super) fn text(line: &str) {
    print(format!("  | {line}").trim_end());
}

/// What is going to happen, and where to look.
pub(super) fn prologue(title: &str, story: &Story, url: &str, speed: f64) {
    print(&format!("Greengate: {title}"));
    print("");
    let plot = "A commit of a small web shop (examples/shop) goes to staging on Amazon ECS, waits for \
                a reviewer, and goes to production as a canary deployment, as the workflow \
                examples/shop/deploy.yml says. Greengate is the real program, and the image is really \
                built and pushed; AWS and GitHub are a sandbox inside this process.";
    paragraph(plot);
    if !story.about.is_empty() {
        paragraph(&story.about);
    }
    paragraph(&format!(
        "Time in the sandbox runs {speed} times as fast: a minute takes {} seconds. Lines behind a \
         bar are the job's log, as GitHub shows it.",
        60.0 / speed
    ));
    print(&format!("    AWS and GitHub  {url}"));
    print(&format!("    their state     {url}/_sandbox/state"));
    print(&format!("    every call      {url}/_sandbox/calls"));
}

fn paragraph(text: &str) {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() >= WIDTH {
            print(&std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    print(&line);
    print("");
}

/// What GitHub shows beside the log.
pub(super) fn annotations(annotations: &[Annotation]) {
    if annotations.is_empty() {
        return;
    }
    tell("Annotations, as on the page of the run");
    for annotation in annotations {
        print(&format!(
            "    {}: {}",
            annotation.level.word(),
            annotation.title
        ));
        for line in annotation.message.lines() {
            print(&format!("        {line}"));
        }
    }
}

/// How a job ended.
pub(super) fn job_ended(name: &str, ended: &Ended) {
    let how = match ended.code {
        Some(0) => "is green".to_owned(),
        Some(code) => format!("is red (exit code {code})"),
        None => "was killed".to_owned(),
    };
    let took = ended.took.as_secs_f64();
    tell(&format!("Job {name} {how}, after {took:.1} real seconds"));
}

/// A job's summary.
pub(super) fn summary(job: &str, markdown: &str) {
    tell(&format!(
        "Summary of job {job}, which GitHub renders on the page of the run"
    ));
    print("");
    for line in markdown.trim_end().lines() {
        print(format!("    {line}").trim_end());
    }
}

/// The table of what is seen.
pub(super) fn facts(facts: &[Fact], sandbox: &Sandbox) {
    tell("What the sandbox shows now");
    print("");
    for Fact { about, seen, holds } in facts {
        let verdict = if *holds { "right" } else { "WRONG" };
        print(&format!("    {verdict}  {about:<20}{seen}"));
    }
    let calls = facts::read(sandbox, "/_sandbox/calls");
    let calls = calls.get("count").and_then(Value::as_u64).unwrap_or(0);
    print(&format!("           {:<20}{calls} in all", "calls"));
}

/// Whether that is as it must be, and what to look at next.
pub(super) fn epilogue(good: bool, failure: bool, folder: &Path) {
    tell(match (good, failure) {
        (true, true) => "This failed in the way it had to, and nothing else happened",
        (true, false) => "All is as it must be",
        (false, _) => "Something is not as it must be: see above",
    });
    print("");
    print("    Look at next:");
    print(&format!("      {}", folder.display()));
    print("          what the jobs left: summaries, outputs, and the report in workspace/");
    print("      make demo SCENARIO=crash-loop    (or hook-fails, self-approval, no-reviewers)");
    print("          how failures look");
    print("      README.md");
    print("          how to put it into a workflow of your own");
}
