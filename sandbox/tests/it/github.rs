//! GitHub: protection rules, approvals, permissions, and the shapes of its answers.

use crate::client::call;
use crate::demo::{approve, control, github, job, sandbox, sandbox_with, send, shown};
use bytes::Bytes;
use greengate_sandbox::Sandbox;
use http::{Method, Request};
use serde_json::{Value, json};

const SHOP: &str = "/repos/acme/shop";

fn token(job: &Value) -> String {
    job["token"].as_str().expect("a running job").to_owned()
}

/// What a running staging job reads at `path`.
fn read(path: &str) -> (u16, Value) {
    let sandbox = sandbox();
    let job = job(&sandbox, Some("staging"), json!({}));
    github(&sandbox, &token(&job), &format!("{SHOP}{path}"))
}

#[test]
fn an_environment_shows_its_rules() {
    let (status, body) = read("/environments/production");
    assert_eq!(status, 200);
    let rules = body["protection_rules"].as_array().unwrap();
    let kinds: Vec<&str> = rules.iter().map(|r| r["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["required_reviewers", "branch_policy"]);
    assert_eq!(rules[0]["prevent_self_review"], true);
    assert_eq!(rules[0]["reviewers"][0]["type"], "User");
    assert_eq!(rules[0]["reviewers"][0]["reviewer"]["login"], "mona");
    assert_eq!(body["can_admins_bypass"], true);
    let policy = json!({"protected_branches": false, "custom_branch_policies": true});
    assert_eq!(body["deployment_branch_policy"], policy);
    assert_eq!(body["created_at"], "2026-11-23T10:00:00Z");
}

#[test]
fn environments_are_found_in_any_case_and_under_both_roots() {
    let sandbox = sandbox();
    let job = job(&sandbox, Some("staging"), json!({}));
    for path in ["/repos/acme/shop", "/api/v3/repos/Acme/Shop"] {
        let path = format!("{path}/environments/PRODUCTION");
        assert_eq!(
            github(&sandbox, &token(&job), &path).1["name"],
            "production"
        );
    }
    let (_, list) = github(&sandbox, &token(&job), &format!("{SHOP}/environments"));
    assert_eq!(list["total_count"], 2);
    let (_, branches) = read("/environments/production/deployment-branch-policies");
    assert_eq!(branches["branch_policies"][0]["name"], "main");
    let (_, rules) = read("/environments/production/deployment_protection_rules");
    assert_eq!(rules["total_count"], 0);
    assert_eq!(read("/environments/prodction").0, 404);
}

#[test]
fn a_name_is_percent_decoded() {
    let sandbox = sandbox_with(&[("        staging: {}", "        \"eu west/1\": {}")]);
    let job = job(&sandbox, None, json!({}));
    let path = format!("{SHOP}/environments/eu%20west%2F1");
    assert_eq!(github(&sandbox, &token(&job), &path).1["name"], "eu west/1");
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
fn a_token_may_do_what_its_permissions_say() {
    let needs = [
        (
            "actions",
            format!("{SHOP}/environments/staging"),
            "actions=read",
        ),
        (
            "actions",
            format!("{SHOP}/actions/runs/1/approvals"),
            "actions=read",
        ),
        (
            "deployments",
            format!("{SHOP}/deployments"),
            "deployments=read",
        ),
    ];
    for (scope, path, accepted) in needs {
        let sandbox = sandbox();
        let mut all = json!({"contents": "read", "actions": "read", "deployments": "read"});
        all[scope] = json!("none");
        let job = job(&sandbox, Some("staging"), json!({"permissions": all}));
        let request = Request::get(&path)
            .header("authorization", format!("token {}", token(&job)))
            .body(Bytes::new())
            .unwrap();
        let response = call(&sandbox, &request);
        assert_eq!(response.status(), 403, "{path}");
        assert_eq!(
            response.headers()["x-accepted-github-permissions"],
            accepted
        );
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(body["message"], "Resource not accessible by integration");
        assert_eq!(body["status"], "403");
    }
}

#[test]
fn bad_credentials_and_foreign_repositories_are_told_apart() {
    let sandbox = sandbox();
    let (status, body) = github(&sandbox, "ghs_nobody", SHOP);
    assert_eq!((status, &body["message"]), (401, &json!("Bad credentials")));
    let job = job(&sandbox, None, json!({}));
    let (status, body) = github(&sandbox, &token(&job), "/repos/acme/other");
    assert_eq!((status, &body["message"]), (404, &json!("Not Found")));
    let path = format!("jobs/{}", job["job"]);
    control(&sandbox, &path, &json!({"conclusion": "success"}));
    assert_eq!(github(&sandbox, &token(&job), SHOP).0, 401);
}

fn states(sandbox: &Sandbox, reader: &str, deployment: &Value) -> Vec<String> {
    let path = format!("{SHOP}/deployments/{}/statuses", deployment["id"]);
    let (_, statuses) = github(sandbox, reader, &path);
    let statuses = statuses.as_array().unwrap().iter();
    statuses
        .map(|s| s["state"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_gated_job_has_a_deployment_that_follows_it() {
    let sandbox = sandbox();
    let waiting = job(&sandbox, Some("production"), json!({}));
    let reader = token(&job(&sandbox, None, json!({})));
    let path = format!(
        "{SHOP}/deployments?environment=production&sha={}",
        "a".repeat(40)
    );
    let (_, deployments) = github(&sandbox, &reader, &path);
    let deployment = &deployments[0];
    assert_eq!(states(&sandbox, &reader, deployment), ["waiting"]);
    approve(&sandbox, &waiting);
    let end = format!("jobs/{}", waiting["job"]);
    control(&sandbox, &end, &json!({"conclusion": "success"}));
    assert_eq!(
        states(&sandbox, &reader, deployment),
        ["success", "in_progress", "waiting"]
    );
    let (_, statuses) = github(
        &sandbox,
        &reader,
        &format!("{SHOP}/deployments/{}/statuses", deployment["id"]),
    );
    let log = statuses[0]["log_url"].as_str().unwrap();
    let tail = format!(
        "/acme/shop/actions/runs/{}/job/{}",
        waiting["run"], waiting["job"]
    );
    assert!(log.ends_with(&tail), "{log}");
    assert_eq!(
        github(&sandbox, &reader, &format!("{SHOP}/deployments?sha=b")).1,
        json!([])
    );
}

#[test]
fn a_deployment_over_the_api_needs_the_permission_and_passes_no_rule() {
    let sandbox = sandbox();
    let body = json!({"ref": "main", "environment": "production"});
    let path = format!("{SHOP}/deployments");
    let reader = token(&job(&sandbox, None, json!({})));
    assert_eq!(send(&sandbox, &reader, Method::POST, &path, &body).0, 403);
    let writer = json!({"permissions": {"deployments": "write"}});
    let writer = token(&job(&sandbox, None, writer));
    let (status, made) = send(&sandbox, &writer, Method::POST, &path, &body);
    assert_eq!((status, &made["sha"]), (201, &json!("a".repeat(40))));
    let path = format!("{path}/{}/statuses", made["id"]);
    let say = |state: &str| {
        send(
            &sandbox,
            &writer,
            Method::POST,
            &path,
            &json!({"state": state}),
        )
    };
    assert_eq!(say("success").0, 201);
    assert_eq!(say("waiting").0, 422);
    assert_eq!(states(&sandbox, &reader, &made), ["success"]);
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

#[test]
fn lists_come_in_pages() {
    let sandbox = sandbox();
    let first = job(&sandbox, None, json!({"job": "one"}));
    for name in ["two", "three"] {
        job(&sandbox, None, json!({"job": name, "run": first["run"]}));
    }
    let path = format!("{SHOP}/actions/runs/{}/jobs?per_page=2", first["run"]);
    let request = Request::get(&path)
        .header("authorization", format!("Bearer {}", token(&first)))
        .body(Bytes::new())
        .unwrap();
    let response = call(&sandbox, &request);
    let link = response.headers()["link"].to_str().unwrap();
    assert!(link.contains("per_page=2&page=2>; rel=\"next\""), "{link}");
    let (_, second) = github(&sandbox, &token(&first), &format!("{path}&page=2"));
    assert_eq!(
        (&second["total_count"], &second["jobs"][0]["name"]),
        (&json!(3), &json!("three"))
    );
}
