//! Has somebody entitled approved this environment in this run, and nobody rejected it?
//!
//! GitHub keeps the reviews of a run, not of a job or an attempt: when the environment was approved
//! more than once, nothing says which approval let this job through. So every one of them must be
//! such that it could have been the one.

use super::{Policy, Seen, unproven};
use crate::failure::{Code, Failure};
use crate::github::environments::Environment;
use crate::github::runs::{Review, Run, User};
use crate::model::approval::Approver;

/// Who approved.
pub(super) fn check(
    seen: &Seen,
    environment: &Environment,
    policy: &Policy<'_>,
) -> Result<Vec<Approver>, Vec<Failure>> {
    let about = |review: &&Review| review.environments.iter().any(|e| e.id == environment.id);
    let mut approvers = Vec::new();
    let mut refusals = Vec::new();
    for review in seen.reviews.iter().filter(about) {
        match weigh(review, seen, environment, policy) {
            Ok(approver) => approvers.extend(approver),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() && approvers.is_empty() {
        refusals.push(not_approved(environment));
    }
    if refusals.is_empty() {
        Ok(approvers)
    } else {
        Err(refusals)
    }
}

/// An approval that counts, a review that counts for nothing, or a refusal.
fn weigh(
    review: &Review,
    seen: &Seen,
    environment: &Environment,
    policy: &Policy<'_>,
) -> Result<Option<Approver>, Failure> {
    let comment = review.comment.clone().unwrap_or_default();
    let by = review.user.as_ref();
    match (review.state.as_str(), by) {
        ("pending", _) => Ok(None),
        ("rejected", by) => Err(rejected(environment, by, &comment)),
        // An app's approval answers a rule of its own; apps are never required reviewers.
        ("approved", Some(user)) if user.kind == "Bot" => Ok(None),
        ("approved", Some(user)) if user.kind == "User" => {
            entitled(user, &seen.run, environment, policy)?;
            let login = user.login.clone();
            Ok(Some(Approver { login, comment }))
        }
        ("approved", _) => Err(unproven(
            format!("who approved environment {} is not known", environment.name),
            by.map_or("the account is gone".to_owned(), |user| {
                format!("{} is a {}", user.login, user.kind)
            }),
        )),
        (state, _) => Err(unproven(
            format!(
                "a review of environment {} is of an unknown kind",
                environment.name
            ),
            format!("its state is {state}"),
        )),
    }
}

/// The approver is neither the one whose privileges the run has nor the one who started this
/// attempt. Ids are compared: logins can change hands.
fn entitled(
    user: &User,
    run: &Run,
    environment: &Environment,
    policy: &Policy<'_>,
) -> Result<(), Failure> {
    let (Some(actor), Some(trigger)) = (&run.actor, &run.triggering_actor) else {
        let why = "GitHub names no actor or no triggering actor of this attempt";
        return Err(unproven(
            "who started this run is not known",
            why.to_owned(),
        ));
    };
    let own = [actor.id, trigger.id].contains(&user.id);
    if own && !policy.inputs.allow_self_approval {
        return Err(self_approved(user, environment, policy));
    }
    Ok(())
}

fn rejected(environment: &Environment, by: Option<&User>, comment: &str) -> Failure {
    let who = by.map_or("somebody", |user| user.login.as_str());
    let refusal = Failure::new(
        Code::Rejected,
        format!(
            "{who} rejected environment {} in this run",
            environment.name
        ),
        "A rejection holds for all attempts of a run: start a new run when it is settled.",
    );
    if comment.is_empty() {
        return refusal;
    }
    refusal.because(format!("the comment says: {comment}"))
}

fn self_approved(user: &User, environment: &Environment, policy: &Policy<'_>) -> Failure {
    let refusal = Failure::new(
        Code::SelfApproved,
        format!(
            "{} started this run and approved environment {}",
            user.login, environment.name
        ),
        "Start a new run and let somebody else approve it; \"Prevent self-review\" in the \
         environment's settings keeps this from happening. Where one person may do both, set \
         `allow-self-approval: true`.",
    );
    if policy.job.run_attempt == 1 {
        return refusal;
    }
    refusal.because(format!(
        "this is attempt {}, and GitHub does not say which attempt an approval belongs to, so \
         every approval of the run must be somebody else's",
        policy.job.run_attempt
    ))
}

fn not_approved(environment: &Environment) -> Failure {
    Failure::new(
        Code::NotApproved,
        format!(
            "nobody has approved environment {} in this run",
            environment.name
        ),
        "Start a new run and let one of the required reviewers approve it.",
    )
    .because(
        "a job that started without a review was let through by an administrator, or the \
         reviewers were required only after it started",
    )
}
