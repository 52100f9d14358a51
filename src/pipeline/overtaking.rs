//! An older commit never overtakes a newer one that is deployed, unless that is asked for.
//!
//! Finds out which commits are deployed and asks GitHub how they stand to the run's;
//! [`rollout::overtaking`](crate::rollout::overtaking) decides. What cannot be found out is told
//! and holds nobody up.

mod deployed;
mod wording;

use super::Run;
use super::active::Active;
use crate::aws::Aws;
use crate::failure::Failure;
use crate::github::GitHub;
use crate::http::Http;
use crate::inputs::Command;
use crate::model::service::Service;
use crate::rollout::overtaking::{Overtaking, Standing, judge};
use deployed::{Deployed, deployed};
use std::time::Duration;

/// How long, in real time, finding out may hold up the rest of the run.
const LIMIT: Duration = Duration::from_secs(20);

/// What was found out.
#[derive(Debug, Default)]
struct Findings {
    /// The deployed commits, and how they stand to the run's.
    commits: Vec<(Deployed, Standing)>,
    /// What is not known, and why.
    unknown: Vec<String>,
}

/// [`Code::OlderCommit`](crate::failure::Code::OlderCommit) when all that `service` is known to run
/// is newer than the commit of the run; `None` when it is not, when nobody can say, and where the
/// inputs do not ask.
pub async fn look(run: &Run<'_>, aws: &Aws, service: &Service) -> Option<Failure> {
    if !is_asked_for(run) {
        return None;
    }
    let label = format!("{}/{}", service.cluster_name(), service.name);
    let findings = in_time(run, Box::pin(findings(run, aws, service))).await;
    let what = format!("{label} runs");
    let newer = findings.judged(run, &what)?;
    Some(wording::overtakes(&label, &run.job.sha, newer))
}

/// The same of a deployment that runs and that this run would stop: what it brings is known by its
/// description.
pub async fn would_stop(run: &Run<'_>, label: &str, active: &Active) -> Option<Failure> {
    let commit = active.commit(run.job).filter(|_| is_asked_for(run))?;
    let deployed = Deployed::described(commit, active);
    let comparing = Box::pin(compared(run, vec![deployed], Findings::default()));
    let findings = in_time(run, comparing).await;
    let what = format!("{} brings", active.name());
    let newer = findings.judged(run, &what)?;
    Some(wording::would_stop(label, &run.job.sha, newer))
}

/// The commit of a plan is not the one that is deployed: on a pull request it is a trial merge.
fn is_asked_for(run: &Run<'_>) -> bool {
    run.inputs.command.is_for_a_revision()
        && run.inputs.command != Command::Plan
        && !run.inputs.waiting.allow_older_commit
}

async fn in_time(run: &Run<'_>, findings: impl Future<Output = Findings>) -> Findings {
    let limit = run.clock.sleep(run.clock.in_real_time(LIMIT));
    tokio::select! {
        biased;
        findings = findings => findings,
        () = limit => Findings::unknown("AWS and GitHub took too long to say".to_owned()),
    }
}

impl Findings {
    fn unknown(why: String) -> Self {
        Self {
            unknown: vec![why],
            ..Self::default()
        }
    }

    /// The commits, when the run's would be a step back from them; tells when nobody can say what
    /// it is that `what` (`production/shop runs`).
    fn judged(&self, run: &Run<'_>, what: &str) -> Option<&[(Deployed, Standing)]> {
        let standings: Vec<_> = self.commits.iter().map(|(_, it)| *it).collect();
        match judge(&standings) {
            Overtaking::No => None,
            Overtaking::Yes => Some(&self.commits),
            Overtaking::Unknown => {
                let why = self.unknown.join("; ");
                run.events.note(format!(
                    "Whether {what} a newer commit than this run's is not known: {why}."
                ));
                None
            }
        }
    }
}

async fn findings(run: &Run<'_>, aws: &Aws, service: &Service) -> Findings {
    let (deployed, unknown) = match deployed(aws, service).await {
        Ok(found) => found,
        Err(why) => return Findings::unknown(why),
    };
    let mut findings = Findings {
        commits: Vec::new(),
        unknown,
    };
    let same = deployed.iter().find(|it| it.commit == run.job.sha);
    if let Some(same) = same {
        findings.commits.push((same.clone(), Standing::Same));
        return findings;
    }
    if deployed.is_empty() {
        return findings;
    }
    compared(run, deployed, findings).await
}

/// Asks GitHub about each of `deployed`, until one is older or GitHub does not answer.
///
/// The run's commit is the base: as a rule it is the newer one, and then the answer has none of the
/// files in it that lie between the two.
async fn compared(run: &Run<'_>, deployed: Vec<Deployed>, mut findings: Findings) -> Findings {
    let ours = &run.job.sha;
    let github = match github(run) {
        Ok(github) => github,
        Err(why) => {
            findings.unknown.push(why);
            return findings;
        }
    };
    for one in deployed {
        let standing = match github.compare(ours, &one.commit).await {
            Ok(compared) => {
                let apart = wording::apart(&one.commit, ours, &compared);
                findings.unknown.extend(apart);
                Standing::of(&compared.status, compared.ahead_by)
            }
            Err(failure) => {
                let why = wording::unanswered(run.job, &one.commit, &failure);
                findings.unknown.push(why);
                if failure.status == Some(404) {
                    continue;
                }
                break;
            }
        };
        findings.commits.push((one, standing));
        if standing == Standing::Older {
            break;
        }
    }
    findings
}

fn github(run: &Run<'_>) -> Result<GitHub, String> {
    let token = run.inputs.github.token.as_ref();
    let token = token.ok_or("there is no `github-token` to compare commits with")?;
    let http = Http::new(run.http.clone(), run.clock.clone());
    GitHub::connect(run.job, token, &http).map_err(|error| format!("{error:#}"))
}
