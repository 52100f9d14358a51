//! Does the environment hold a job until somebody reviews it?

use super::{Policy, same};
use crate::failure::{Code, Failure};
use crate::github::environments::{Environment, Rule};

const REQUIRED_REVIEWERS: &str = "required_reviewers";

/// Who must review, by login or slug.
pub(super) fn check(
    environment: &Environment,
    name: &str,
    policy: &Policy<'_>,
) -> Result<Vec<String>, Vec<Failure>> {
    let reviewers = reviewers(environment);
    let refusals: Vec<_> = [
        same("the environment's name", Some(&environment.name), name),
        reviewers
            .is_empty()
            .then(|| no_reviewers(environment, policy)),
        bypass(environment, policy),
    ]
    .into_iter()
    .flatten()
    .collect();
    if refusals.is_empty() {
        Ok(reviewers)
    } else {
        Err(refusals)
    }
}

/// `None` when GitHub does not say.
pub(super) fn prevent_self_review(environment: &Environment) -> Option<bool> {
    rules(environment).find_map(|rule| rule.prevent_self_review)
}

fn rules(environment: &Environment) -> impl Iterator<Item = &Rule> {
    let rules = environment.protection_rules.iter();
    rules.filter(|rule| rule.kind == REQUIRED_REVIEWERS)
}

fn reviewers(environment: &Environment) -> Vec<String> {
    let reviewers = rules(environment).flat_map(|rule| &rule.reviewers);
    let names = reviewers.filter_map(|reviewer| reviewer.reviewer.name());
    names.map(str::to_owned).collect()
}

fn no_reviewers(environment: &Environment, policy: &Policy<'_>) -> Failure {
    let rules = environment
        .protection_rules
        .iter()
        .map(|rule| rule.kind.as_str());
    let rules: Vec<_> = rules.collect();
    let rules = if rules.is_empty() {
        "none".to_owned()
    } else {
        rules.join(", ")
    };
    Failure::new(
        Code::NoReviewers,
        format!("environment {} requires no reviewers", environment.name),
        format!(
            "Add required reviewers to it: {}/{}/settings/environments.",
            policy.job.server_url, policy.job.repository
        ),
    )
    .because(format!("its protection rules: {rules}"))
    .because(
        "GitHub makes an environment that a job names and that is not there, without rules: \
         check the name for a typing error",
    )
    .because(
        "in private and internal repositories required reviewers need GitHub Enterprise; \
              with Free, Pro and Team they work in public repositories only",
    )
}

fn bypass(environment: &Environment, policy: &Policy<'_>) -> Option<Failure> {
    if policy.inputs.allow_admin_bypass || environment.can_admins_bypass == Some(false) {
        return None;
    }
    let why = match environment.can_admins_bypass {
        Some(_) => "\"Allow administrators to bypass configured protection rules\" is on",
        None => "GitHub does not say whether administrators may bypass its rules",
    };
    let refusal = Failure::new(
        Code::AdminBypass,
        format!(
            "administrators may bypass the rules of environment {}",
            environment.name
        ),
        "Turn the setting off in the environment's settings, or drop `allow-admin-bypass: false`.",
    );
    Some(refusal.because(why))
}
