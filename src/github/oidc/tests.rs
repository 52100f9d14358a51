use super::{Claims, Issuer, claims};
use crate::clock::Clock;
use crate::events::{Event, Events, Sink};
use crate::http::{Http, tests::answering, tests::json};
use crate::job::OidcRequest;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A token of these claims, with a signature that nobody checks.
pub(crate) fn token(claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(&json!({"alg": "RS256"})), part(claims))
}

#[derive(Clone, Default)]
struct Masked(Arc<Mutex<Vec<String>>>);

impl Sink for Masked {
    fn on(&mut self, _: &Event) {}

    fn mask(&mut self, secret: &str) {
        self.0.lock().expect("the list").push(secret.to_owned());
    }
}

#[tokio::test]
async fn a_token_is_asked_for_its_audience_and_masked() {
    let raw = token(&json!({"sub": "repo:shop/web:environment:production"}));
    let answer = json!({"count": 1, "value": raw});
    let client = answering(move |request| {
        assert_eq!(request.uri(), "https://oidc.example/t?v=2&audience=a%26b");
        assert_eq!(request.headers()["authorization"], "bearer request-token");
        json(200, &answer)
    });
    let masked = Masked::default();
    let events = Events::into_sinks(vec![Box::new(masked.clone())], Clock::real());
    let request = OidcRequest {
        url: "https://oidc.example/t?v=2".into(),
        token: "request-token".into(),
    };
    let issuer = Issuer::new(request, Http::new(client, Clock::real()), events);
    let token = issuer.token("a&b").await.expect("a token");
    assert_eq!(token.raw.expose_secret(), raw);
    assert_eq!(masked.0.lock().expect("the list")[0], raw);
    assert!(!format!("{token:?}").contains(&raw));
}

#[test]
fn claims_are_read_as_github_writes_them() {
    let read = claims(&token(&json!({
        "sub": "repo:shop/web:environment:Production", "aud": "sts.amazonaws.com",
        "environment": "Production", "repository": "shop/web", "ref": "refs/heads/main",
        "run_id": "77", "run_attempt": "2", "sha": "c0ffee", "check_run_id": 5,
        "new_claim": {"a": [1]}
    })))
    .expect("claims");
    assert_eq!(read.environment.as_deref(), Some("Production"));
    assert_eq!(
        (read.run_id, read.run_attempt, read.check_run_id),
        (Some(77), Some(2), Some(5))
    );
    assert_eq!(read.git_ref.as_deref(), Some("refs/heads/main"));
}

#[test]
fn claims_of_unknown_form_are_missing_and_other_texts_are_no_token() {
    let odd = json!({"run_id": "seven", "run_attempt": -1, "sha": 5, "environment": ""});
    assert_eq!(claims(&token(&odd)), Some(Claims::default()));
    for text in ["", "a.b", "a.b.c", "a.b.c.d", "a.!!!!.c"] {
        assert_eq!(claims(text), None, "{text}");
    }
}
