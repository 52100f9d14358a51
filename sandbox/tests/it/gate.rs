//! GitHub's protection rules at work: who waits, who lets them through, who does not.

use crate::demo::{approve, control, github, job, sandbox, sandbox_with, send, shown};
use http::Method;
use serde_json::{Value, json};

const SHOP: &str = "/repos/acme/shop";

fn token(job: &Value) -> String {
    job["token"].as_str().expect("a running job").to_owned()
}

#[test]
fn a_gated_job_waits_without_tokens_until_a_reviewer_approves() {
    let sandbox = sandbox();
    let waiting = job(&sandbox, Some("production"), json!({}));
    assert_eq!(waiting["status"], "waiting");
    assert_eq!(
        (&waiting["token"], &waiting["variables"]),
        (&Value::Null, &Value::Null)
    );

    let staging = job(&sandbox, Some("staging"), json!({"run": waiting["run"]}));
    let run = format!("{SHOP}/actions/runs/{}", waiting["run"]);
    let reader = token(&staging);
    let (_, pending) = github(&sandbox, &reader, &format!("{run}/pending_deployments"));
    assert_eq!(pending[0]["environment"]["name"], "production");
    assert_eq!(pending[0]["current_user_can_approve"], false);
    assert_eq!(
        github(&sandbox, &reader, &format!("{run}/approvals")).1,
        json!([])
    );

    let running = approve(&sandbox, &waiting);
    assert_eq!(running["status"], "in_progress");
    let (_, approvals) = github(&sandbox, &token(&running), &format!("{run}/approvals"));
    assert_eq!(approvals[0]["state"], "approved");
    assert_eq!(approvals[0]["comment"], "Ship it!");
    assert_eq!(approvals[0]["user"]["login"], "mona");
    assert_eq!(approvals[0]["environments"][0]["name"], "production");
    let (_, pending) = github(&sandbox, &reader, &format!("{run}/pending_deployments"));
    assert_eq!(pending, json!([]));
}

#[test]
fn only_a_reviewer_who_did_not_start_the_run_may_approve() {
    let sandbox = sandbox();
    let said = |user: &str| json!({"environment": "production", "user": user});
    job(&sandbox, Some("production"), json!({}));
    let (status, body) = control(&sandbox, "approve", &said("hubot"));
    assert_eq!(
        (status, &body["message"]),
        (400, &json!("hubot is no reviewer of production"))
    );

    let own = job(&sandbox, Some("production"), json!({"actor": "mona"}));
    let (status, body) = control(&sandbox, "approve", &said("mona"));
    assert_eq!(status, 400);
    assert!(
        body["message"]
            .as_str()
            .unwrap()
            .contains("prevents self-review"),
        "{body}"
    );
    assert_eq!(shown(&sandbox, &own)["status"], "waiting");
}

#[test]
fn a_rejected_job_fails_and_so_does_its_run() {
    let sandbox = sandbox();
    let waiting = job(&sandbox, Some("production"), json!({}));
    let said = json!({"environment": "production", "user": "mona", "comment": "No"});
    assert_eq!(control(&sandbox, "reject", &said).0, 200);
    let ended = shown(&sandbox, &waiting);
    assert_eq!(
        (&ended["status"], &ended["conclusion"]),
        (&json!("completed"), &json!("failure"))
    );
    assert_eq!(control(&sandbox, "approve", &said).0, 400);

    let reader = token(&job(&sandbox, None, json!({})));
    let run = format!("{SHOP}/actions/runs/{}", waiting["run"]);
    assert_eq!(github(&sandbox, &reader, &run).1["conclusion"], "failure");
    let (_, approvals) = github(&sandbox, &reader, &format!("{run}/approvals"));
    assert_eq!(approvals[0]["state"], "rejected");
}

#[test]
fn an_administrator_passes_without_a_trace_unless_that_is_off() {
    let said = json!({"environment": "production", "user": "mona"});
    let open = sandbox();
    let waiting = job(&open, Some("production"), json!({}));
    assert_eq!(control(&open, "bypass", &said).0, 200);
    let running = shown(&open, &waiting);
    let path = format!("{SHOP}/actions/runs/{}/approvals", waiting["run"]);
    assert_eq!(github(&open, &token(&running), &path).1, json!([]));

    let line = "prevent-self-review: true";
    let closed = format!("{line}\n          can-admins-bypass: false");
    let closed = sandbox_with(&[(line, &closed)]);
    job(&closed, Some("production"), json!({}));
    assert_eq!(control(&closed, "bypass", &said).0, 400);
}

