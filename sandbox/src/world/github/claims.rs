//! What an identity token says of the job that asked for it.
//!
//! <https://docs.github.com/en/actions/reference/security/oidc#oidc-token-claims>

use super::run::{Attempt, Job, Run, State};
use super::{GitHub, JobKey, Repository};
use crate::world::World;
use crate::world::oidc::ISSUER;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

/// How long an identity token is good, in simulated seconds.
const LIFETIME: i64 = 300;

/// A colon would end the part of the subject that it stands in.
const IN_SUBJECT: &AsciiSet = &CONTROLS.add(b':');

/// A signed token for `audience` (the owner's URL if absent), and how many the job has had. None
/// if the job does not run.
pub fn token(world: &mut World, key: JobKey, audience: Option<&str>) -> Option<(String, u64)> {
    let id = world.next_uuid().to_string();
    let claims = claims(world, key, audience, &id)?;
    let token = world.oidc.sign(&claims)?;
    let job = super::run::job_mut(world, key)?;
    job.identity_tokens += 1;
    Some((token, job.identity_tokens))
}

fn claims(world: &World, key: JobKey, audience: Option<&str>, id: &str) -> Option<Value> {
    let (repository, run, attempt, job) = world.github.job(key)?;
    if job.state != State::InProgress {
        return None;
    }
    let now = world.now.as_second();
    let mut claims = of_run(&world.github, repository, run, attempt);
    let owner = format!("https://github.com/{}", repository.owner);
    let of_job = json!({
        "jti": id,
        "sub": subject(&world.github, repository, run, job),
        "aud": audience.unwrap_or(&owner),
        "iss": ISSUER,
        "nbf": now - 60,
        "iat": now,
        "exp": now + LIFETIME,
        "check_run_id": job.id.to_string(),
        "runner_environment": "github-hosted",
    });
    extend(&mut claims, of_job);
    if let Some(environment) = &job.environment {
        let id = repository
            .environment(environment)
            .map(|e| format!("EN_{}", e.id));
        let bound = json!({"environment": environment, "environment_node_id": id});
        extend(&mut claims, bound);
    }
    Some(claims)
}

fn extend(claims: &mut Value, more: Value) {
    if let (Value::Object(claims), Value::Object(more)) = (claims, more) {
        claims.extend(more);
    }
}

fn of_run(github: &GitHub, repository: &Repository, run: &Run, attempt: &Attempt) -> Value {
    let workflow_ref = format!("{}/{}@{}", repository.full_name(), run.path, run.git_ref);
    let id_of = |login: &str| github.user(login).map(|user| user.id.to_string());
    let branch = run.git_ref.starts_with("refs/heads/");
    json!({
        "actor": run.actor,
        "actor_id": id_of(&run.actor),
        "base_ref": "",
        "event_name": run.event,
        "head_ref": "",
        "job_workflow_ref": workflow_ref,
        "job_workflow_sha": run.sha,
        "ref": run.git_ref,
        "ref_protected": (run.branch() == repository.default_branch).to_string(),
        "ref_type": if branch { "branch" } else { "tag" },
        "repository": repository.full_name(),
        "repository_id": repository.id.to_string(),
        "repository_owner": repository.owner,
        "repository_owner_id": id_of(&repository.owner),
        "repository_visibility": if repository.private { "private" } else { "public" },
        "run_attempt": attempt.number.to_string(),
        "run_id": run.id.to_string(),
        "run_number": run.number.to_string(),
        "sha": run.sha,
        "workflow": run.workflow,
        "workflow_ref": workflow_ref,
        "workflow_sha": run.sha,
    })
}

/// `repo:acme/shop:environment:production`, or with ids where the repository says so.
fn subject(github: &GitHub, repository: &Repository, run: &Run, job: &Job) -> String {
    let owner_id = github.user(&repository.owner).map_or(0, |user| user.id);
    let name = if repository.immutable_subject {
        let Repository {
            owner, name, id, ..
        } = repository;
        format!("{owner}@{owner_id}/{name}@{id}")
    } else {
        repository.full_name()
    };
    let context = match &job.environment {
        Some(environment) => {
            let environment = utf8_percent_encode(environment, IN_SUBJECT);
            format!("environment:{environment}")
        }
        None if run.event == "pull_request" => "pull_request".to_owned(),
        None => format!("ref:{}", run.git_ref),
    };
    format!("repo:{name}:{context}")
}
