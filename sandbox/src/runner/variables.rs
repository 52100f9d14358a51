//! The variables that a runner gives every step: the allow-list of `GITHUB_*`, its own, and where
//! this world is.

use crate::world::World;
use crate::world::github::Repository;
use crate::world::github::run::{Attempt, Run};
use std::collections::BTreeMap;

/// What is the same in every job.
const FIXED: [(&str, &str); 13] = [
    ("CI", "true"),
    ("GITHUB_ACTIONS", "true"),
    ("GITHUB_ACTION", "__run"),
    ("GITHUB_ACTION_REF", ""),
    ("GITHUB_ACTION_REPOSITORY", ""),
    ("GITHUB_BASE_REF", ""),
    ("GITHUB_HEAD_REF", ""),
    ("GITHUB_RETENTION_DAYS", "90"),
    ("RUNNER_ARCH", "X64"),
    ("RUNNER_ENVIRONMENT", "github-hosted"),
    ("RUNNER_NAME", "GitHub Actions 1"),
    ("RUNNER_OS", "Linux"),
    ("RUNNER_TOOL_CACHE", "/opt/hostedtoolcache"),
];

/// The variables of a job of this attempt.
pub(super) fn of_run(
    world: &World,
    repository: &Repository,
    run: &Run,
    attempt: &Attempt,
) -> BTreeMap<String, String> {
    let address = &world.address;
    let id_of = |login: &str| {
        world
            .github
            .user(login)
            .map_or(0, |user| user.id)
            .to_string()
    };
    let full_name = repository.full_name();
    let branch = run.git_ref.starts_with("refs/heads/");
    let protected = branch && run.branch() == repository.default_branch;
    let own = [
        ("ACTOR", run.actor.clone()),
        ("ACTOR_ID", id_of(&run.actor)),
        ("API_URL", format!("http://{address}/api/v3")),
        ("EVENT_NAME", run.event.clone()),
        ("GRAPHQL_URL", format!("http://{address}/api/graphql")),
        ("REF", run.git_ref.clone()),
        ("REF_NAME", run.branch().to_owned()),
        ("REF_PROTECTED", protected.to_string()),
        ("REF_TYPE", if branch { "branch" } else { "tag" }.to_owned()),
        ("REPOSITORY", full_name.clone()),
        ("REPOSITORY_ID", repository.id.to_string()),
        ("REPOSITORY_OWNER", repository.owner.clone()),
        ("REPOSITORY_OWNER_ID", id_of(&repository.owner)),
        ("RUN_ATTEMPT", attempt.number.to_string()),
        ("RUN_ID", run.id.to_string()),
        ("RUN_NUMBER", run.number.to_string()),
        ("SERVER_URL", format!("http://{address}")),
        ("SHA", run.sha.clone()),
        ("TRIGGERING_ACTOR", attempt.triggering_actor.clone()),
        ("WORKFLOW", run.workflow.clone()),
        (
            "WORKFLOW_REF",
            format!("{full_name}/{}@{}", run.path, run.git_ref),
        ),
        ("WORKFLOW_SHA", run.sha.clone()),
    ];
    let fixed = FIXED.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let own = own.map(|(name, value)| (format!("GITHUB_{name}"), value));
    fixed.into_iter().chain(own).collect()
}

/// Where this world is, and how its time runs: what a real runner does not say.
pub(super) fn of_sandbox(world: &World) -> [(String, String); 2] {
    let clock = format!("{}@{}", world.anchor.as_millisecond(), world.speed);
    [
        (
            "AWS_ENDPOINT_URL".to_owned(),
            format!("http://{}", world.address),
        ),
        ("GREENGATE_CLOCK".to_owned(), clock),
    ]
}
