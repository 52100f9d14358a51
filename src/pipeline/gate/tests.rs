use super::pass;
use crate::clock::Clock;
use crate::events::{Event, EventKind, Events, Sink};
use crate::failure::{Code, Failure};
use crate::gate::tests::inputs;
use crate::github::oidc::tests::token;
use crate::github::tests::job;
use crate::http::{Http, tests::answering, tests::json};
use crate::inputs::{Gate, GitHubInputs};
use crate::job::{Job, OidcRequest};
use crate::model::approval::Evidence;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

type Answer = Option<Response<Bytes>>;

/// GitHub when all is well, except for what `odd` answers.
fn github(request: &Request<Bytes>, odd: fn(&str) -> Option<Answer>) -> Answer {
    let path = request.uri().path();
    if let Some(answer) = odd(path) {
        return answer;
    }
    json(
        200,
        &match path {
            "/oidc" => json!({"value": token(&claims())}),
            "/api/v3/repos/shop/web/environments/production" => json!({
            "id": 5, "name": "production", "can_admins_bypass": true,
            "protection_rules": [{"id": 1, "type": "required_reviewers",
                "reviewers": [{"type": "User", "reviewer": {"login": "bob", "id": 3}}]}]}),
            "/api/v3/repos/shop/web/actions/runs/77/attempts/1" => json!({
            "id": 77, "run_attempt": 1, "status": "in_progress", "head_sha": "c0ffee",
            "head_repository": {"full_name": "shop/web"},
            "actor": {"login": "ann", "id": 1, "type": "User"},
            "triggering_actor": {"login": "ann", "id": 1, "type": "User"}}),
            "/api/v3/repos/shop/web/actions/jobs/9" => json!({
            "run_id": 77, "run_attempt": 1, "head_sha": "c0ffee"}),
            "/api/v3/repos/shop/web/actions/runs/77/approvals" => json!([{
            "state": "approved", "comment": "", "environments": [{"id": 5}],
            "user": {"login": "bob", "id": 3, "type": "User"}}]),
            path => panic!("{path} is not needed"),
        },
    )
}

fn claims() -> Value {
    json!({
        "environment": "production", "repository": "shop/web", "sha": "c0ffee",
        "run_id": "77", "run_attempt": "1", "check_run_id": "9"})
}

#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<EventKind>>>);

impl Sink for Told {
    fn on(&mut self, event: &Event) {
        self.0.lock().expect("the list").push(event.kind.clone());
    }
}

fn bound_job() -> Job {
    let request = OidcRequest {
        url: "https://github.example/oidc?v=1".into(),
        token: "t".into(),
    };
    Job {
        oidc: Some(request),
        ..job()
    }
}

async fn passed(
    demanded: Gate,
    job: &Job,
    inputs: GitHubInputs,
    odd: fn(&str) -> Option<Answer>,
) -> (anyhow::Result<Option<Evidence>>, usize) {
    let told = Told::default();
    let events = Events::into_sinks(vec![Box::new(told.clone())], Clock::real());
    let http = Http::new(
        answering(move |request| github(request, odd)),
        Clock::real(),
    );
    let inputs = GitHubInputs {
        token: Some("ghs".into()),
        ..inputs
    };
    let passed = pass(demanded, job, &inputs, &http, &events).await;
    let told = told.0.lock().expect("the list");
    let proofs = told
        .iter()
        .filter(|kind| matches!(kind, EventKind::GatePassed { .. }));
    (passed, proofs.count())
}

async fn refused(job: Job, odd: fn(&str) -> Option<Answer>) -> Failure {
    let (passed, proofs) = passed(Gate::Approved, &job, inputs(), odd).await;
    assert_eq!(proofs, 0, "a refusal shows no proof");
    Failure::all_of(&passed.unwrap_err())[0].clone()
}

