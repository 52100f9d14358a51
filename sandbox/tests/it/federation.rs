//! From a job's request token to AWS credentials: OpenID Connect and STS.

use crate::client::{Signer, call, json_of, json_request};
use crate::demo::{approve, identity_token, job, sandbox, sandbox_with};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use bytes::Bytes;
use greengate_sandbox::Sandbox;
use http::Request;
use serde_json::{Value, json};

const STAGING: &str = "arn:aws:iam::123456789012:role/greengate-staging";
const PRODUCTION: &str = "arn:aws:iam::123456789012:role/greengate-production";

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap()
}

fn token(sandbox: &Sandbox, job: &Value, audience: &str) -> String {
    let (status, body) = identity_token(sandbox, job, audience);
    assert_eq!(status, 200, "{body}");
    body["value"].as_str().unwrap().to_owned()
}

/// A staging job's token for STS.
fn staging_token(sandbox: &Sandbox) -> String {
    let job = job(sandbox, Some("staging"), json!({}));
    token(sandbox, &job, "sts.amazonaws.com")
}

/// Calls STS without a signature; answers status and XML.
fn assume(sandbox: &Sandbox, role: &str, token: &str, more: &[(&str, &str)]) -> (u16, String) {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", "AssumeRoleWithWebIdentity")
        .append_pair("Version", "2011-06-15")
        .append_pair("RoleArn", role)
        .append_pair("RoleSessionName", "greengate-1")
        .append_pair("WebIdentityToken", token);
    form.extend_pairs(more);
    sts(sandbox, form.finish(), None)
}

fn sts(sandbox: &Sandbox, form: String, signer: Option<&Signer>) -> (u16, String) {
    let mut request = Request::post("http://127.0.0.1:4566/")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(form))
        .unwrap();
    if let Some(signer) = signer {
        signer.sign("sts", &mut request);
    }
    let response = call(sandbox, &request);
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    (response.status().as_u16(), text)
}

fn tag<'a>(xml: &'a str, name: &str) -> &'a str {
    let (_, rest) = xml.split_once(&format!("<{name}>")).expect(name);
    rest.split_once(&format!("</{name}>")).expect(name).0
}

