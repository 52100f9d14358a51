//! Is the job bound to the environment, and is the token this job's?
//!
//! Only GitHub can put an `environment` claim into a token, and it does so only for a job that it
//! let through that environment's rules.

use super::{Policy, same};
use crate::failure::{Code, Failure};
use crate::github::oidc::Claims;

/// The environment that the job is bound to, as its token spells it.
///
/// # Errors
/// The job is bound to none, to another than the inputs name, or the token is not this job's.
pub fn bound<'a>(claims: &'a Claims, policy: &Policy<'_>) -> Result<&'a str, Vec<Failure>> {
    let job = policy.job;
    let text = |number: Option<u64>| number.map(|number| number.to_string());
    let (run, attempt) = (text(claims.run_id), text(claims.run_attempt));
    let doubts: Vec<_> = [
        same(
            "the token's repository",
            claims.repository.as_deref(),
            &job.repository,
        ),
        same(
            "the token's run_id",
            run.as_deref(),
            &job.run_id.to_string(),
        ),
        same(
            "the token's run_attempt",
            attempt.as_deref(),
            &job.run_attempt.to_string(),
        ),
        same("the token's sha", claims.sha.as_deref(), &job.sha),
    ]
    .into_iter()
    .flatten()
    .collect();
    let bound = environment(claims, policy.inputs.environment.as_deref());
    match bound {
        Ok(name) if doubts.is_empty() => Ok(name),
        Ok(_) => Err(doubts),
        Err(refusal) => Err(std::iter::once(refusal).chain(doubts).collect()),
    }
}

fn environment<'a>(claims: &'a Claims, named: Option<&str>) -> Result<&'a str, Failure> {
    match (claims.environment.as_deref(), named) {
        (None, named) => Err(unbound(named.unwrap_or("production"))),
        (Some(bound), Some(named)) if !bound.eq_ignore_ascii_case(named) => {
            Err(bound_elsewhere(bound, named))
        }
        (Some(bound), _) => Ok(bound),
    }
}

fn unbound(name: &str) -> Failure {
    let help = format!(
        "Add `environment: {name}` to the job that runs Greengate, so that GitHub holds the job \
         until a reviewer approves. In a reusable workflow it belongs to the job of the called \
         workflow."
    );
    Failure::new(
        Code::NotBound,
        "this job is not bound to an environment",
        help,
    )
    .because("its OIDC token has no `environment` claim")
}

fn bound_elsewhere(bound: &str, named: &str) -> Failure {
    let what = format!("this job is bound to environment {bound}, not to {named}");
    let help = format!(
        "Set the job's `environment:` to {named}, or the `environment` input to {bound}: the \
         approval of one environment says nothing about another."
    );
    Failure::new(Code::NotBound, what, help)
}