#[tokio::test]
async fn an_approved_job_passes_and_the_proof_is_shown_once() {
    let (passed, proofs) = passed(Gate::Approved, &bound_job(), inputs(), |_| None).await;
    let evidence = passed.expect("to pass").expect("a proof");
    assert_eq!((evidence.approvers[0].login.as_str(), proofs), ("bob", 1));
}

#[tokio::test]
async fn without_a_gate_nothing_is_asked() {
    let ask_nothing: fn(&str) -> Option<Answer> = |path| panic!("{path} is not needed");
    let (passed, proofs) = passed(Gate::None, &job(), inputs(), ask_nothing).await;
    assert_eq!((passed.expect("to pass"), proofs), (None, 0));
}

#[tokio::test]
async fn a_named_environment_binds_even_without_a_gate() {
    let named = |name: &str| GitHubInputs {
        environment: Some(name.into()),
        ..inputs()
    };
    let only_token: fn(&str) -> Option<Answer> = |path| {
        assert_eq!(path, "/oidc");
        None
    };
    let (right, _) = passed(Gate::None, &bound_job(), named("Production"), only_token).await;
    assert_eq!(right.expect("to pass"), None);
    let (wrong, _) = passed(Gate::None, &bound_job(), named("staging"), only_token).await;
    assert_eq!(Failure::all_of(&wrong.unwrap_err())[0].code, Code::NotBound);
}

#[tokio::test]
async fn each_missing_permission_is_named() {
    let no_oidc = refused(job(), |_| None).await;
    assert_eq!(no_oidc.code, Code::GatePermission);
    assert!(
        no_oidc.help.contains("`id-token: write`"),
        "{}",
        no_oidc.help
    );
    let no_actions = refused(bound_job(), |path| {
        let denied = json!({"message": "Resource not accessible by integration"});
        path.ends_with("/approvals").then(|| json(403, &denied))
    });
    let no_actions = no_actions.await;
    assert_eq!(no_actions.code, Code::GatePermission);
    assert!(
        no_actions.help.contains("`actions: read`"),
        "{}",
        no_actions.help
    );
    let bad_token = refused(bound_job(), |path| {
        path.starts_with("/api")
            .then(|| json(401, &json!({"message": "Bad credentials"})))
    });
    let bad_token = bad_token.await;
    assert_eq!(bad_token.code, Code::GatePermission);
    assert!(
        bad_token.help.contains("`github-token`"),
        "{}",
        bad_token.help
    );
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_not_proven() {
    let outages: &[fn(&str) -> Option<Answer>] = &[
        |path| path.ends_with("/attempts/1").then(|| json(502, &json!({}))),
        |path| path.ends_with("/jobs/9").then_some(None),
        |path| {
            path.ends_with("/approvals")
                .then(|| json(404, &json!({"message": "Not Found"})))
        },
        |path| {
            path.ends_with("/approvals")
                .then(|| json(200, &json!({"total": 1})))
        },
        |path| {
            path.ends_with("/attempts/1")
                .then(|| json(200, &json!({"id": 77})))
        },
        |path| {
            path.ends_with("/production")
                .then(|| json(404, &json!({"message": "Not Found"})))
        },
        |path| (path == "/oidc").then(|| json(200, &json!({"value": "no token"}))),
        |path| (path == "/oidc").then_some(None),
    ];
    for (n, odd) in outages.iter().enumerate() {
        assert_eq!(
            refused(bound_job(), *odd).await.code,
            Code::GateUnproven,
            "{n}"
        );
    }
}

#[tokio::test]
async fn an_unbound_job_is_refused_before_anything_is_read() {
    let refusal = refused(bound_job(), |path| {
        assert_eq!(path, "/oidc");
        let mut claims = claims();
        claims
            .as_object_mut()
            .expect("claims")
            .remove("environment");
        Some(json(200, &json!({"value": token(&claims)})))
    });
    assert_eq!(refusal.await.code, Code::NotBound);
}
