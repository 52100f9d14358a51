//! Identity tokens: what they say, and who gets one.

use crate::client::{call, json_of};
use crate::demo::{approve, identity_token, job, sandbox, sandbox_with};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use bytes::Bytes;
use greengate_sandbox::Sandbox;
use http::Request;
use serde_json::{Value, json};

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap()
}

fn token(sandbox: &Sandbox, job: &Value, audience: &str) -> String {
    let (status, body) = identity_token(sandbox, job, audience);
    assert_eq!(status, 200, "{body}");
    body["value"].as_str().unwrap().to_owned()
}

#[test]
fn a_token_says_what_github_says_of_the_job() {
    let sandbox = sandbox();
    let waiting = job(&sandbox, Some("production"), json!({}));
    let running = approve(&sandbox, &waiting);
    let claims = claims(&token(&sandbox, &running, "sts.amazonaws.com"));
    for (name, value) in [
        ("sub", "repo:acme/shop:environment:production"),
        ("aud", "sts.amazonaws.com"),
        ("iss", "https://token.actions.githubusercontent.com"),
        ("environment", "production"),
        ("repository", "acme/shop"),
        ("repository_owner", "acme"),
        ("actor", "hubot"),
        ("event_name", "push"),
        ("ref", "refs/heads/main"),
        ("run_attempt", "1"),
        ("runner_environment", "github-hosted"),
        (
            "job_workflow_ref",
            "acme/shop/.github/workflows/deploy.yml@refs/heads/main",
        ),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_eq!(claims["sha"], "a".repeat(40));
    assert_eq!(claims["run_id"], running["run"].to_string());
    assert_eq!(claims["check_run_id"], running["job"].to_string());
    let variables = &running["variables"];
    assert_eq!(claims["repository_id"], variables["GITHUB_REPOSITORY_ID"]);
    assert_eq!(
        claims["repository_owner_id"],
        variables["GITHUB_REPOSITORY_OWNER_ID"]
    );
    assert_eq!(claims["actor_id"], variables["GITHUB_ACTOR_ID"]);
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(life, 300);
}

#[test]
fn subjects_come_in_every_form() {
    let plain = sandbox();
    let unbound = job(&plain, None, json!({}));
    let unbound = claims(&token(&plain, &unbound, "a"));
    assert_eq!(unbound["sub"], "repo:acme/shop:ref:refs/heads/main");
    assert_eq!(unbound.get("environment"), None);

    let line = "private: true";
    let immutable = sandbox_with(&[(line, "private: true\n      immutable-subject: true")]);
    let bound = job(&immutable, Some("staging"), json!({}));
    let variables = &bound["variables"];
    let expected = format!(
        "repo:acme@{}/shop@{}:environment:staging",
        variables["GITHUB_REPOSITORY_OWNER_ID"].as_str().unwrap(),
        variables["GITHUB_REPOSITORY_ID"].as_str().unwrap()
    );
    assert_eq!(claims(&token(&immutable, &bound, "a"))["sub"], expected);

    let colon = job(&plain, Some("eu:1"), json!({}));
    let colon = claims(&token(&plain, &colon, "a"));
    assert_eq!(colon["sub"], "repo:acme/shop:environment:eu%3A1");
}

#[test]
fn identity_tokens_are_for_running_jobs_that_may_ask() {
    let sandbox = sandbox();
    let without = json!({"permissions": {"actions": "read"}});
    let without = job(&sandbox, Some("staging"), without);
    assert_eq!(
        without["variables"].get("ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
        None
    );
    let running = job(&sandbox, Some("staging"), json!({}));
    let first = identity_token(&sandbox, &running, "x").1;
    let second = identity_token(&sandbox, &running, "x").1;
    assert_eq!((&first["count"], &second["count"]), (&json!(1), &json!(2)));
    let end = format!("jobs/{}", running["job"]);
    crate::demo::control(&sandbox, &end, &json!({"conclusion": "success"}));
    assert_eq!(identity_token(&sandbox, &running, "x").0, 401);
}

#[test]
fn the_issuer_publishes_its_keys() {
    let sandbox = sandbox();
    let get = |path: &str| {
        let request = Request::get(path).body(Bytes::new()).unwrap();
        json_of(&call(&sandbox, &request))
    };
    let configuration = get("/.well-known/openid-configuration");
    assert_eq!(
        configuration["issuer"],
        "https://token.actions.githubusercontent.com"
    );
    let keys = configuration["jwks_uri"].as_str().unwrap();
    assert_eq!(get(keys)["keys"][0]["kty"], "EC");
}
