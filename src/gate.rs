//! The decision of the gate: pure, from what GitHub says to proof or refusal.
//!
//! The job that asks runs already, so the question is never "may it start?" but "did GitHub hold
//! this very job until somebody entitled approved?". No single answer of GitHub's says so; the
//! steps below together do. Whatever is missing, unknown or does not fit is a refusal.
//!
//! What GitHub cannot tell is said in the evidence or in the documents: an approval has neither a
//! time nor an attempt, and rules may have been changed between the approval and this look. The
//! lock behind this one is the role's trust policy in AWS.

mod approvals;
mod binding;
mod protection;
mod provenance;

pub use binding::bound;

use crate::failure::{Code, Failure};
use crate::github::environments::Environment;
use crate::github::oidc::Claims;
use crate::github::runs::{JobFacts, Review, Run};
use crate::inputs::GitHubInputs;
use crate::job::Job;
use crate::model::approval::Evidence;
use jiff::Timestamp;

/// What GitHub said, all of it read by this job.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The claims of the job's OIDC token.
    pub claims: Claims,
    /// The environment that the token names; `None` when GitHub says there is none.
    pub environment: Option<Environment>,
    /// The run's present attempt.
    pub run: Run,
    /// The job that the token names; `None` when it names none.
    pub job: Option<JobFacts>,
    /// The reviews of the run, of all its attempts.
    pub reviews: Vec<Review>,
    /// When all this was read.
    pub at: Timestamp,
}

/// What must be proven.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'a> {
    /// The job as its runner describes it.
    pub job: &'a Job,
    /// What the inputs demand.
    pub inputs: &'a GitHubInputs,
}

/// The proof, or every reason why there is none.
pub fn judge(seen: &Seen, policy: &Policy<'_>) -> Result<Evidence, Vec<Failure>> {
    let name = bound(&seen.claims, policy)?;
    let Some(environment) = &seen.environment else {
        return Err(vec![no_environment(name)]);
    };
    let mut refusals = provenance::check(seen, policy);
    let reviewers = protection::check(environment, name, policy);
    let approvers = match &reviewers {
        Ok(_) => approvals::check(seen, environment, policy),
        // Without the rule there is nothing that an approval could mean.
        Err(_) => Ok(Vec::new()),
    };
    match (reviewers, approvers) {
        (Ok(required_reviewers), Ok(approvers)) if refusals.is_empty() => Ok(Evidence {
            environment: environment.name.clone(),
            required_reviewers,
            prevent_self_review: protection::prevent_self_review(environment),
            admins_may_bypass: environment.can_admins_bypass,
            approvers,
            run_id: policy.job.run_id,
            run_attempt: policy.job.run_attempt,
            sha: policy.job.sha.clone(),
            seen_at: seen.at,
        }),
        (reviewers, approvers) => {
            refusals.extend(reviewers.err().unwrap_or_default());
            refusals.extend(approvers.err().unwrap_or_default());
            Err(refusals)
        }
    }
}

fn no_environment(name: &str) -> Failure {
    unproven(
        format!("GitHub knows no environment {name} in this repository"),
        "the job's OIDC token names it".to_owned(),
    )
}

/// A doubt.
fn unproven(what: impl Into<String>, why: String) -> Failure {
    Failure::new(
        Code::GateUnproven,
        what,
        "Start a new run and let a reviewer approve it. If it is refused again, compare the \
         run, the environment's settings and the job's `permissions:` with the documents.",
    )
    .because(why)
}

/// A fact that must be what the job says; the doubt when it is not.
fn same(what: &str, found: Option<&str>, expected: &str) -> Option<Failure> {
    if found.is_some_and(|found| found.eq_ignore_ascii_case(expected)) {
        return None;
    }
    let found = found.unwrap_or("nothing");
    Some(unproven(
        format!("{what} does not fit this job"),
        format!("it says {found}, the job says {expected}"),
    ))
}

#[cfg(test)]
pub(crate) mod tests;
