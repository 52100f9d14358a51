//! The gate: read GitHub, decide, show the proof.

use crate::events::{EventKind, Events};
use crate::failure::{Code, Failure, Failures};
use crate::gate::{Policy, Seen, bound, judge};
use crate::github::oidc::{Claims, Issuer};
use crate::github::{GitHub, GitHubFailure};
use crate::http::Http;
use crate::inputs::{Gate, GitHubInputs};
use crate::job::Job;
use crate::model::approval::Evidence;
use anyhow::Result;

/// The token is shown to nobody: it is asked for only to be read here.
const AUDIENCE: &str = "greengate";

const UNTOLD: &str = "GitHub does not tell this job which environment it is bound to";
const UNREADABLE: &str = "the job's token may not read the environment and its approvals";

/// Lets the run pass, with the proof that `demanded` asks for, or refuses it. An `environment`
/// that the inputs name must be the job's even where no approval is demanded.
///
/// # Errors
/// [`Failures`] of the gate: every reason there is.
pub async fn pass(
    demanded: Gate,
    job: &Job,
    inputs: &GitHubInputs,
    http: &Http,
    events: &Events,
) -> Result<Option<Evidence>> {
    if demanded == Gate::None && inputs.environment.is_none() {
        return Ok(None);
    }
    let policy = Policy { job, inputs };
    let claims = claims(job, http, events).await?;
    let name = refuse(bound(&claims, &policy))?.to_owned();
    if demanded == Gate::None {
        return Ok(None);
    }
    let seen = look(claims, &name, &policy, http).await?;
    let evidence = refuse(judge(&seen, &policy))?;
    events.emit(EventKind::GatePassed {
        evidence: evidence.clone(),
    });
    Ok(Some(evidence))
}

async fn claims(job: &Job, http: &Http, events: &Events) -> Result<Claims, Failure> {
    let request = job.oidc.clone().ok_or_else(no_oidc)?;
    let issuer = Issuer::new(request, http.clone(), events.clone());
    let token = issuer.token(AUDIENCE).await;
    Ok(token.map_err(|failure| no_claims(&failure))?.claims)
}

/// Reads, side by side, what the decision needs.
async fn look(claims: Claims, name: &str, policy: &Policy<'_>, http: &Http) -> Result<Seen> {
    let Policy { job, inputs } = policy;
    let token = inputs.token.as_ref().ok_or_else(no_token)?;
    let github = GitHub::connect(job, token, http)?;
    let (environment, run, facts, reviews) = tokio::try_join!(
        github.environment(name),
        github.run_attempt(job.run_id, job.run_attempt),
        async {
            match claims.check_run_id {
                Some(id) => github.job(id).await.map(Some),
                None => Ok(None),
            }
        },
        github.reviews(job.run_id),
    )
    .map_err(|failure| unread(&failure))?;
    Ok(Seen {
        claims,
        environment,
        run,
        job: facts,
        reviews,
        at: http.clock.now(),
    })
}

fn refuse<T>(judged: Result<T, Vec<Failure>>) -> Result<T> {
    judged.or_else(|refusals| {
        Failures::none(refusals)?;
        anyhow::bail!("the gate refused without a reason")
    })
}

fn no_oidc() -> Failure {
    permission(UNTOLD, "id-token: write").because("ACTIONS_ID_TOKEN_REQUEST_URL is not set")
}

fn no_claims(failure: &GitHubFailure) -> Failure {
    if failure.is_denied() {
        return permission(UNTOLD, "id-token: write").because(failure.to_string());
    }
    unproven(failure)
}

fn no_token() -> Failure {
    bad_token("there is no token to read the approval with")
}

fn bad_token(what: &str) -> Failure {
    Failure::new(
        Code::GatePermission,
        what,
        "Leave the `github-token` input out, so that it is the job's own token, and give the job \
         `permissions: actions: read`.",
    )
}

fn unread(failure: &GitHubFailure) -> Failure {
    match failure.status {
        Some(401) => bad_token("GitHub does not accept the token that the approval is read with")
            .because(failure.to_string()),
        Some(404) => unproven(failure).because(
            "GitHub answers 404 for what a token may not see, too: check that the job's \
             `permissions:` have `actions: read`",
        ),
        _ if failure.is_denied() => {
            permission(UNREADABLE, "actions: read").because(failure.to_string())
        }
        _ => unproven(failure),
    }
}

fn unproven(failure: &GitHubFailure) -> Failure {
    let refusal = Failure::new(
        Code::GateUnproven,
        "GitHub did not say what the approval is proven with",
        "Run the job again; if it persists, look at https://www.githubstatus.com.",
    );
    refusal.because(failure.to_string())
}

fn permission(what: &str, key: &str) -> Failure {
    let help = format!(
        "Add `{key}` to the job's `permissions:`, beside `contents: read` and the others it \
         needs: every key that the block does not name is taken away. A reusable workflow needs \
         it from its caller too."
    );
    Failure::new(Code::GatePermission, what, help)
}

#[cfg(test)]
mod tests;
