//! The comment that a plan keeps on its pull request: which one, and whose it is.
//!
//! It never fails a run: a plan that cannot be said is in the summary and in the log.

use super::Run;
use crate::github::{GitHub, GitHubFailure};
use crate::http::Http;
use crate::inputs::Command;
use crate::job::Job;
use crate::model::arn::short;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fs;

/// Whether what `run` has found is to be kept as a comment.
pub fn is_wanted(run: &Run<'_>) -> bool {
    let plans = run.inputs.command == Command::Plan;
    plans && run.inputs.github.comment && !run.cancel.is_cancelled()
}

/// Keeps `text` on the pull request of the run.
pub async fn keep(run: &Run<'_>, text: &str) {
    let Some(number) = pull_request(run.job) else {
        run.events
            .note("This run is of no pull request that a comment could stand on.");
        return;
    };
    let marker = marker(run);
    let body = format!("{marker}\n{text}");
    match say(run, number, &marker, &body).await {
        Ok(address) => run.events.note(format!("The plan is kept at {address}")),
        Err(why) => run.events.warn(why),
    }
}

async fn say(run: &Run<'_>, number: u64, marker: &str, body: &str) -> Result<String, String> {
    let token = run.inputs.github.token.as_ref();
    let token = token.ok_or("The plan is not kept as a comment: `github-token` is empty.")?;
    let http = Http::new(run.http.clone(), run.clock.clone());
    let github = GitHub::connect(run.job, token, &http);
    let github =
        github.map_err(|error| format!("The plan is not kept as a comment: {error:#}."))?;
    let kept = github.keep_comment(number, marker, body).await;
    kept.map_err(|failure| not_kept(number, &failure))
}

fn not_kept(number: u64, failure: &GitHubFailure) -> String {
    if !failure.is_denied() {
        return format!("The plan is not kept as a comment on #{number}: {failure}.");
    }
    format!(
        "The plan is not kept as a comment on #{number}: {failure}. Give the job \
         `permissions: {{ pull-requests: write }}`, beside those that it has. Pull requests from forks \
         get no token that may write: their plan is in the summary."
    )
}

/// What the comment begins with, which nobody sees: plans of other workflows, and of other services in
/// the same one, have others.
fn marker(run: &Run<'_>) -> String {
    let deploy = &run.inputs.deploy;
    let of = [
        run.job.workflow.as_str(),
        &run.inputs.aws.region,
        short(&deploy.cluster),
        deploy.service.as_deref().unwrap_or_default(),
    ];
    let hash = hex::encode(Sha256::digest(of.join("\n")));
    let hash = hash.get(..16).unwrap_or(&hash);
    format!("<!-- greengate plan {hash} -->")
}

/// The number of the pull request that the run is of: by its ref, or by the event that started it.
fn pull_request(job: &Job) -> Option<u64> {
    let by_ref = job.git_ref.strip_prefix("refs/pull/");
    let by_ref = by_ref.and_then(|rest| rest.split('/').next()?.parse().ok());
    by_ref.or_else(|| {
        let event = fs::read(job.event_file.as_ref()?).ok()?;
        let event: Event = serde_json::from_slice(&event).ok()?;
        event.number()
    })
}

/// The event that started a run
/// (<https://docs.github.com/webhooks/webhook-events-and-payloads>).
#[derive(Deserialize)]
struct Event {
    pull_request: Option<Numbered>,
    issue: Option<Issue>,
}

#[derive(Deserialize)]
struct Numbered {
    number: u64,
}

/// A comment on a pull request is an event of an issue that has one.
#[derive(Deserialize)]
struct Issue {
    number: u64,
    pull_request: Option<serde::de::IgnoredAny>,
}

impl Event {
    fn number(self) -> Option<u64> {
        let issue = self.issue.filter(|issue| issue.pull_request.is_some());
        let issue = issue.map(|issue| issue.number);
        self.pull_request.map(|it| it.number).or(issue)
    }
}

#[cfg(test)]
mod tests {
    use super::Event;

    #[test]
    fn the_event_names_the_pull_request() {
        for (event, expected) in [
            (r#"{"pull_request": {"number": 7}, "number": 7}"#, Some(7)),
            (
                r#"{"issue": {"number": 8, "pull_request": {"url": "…"}}}"#,
                Some(8),
            ),
            (r#"{"issue": {"number": 8}}"#, None),
            (r#"{"ref": "refs/heads/main"}"#, None),
        ] {
            let event: Event = serde_json::from_str(event).expect("an event");
            assert_eq!(event.number(), expected);
        }
    }
}