#[test]
fn an_environment_that_is_not_there_is_made_without_rules() {
    let sandbox = sandbox();
    let typo = job(&sandbox, Some("prodcution"), json!({}));
    assert_eq!(typo["status"], "in_progress");
    let path = format!("{SHOP}/environments/prodcution");
    let (status, body) = github(&sandbox, &token(&typo), &path);
    assert_eq!((status, &body["protection_rules"]), (200, &json!([])));
    assert_eq!(body["deployment_branch_policy"], Value::Null);
}

#[test]
fn a_branch_that_may_not_deploy_fails_its_job() {
    let turned_away = job(
        &sandbox(),
        Some("production"),
        json!({"ref": "refs/heads/feature"}),
    );
    assert_eq!(turned_away["conclusion"], "failure");
}

#[test]
fn a_wait_timer_starts_the_job_when_it_ends() {
    let sandbox = sandbox_with(&[("staging: {}", "staging: {wait-timer: 30}")]);
    let waiting = job(&sandbox, Some("staging"), json!({}));
    assert_eq!(waiting["status"], "waiting");
    let minutes = |count| jiff::SignedDuration::from_mins(count);
    sandbox.with_world(|world| world.advance_to(world.now + minutes(29)));
    assert_eq!(shown(&sandbox, &waiting)["status"], "waiting");
    sandbox.with_world(|world| world.advance_to(world.now + minutes(1)));
    assert_eq!(shown(&sandbox, &waiting)["status"], "in_progress");
}

#[test]
fn a_rerun_is_gated_anew_and_keeps_the_old_approvals() {
    let sandbox = sandbox();
    let first = job(&sandbox, Some("production"), json!({}));
    approve(&sandbox, &first);
    let path = format!("jobs/{}", first["job"]);
    control(&sandbox, &path, &json!({"conclusion": "failure"}));
    let rerun = format!("runs/{}/rerun", first["run"]);
    let (_, attempt) = control(&sandbox, &rerun, &json!({"user": "mona"}));
    assert_eq!(attempt["run_attempt"], 2);
    let second = job(&sandbox, Some("production"), json!({"run": first["run"]}));
    assert_eq!(second["status"], "waiting");

    let reader = token(&job(&sandbox, None, json!({})));
    let run = format!("{SHOP}/actions/runs/{}", first["run"]);
    let (_, latest) = github(&sandbox, &reader, &run);
    assert_eq!(latest["run_attempt"], 2);
    assert_eq!(latest["actor"]["login"], "hubot");
    assert_eq!(latest["triggering_actor"]["login"], "mona");
    let (_, before) = github(&sandbox, &reader, &format!("{run}/attempts/1"));
    assert_eq!(
        (&before["status"], &before["conclusion"]),
        (&json!("completed"), &json!("failure"))
    );
    let (_, approvals) = github(&sandbox, &reader, &format!("{run}/approvals"));
    assert_eq!(approvals.as_array().unwrap().len(), 1);
    // Mona started this attempt, and the environment prevents self-review.
    let said = json!({"environment": "production", "user": "mona"});
    assert_eq!(control(&sandbox, "approve", &said).0, 400);
}

#[test]
fn a_reviewer_approves_over_the_api_and_a_job_may_not() {
    let sandbox = sandbox_with(&[("    mona: {}", "    mona: {token: ghp_mona}")]);
    let waiting = job(&sandbox, Some("production"), json!({}));
    let reader = token(&job(&sandbox, None, json!({})));
    let path = format!("{SHOP}/actions/runs/{}/pending_deployments", waiting["run"]);
    let (_, pending) = github(&sandbox, "ghp_mona", &path);
    assert_eq!(pending[0]["current_user_can_approve"], true);
    let id = &pending[0]["environment"]["id"];
    let body = json!({"environment_ids": [id], "state": "approved", "comment": "Yes"});
    assert_eq!(send(&sandbox, &reader, Method::POST, &path, &body).0, 403);
    let incomplete = json!({"environment_ids": [id], "state": "maybe"});
    assert_eq!(
        send(&sandbox, "ghp_mona", Method::POST, &path, &incomplete).0,
        422
    );
    let (status, deployments) = send(&sandbox, "ghp_mona", Method::POST, &path, &body);
    assert_eq!(
        (status, &deployments[0]["environment"]),
        (200, &json!("production"))
    );
    assert_eq!(shown(&sandbox, &waiting)["status"], "in_progress");
}
