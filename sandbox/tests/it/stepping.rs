//! The runner's side of a step: its environment and its files.

use crate::demo::{job, sandbox};
use greengate_sandbox::runner::{Files, Inputs, Job};
use greengate_sandbox::world::github::JobKey;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn a_step_gets_the_environment_of_a_container_action() {
    let sandbox = sandbox();
    let started = job(&sandbox, Some("staging"), json!({}));
    let number = |name: &str| started[name].as_u64().unwrap();
    let key = sandbox.with_world(|world| JobKey {
        repository: world.github.repositories[0].id,
        run: number("run"),
        job: number("job"),
    });
    let job = sandbox.with_world(|world| Job::of(world, key)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().join("work");
    let files = Files::create(folder.path(), &workspace, &job).unwrap();
    let action = "inputs: {aws-region: {}, github-token: {default: '${{ github.token }}'}}";
    let inputs = Inputs::declared(action).unwrap().with("service", "shop");
    let environment = job.environment(&inputs, &files);

    assert_eq!(environment["INPUT_AWS-REGION"], "");
    assert_eq!(environment["INPUT_SERVICE"], "shop");
    assert_eq!(
        environment["INPUT_GITHUB-TOKEN"],
        started["token"].as_str().unwrap()
    );
    assert_eq!(environment["GITHUB_RUN_ID"], number("run").to_string());
    assert_eq!(environment["GITHUB_WORKSPACE"], workspace.to_string_lossy());
    assert_eq!(
        environment["GITHUB_API_URL"],
        "http://127.0.0.1:4566/api/v3"
    );
    assert_eq!(environment["AWS_ENDPOINT_URL"], "http://127.0.0.1:4566");
    assert_eq!(environment["GREENGATE_CLOCK"], "1795428000000@1");
    assert!(
        !environment.contains_key("GITHUB_TOKEN"),
        "the runner gives no such variable"
    );
    assert!(environment.contains_key("ACTIONS_ID_TOKEN_REQUEST_URL"));

    let given: BTreeSet<&str> = environment
        .keys()
        .filter_map(|name| name.strip_prefix("GITHUB_"))
        .collect();
    let allowed = "ACTION ACTIONS ACTION_PATH ACTION_REF ACTION_REPOSITORY ACTOR ACTOR_ID API_URL \
        BASE_REF ENV EVENT_NAME EVENT_PATH GRAPHQL_URL HEAD_REF JOB OUTPUT PATH REF REF_NAME \
        REF_PROTECTED REF_TYPE REPOSITORY REPOSITORY_ID REPOSITORY_OWNER REPOSITORY_OWNER_ID \
        RETENTION_DAYS RUN_ATTEMPT RUN_ID RUN_NUMBER SERVER_URL SHA STATE STEP_SUMMARY \
        TRIGGERING_ACTOR WORKFLOW WORKFLOW_REF WORKFLOW_SHA WORKSPACE";
    let allowed: BTreeSet<&str> = allowed.split_whitespace().collect();
    assert_eq!(
        given.difference(&allowed).collect::<Vec<_>>(),
        Vec::<&&str>::new()
    );

    fs::write(&environment["GITHUB_OUTPUT"], "a=1\nb<<E\n2\nE\n").unwrap();
    let outputs = files.outputs().unwrap().unwrap();
    assert_eq!(
        outputs,
        [("a".into(), "1".into()), ("b".into(), "2".into())]
    );
    let event = fs::read_to_string(&environment["GITHUB_EVENT_PATH"]).unwrap();
    assert!(event.contains("acme/shop"), "{event}");
}

#[test]
fn a_waiting_job_has_no_runner() {
    let sandbox = sandbox();
    let waiting = job(&sandbox, Some("production"), json!({}));
    assert!(waiting["variables"].is_null());
}
