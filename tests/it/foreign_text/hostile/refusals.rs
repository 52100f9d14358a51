//! Runs that are refused in such words: by AWS, by GitHub, by the trust of a role, and by us for
//! inputs and files.

use super::{HARMLESS, HOSTILE, job, only_words_differ, quoted, variable};
use crate::run::{Stand, Step};

/// A service that answers every matching call with an error in those words.
async fn refusing(service: &str, operation: &str, status: u16, text: &str) -> Stand {
    let text = quoted(text);
    let fault = format!(
        "faults:\n  - {{ service: {service}, operation: {operation}, answer: {{ error: {{ code: \
         InvalidParameterException, message: {text}, status: {status} }} }} }}"
    );
    Stand::with(&[("faults: []", &fault)]).await
}

#[tokio::test]
async fn a_refusal_of_aws() {
    let run = async |text: &str| {
        let stand = refusing("ecs", "RegisterTaskDefinition", 400, text).await;
        stand.staging(stand.staging_job()).run().await
    };
    let (harmless, hostile) = tokio::join!(run(HARMLESS), run(HOSTILE));
    assert_eq!(hostile.codes(), ["GG027"], "{}", hostile.log);
    only_words_differ(&harmless, &hostile);
    assert!(hostile.log.contains("the-mark"), "{}", hostile.log);
}

/// The sentence is taken apart for what is missing, and a statement is made of it.
#[tokio::test]
async fn a_denial_of_aws() {
    let run = async |text: &str| {
        let said = format!(
            "User: {text} is not authorized to perform: {text} on resource: {text} because"
        );
        let stand = refusing("ecs", "UpdateService", 400, &said).await;
        stand.staging(stand.staging_job()).run().await
    };
    let (harmless, hostile) = tokio::join!(run(HARMLESS), run(HOSTILE));
    assert_eq!(hostile.codes(), ["GG012"], "{}", hostile.log);
    only_words_differ(&harmless, &hostile);
    assert!(hostile.log.contains("the-mark"), "{}", hostile.log);
}

#[tokio::test]
async fn a_refusal_of_github() {
    let run = async |text: &str| {
        let stand = refusing("github", "'GET *'", 403, text).await;
        stand.production(stand.production_job()).run().await
    };
    let (harmless, hostile) = tokio::join!(run(HARMLESS), run(HOSTILE));
    assert_eq!(hostile.codes(), ["GG045"], "{}", hostile.log);
    only_words_differ(&harmless, &hostile);
    assert!(hostile.log.contains("the-mark"), "{}", hostile.log);
}

#[tokio::test]
async fn an_environment_with_such_a_name() {
    let run = async |text: &str| {
        let name = variable(text).replace(['\r', '\n'], " ");
        let environment = format!("        {}: {{}}\n        staging: {{}}", quoted(&name));
        let stand = Stand::with(&[("        staging: {}", &environment)]).await;
        let step = stand.production(job(&stand, text, &name, None));
        step.input("gate", "approved").run().await
    };
    let (harmless, hostile) = tokio::join!(run(HARMLESS), run(HOSTILE));
    assert_eq!(hostile.codes()[0], "GG041", "{}", hostile.log);
    only_words_differ(&harmless, &hostile);
    assert!(hostile.log.contains("the-mark"), "{}", hostile.log);
}

/// Inputs are the workflow's author's, who may have put anything into them.
fn with_inputs<'a>(step: Step<'a>, text: &str) -> Step<'a> {
    let names = [
        "cluster",
        "service",
        "labels",
        "role-to-assume",
        "desired-count",
        "timeout",
        "wait-for",
        "strategy",
        "codedeploy-appspec",
        "build-args",
        "build-secrets",
    ];
    names
        .iter()
        .fold(step, |step, name| step.input(name, &format!("! {text}")))
}

#[tokio::test]
async fn inputs_that_are_wrong() {
    let run = async |text: &str| {
        let stand = Stand::open().await;
        let step = stand.staging(stand.staging_job());
        let named = format!("INPUT_{}", variable(text).replace('=', "").to_uppercase());
        with_inputs(step, &variable(text))
            .variable(&named, "x")
            .run()
            .await
    };
    let (harmless, hostile) = tokio::join!(run(HARMLESS), run(HOSTILE));
    assert_eq!(hostile.codes(), ["GG001"], "{}", hostile.log);
    only_words_differ(&harmless, &hostile);
    assert!(hostile.log.contains("the-mark"), "{}", hostile.log);
}

#[tokio::test]
async fn files_with_such_names_and_keys() {
    let run = async |text: &str| {
        let stand = Stand::open().await;
        let name = variable(text)
            .replace('/', "")
            .chars()
            .take(80)
            .collect::<String>();
        let twice = format!("{{ {key}: 1, {key}: 2 }}", key = quoted(text));
        stand.write(&name, twice);
        let step = stand
            .staging(stand.staging_job())
            .input("task-definition", &name);
        let missing = format!("no {}", variable(text));
        step.input("codedeploy-appspec", &missing).run().await
    };
    let (harmless, hostile) = tokio::join!(run(HARMLESS), run(HOSTILE));
    assert_eq!(hostile.codes(), ["GG002", "GG003"], "{}", hostile.log);
    only_words_differ(&harmless, &hostile);
    assert!(hostile.log.contains("the-mark"), "{}", hostile.log);
}

#[tokio::test]
async fn a_trust_that_refuses_in_such_words() {
    let run = async |text: &str| {
        // XML has no place for the others.
        let fits = |c: &char| !c.is_control() || matches!(c, '\r' | '\n' | '\t');
        let text: String = text.chars().filter(fits).collect();
        let stand = refusing("sts", "AssumeRoleWithWebIdentity", 403, &text).await;
        let step = stand.staging(stand.staging_job());
        step.run().await
    };
    let (harmless, hostile) = tokio::join!(run(HARMLESS), run(HOSTILE));
    assert_eq!(hostile.codes(), ["GG011"], "{}", hostile.log);
    only_words_differ(&harmless, &hostile);
    assert!(hostile.log.contains("the-mark"), "{}", hostile.log);
}
