//! From an identity token to AWS credentials: what STS believes, and whom roles trust.

use crate::client::{Signer, call, json_of, json_request};
use crate::demo::{approve, identity_token, job, sandbox, sandbox_with};
use bytes::Bytes;
use greengate_sandbox::Sandbox;
use http::Request;
use serde_json::{Value, json};

const STAGING: &str = "arn:aws:iam::123456789012:role/greengate-staging";
const PRODUCTION: &str = "arn:aws:iam::123456789012:role/greengate-production";

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
    let documented = "      documented:\n        trust: environment\n";
    for (condition, status) in [
        (
            "'token.actions.githubusercontent.com:repository': acme/shop",
            200,
        ),
        (
            "'token.actions.githubusercontent.com:environment': production",
            403,
        ),
        // AWS does not look at this claim.
        (
            "'token.actions.githubusercontent.com:runner_environment': github-hosted",
            403,
        ),
    ] {
        let statement = format!(
            "{{Effect: Allow, Action: sts:AssumeRoleWithWebIdentity, Principal: {{Federated: \
             'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com'}}, \
             Condition: {{StringEquals: {{{condition}}}}}}}"
        );
        let trust = format!("      trust: {{Statement: [{statement}]}}\n      documented:\n");
        let sandbox = sandbox_with(&[(documented, &trust)]);
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