fn signer(xml: &str) -> Signer {
    Signer {
        key: tag(xml, "AccessKeyId").to_owned(),
        secret: tag(xml, "SecretAccessKey").to_owned(),
        token: Some(tag(xml, "SessionToken").to_owned()),
        region: "eu-west-1".to_owned(),
    }
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

#[test]
fn a_token_of_the_environment_opens_a_session_that_signs_calls() {
    let sandbox = sandbox();
    let more = [("DurationSeconds", "900")];
    let (status, xml) = assume(&sandbox, STAGING, &staging_token(&sandbox), &more);
    assert_eq!(status, 200, "{xml}");
    let arn = "arn:aws:sts::123456789012:assumed-role/greengate-staging/greengate-1";
    assert_eq!(tag(&xml, "Arn"), arn);
    assert_eq!(
        tag(&xml, "SubjectFromWebIdentityToken"),
        "repo:acme/shop:environment:staging"
    );
    assert_eq!(tag(&xml, "Audience"), "sts.amazonaws.com");
    assert_eq!(tag(&xml, "Expiration"), "2026-11-23T10:15:00Z");
    assert!(tag(&xml, "AccessKeyId").starts_with("ASIA"));

    let signer = signer(&xml);
    let form = "Action=GetCallerIdentity&Version=2011-06-15".to_owned();
    let (_, identity) = sts(&sandbox, form, Some(&signer));
    assert_eq!(tag(&identity, "Arn"), arn);
    assert_eq!(tag(&identity, "Account"), "123456789012");
    assert_eq!(tag(&identity, "UserId"), tag(&xml, "AssumedRoleId"));

    let describe = |signer: &Signer| {
        let target = "AmazonEC2ContainerServiceV20141113.DescribeServices";
        let mut request = json_request(target, r#"{"cluster":"staging","services":["shop"]}"#);
        signer.sign("ecs", &mut request);
        json_of(&call(&sandbox, &request))
    };
    assert_eq!(describe(&signer)["services"][0]["serviceName"], "shop");
    let quarter = jiff::SignedDuration::from_mins(15);
    sandbox.with_world(|world| world.advance_to(world.now + quarter));
    assert_eq!(describe(&signer)["__type"], "ExpiredTokenException");
    let calls = sandbox.with_world(|world| format!("{:?}", world.calls));
    assert!(!calls.contains("eyJ"), "a token is on record");
}

#[test]
fn the_trust_policy_decides() {
    let sandbox = sandbox();
    let denied = |role: &str, token: &str| {
        let (status, xml) = assume(&sandbox, role, token, &[]);
        assert_eq!((status, tag(&xml, "Code")), (403, "AccessDenied"), "{xml}");
        assert_eq!(
            tag(&xml, "Message"),
            "Not authorized to perform sts:AssumeRoleWithWebIdentity"
        );
    };
    denied(PRODUCTION, &staging_token(&sandbox));
    denied(
        "arn:aws:iam::123456789012:role/nobody",
        &staging_token(&sandbox),
    );
    let unbound = job(&sandbox, None, json!({}));
    denied(STAGING, &token(&sandbox, &unbound, "sts.amazonaws.com"));
    let waiting = job(&sandbox, Some("production"), json!({}));
    let approved = approve(&sandbox, &waiting);
    let good = token(&sandbox, &approved, "sts.amazonaws.com");
    assert_eq!(assume(&sandbox, PRODUCTION, &good, &[]).0, 200);
}

#[test]
fn other_claims_may_be_asked_for_as_aws_knows_them() {
    let line = "token.actions.githubusercontent.com:sub: repo:acme/shop:environment:staging";
    for (condition, status) in [
        (
            "token.actions.githubusercontent.com:repository: acme/shop",
            200,
        ),
        (
            "token.actions.githubusercontent.com:environment: production",
            403,
        ),
        // AWS does not look at this claim.
        (
            "token.actions.githubusercontent.com:runner_environment: github-hosted",
            403,
        ),
    ] {
        let sandbox = sandbox_with(&[(line, condition)]);
        let token = staging_token(&sandbox);
        assert_eq!(
            assume(&sandbox, STAGING, &token, &[]).0,
            status,
            "{condition}"
        );
    }
}

#[test]
fn tokens_that_are_not_believed_are_refused_in_the_words_of_aws() {
    let sandbox = sandbox();
    let staging = job(&sandbox, Some("staging"), json!({}));
    let other_audience = token(&sandbox, &staging, "someone-else");
    let foreign = staging_token(&self::sandbox());
    let good = token(&sandbox, &staging, "sts.amazonaws.com");
    let refused = |token: &str| {
        let (status, xml) = assume(&sandbox, STAGING, token, &[]);
        (
            status,
            tag(&xml, "Code").to_owned(),
            tag(&xml, "Message").to_owned(),
        )
    };
    let (status, code, message) = refused(&other_audience);
    assert_eq!((status, code.as_str()), (400, "InvalidIdentityToken"));
    assert_eq!(message, "Incorrect token audience");
    assert_eq!(refused(&foreign).1, "InvalidIdentityToken");
    assert_eq!(refused("no.jwt").1, "InvalidIdentityToken");
    let late = jiff::SignedDuration::from_secs(300);
    sandbox.with_world(|world| world.advance_to(world.now + late));
    let (status, code, message) = refused(&good);
    assert_eq!((status, code.as_str()), (400, "ExpiredTokenException"));
    assert!(message.starts_with("Token expired"), "{message}");
}

#[test]
fn durations_and_names_are_checked() {
    let sandbox = sandbox();
    let token = staging_token(&sandbox);
    let code = |more: &[(&str, &str)]| {
        let (status, xml) = assume(&sandbox, STAGING, &token, more);
        assert_eq!(
            (status, tag(&xml, "Code")),
            (400, "ValidationError"),
            "{xml}"
        );
        tag(&xml, "Message").to_owned()
    };
    assert!(code(&[("DurationSeconds", "899")]).contains("greater than or equal to 900"));
    assert!(code(&[("DurationSeconds", "3601")]).contains("exceeds the MaxSessionDuration"));
    let form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=a&RoleSessionName=a%20b&WebIdentityToken=t";
    let (_, xml) = sts(&sandbox, form.to_owned(), None);
    assert!(tag(&xml, "Message").contains("regular expression"), "{xml}");
    let form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=a&RoleSessionName=ab";
    let (_, xml) = sts(&sandbox, form.to_owned(), None);
    assert!(
        tag(&xml, "Message").contains("Value null at 'webIdentityToken'"),
        "{xml}"
    );
}

#[test]
fn a_role_may_be_assumed_from_another_that_it_trusts() {
    let ops = "  users:\n    ops:\n      access-key-id: AKIAIOSFODNN7EXAMPLE\n      secret-access-key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n  roles:\n    reader:\n      trust: {Statement: [{Effect: Allow, Principal: {AWS: 'arn:aws:iam::123456789012:user/ops'}, Action: sts:AssumeRole}]}\n    closed:\n      trust: {Statement: [{Effect: Allow, Principal: {AWS: 'arn:aws:iam::123456789012:root'}, Action: sts:AssumeRole}]}\n";
    let sandbox = sandbox_with(&[("  roles:\n", ops)]);
    let assume = |role: &str| {
        let form = format!(
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&RoleArn=arn:aws:iam::123456789012:role/{role}"
        );
        sts(&sandbox, form, Some(&Signer::ops()))
    };
    let (status, xml) = assume("reader");
    assert_eq!(status, 200, "{xml}");
    assert_eq!(
        tag(&xml, "Arn"),
        "arn:aws:sts::123456789012:assumed-role/reader/me"
    );
    // The account is trusted, but no policy of ops says that they may.
    let (status, xml) = assume("closed");
    assert_eq!((status, tag(&xml, "Code")), (403, "AccessDenied"));
    let form = "Action=GetCallerIdentity&Version=2011-06-15".to_owned();
    let (_, xml) = sts(&sandbox, form.clone(), Some(&Signer::ops()));
    assert_eq!(tag(&xml, "Arn"), "arn:aws:iam::123456789012:user/ops");
    let (status, xml) = sts(&sandbox, form, None);
    assert_eq!(
        (status, tag(&xml, "Code")),
        (403, "MissingAuthenticationToken")
    );
    let unknown = "Action=Nothing&Version=2011-06-15".to_owned();
    let (_, xml) = sts(&sandbox, unknown, Some(&Signer::ops()));
    assert_eq!(tag(&xml, "Code"), "InvalidAction");
}
