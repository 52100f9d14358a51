//! GitHub: environments, permissions, deployments and lists.

use crate::client::call;
use crate::demo::{approve, control, github, job, sandbox, sandbox_with, send};
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
        (
            "contents",
            format!("{SHOP}/compare/main...main"),
            "contents=read",
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

#[test]
fn comments_on_a_pull_request_are_written_listed_and_changed() {
    let seeded = "    acme/shop:\n      pull-requests: [7]\n";
    let sandbox = sandbox_with(&[("    acme/shop:\n", seeded)]);
    let comments = format!("{SHOP}/issues/7/comments");
    let reader = token(&job(&sandbox, None, json!({})));
    let body = json!({"body": "first"});
    let (status, denied) = send(&sandbox, &reader, Method::POST, &comments, &body);
    assert_eq!(
        (status, &denied["message"]),
        (403, &json!("Resource not accessible by integration"))
    );
    let writer = json!({"permissions": {"pull-requests": "write"}});
    let writer = token(&job(&sandbox, None, writer));
    let (status, made) = send(&sandbox, &writer, Method::POST, &comments, &body);
    assert_eq!(
        (status, &made["body"], &made["user"]["login"]),
        (201, &json!("first"), &json!("github-actions[bot]"))
    );
    let one = format!("{SHOP}/issues/comments/{}", made["id"]);
    let (status, changed) = send(
        &sandbox,
        &writer,
        Method::PATCH,
        &one,
        &json!({"body": "second"}),
    );
    assert_eq!((status, &changed["body"]), (200, &json!("second")));
    let (_, all) = github(&sandbox, &writer, &comments);
    assert_eq!(
        (all.as_array().unwrap().len(), &all[0]["body"]),
        (1, &json!("second"))
    );
    for (method, path, body, expected) in [
        (Method::POST, comments.as_str(), json!({"body": " "}), 422),
        (
            Method::POST,
            comments.as_str(),
            json!({"body": "x".repeat(65_537)}),
            422,
        ),
        (
            Method::POST,
            "/repos/acme/shop/issues/8/comments",
            json!({"body": "x"}),
            404,
        ),
        (
            Method::PATCH,
            "/repos/acme/shop/issues/comments/1",
            json!({"body": "x"}),
            404,
        ),
        (Method::DELETE, one.as_str(), json!({}), 404),
    ] {
        assert_eq!(
            send(&sandbox, &writer, method, path, &body).0,
            expected,
            "{path}"
        );
    }
}
