//! What is new in a revision that is registered is shown, without the values of variables.

use super::row::web;
use super::stage::{Ran, Stage};
use greengate::events::EventKind;
use greengate::model::document::difference::Difference;

const OLD: &str =
    r#""environment":[{"name":"TOKEN","value":"hush-before"},{"name":"PORT","value":"80"}]"#;

/// The differences that were told.
fn told(ran: &Ran) -> Vec<&Difference> {
    let differences = ran.events.iter().filter_map(|kind| match kind {
        EventKind::Compared { difference, .. } => Some(difference),
        _ => None,
    });
    differences.collect()
}

/// A service that runs `OLD`, and a step that changes a variable of it.
async fn changed(inputs: &[(&str, &str)]) -> (Stage, Ran) {
    let stage = Stage::with(&[]);
    stage.write("td.json", &web(OLD));
    let first = stage.deploy(&[("task-definition", "td.json")]).await;
    assert_eq!(first.exit, 0, "{}", first.log);
    let change = [("environment-variables", "TOKEN=hush-after")];
    let ran = stage.deploy(&[&change, inputs].concat()).await;
    assert_eq!(ran.exit, 0, "{}", ran.log);
    (stage, ran)
}

#[tokio::test(start_paused = true)]
async fn a_changed_variable_is_told_without_its_value() {
    let (stage, ran) = changed(&[]).await;
    let [difference] = told(&ran)[..] else {
        panic!("{}", ran.log);
    };
    assert_eq!((difference.added, difference.removed), (1, 1));
    let group =
        "::group::What is new in the task definition of staging/shop: 1 line added, 1 removed";
    let (_, shown) = ran.log.split_once(group).expect("a group");
    let (shown, _) = shown.split_once("::endgroup::").unwrap();
    for line in [
        "-          \"value\": \"(hidden)\"",
        "+          \"value\": \"(hidden, changed)\"",
        "\"name\": \"TOKEN\"",
    ] {
        assert!(shown.contains(line), "{line} is not in {shown}");
    }
    assert!(
        !format!("{:?}{}", ran.events, ran.log).contains("hush"),
        "{}",
        ran.log
    );
    // Nothing is new the next time.
    let again = stage
        .deploy(&[("environment-variables", "TOKEN=hush-after")])
        .await;
    assert_eq!(told(&again).len(), 0, "{}", again.log);
}

#[tokio::test(start_paused = true)]
async fn values_are_shown_where_that_is_asked_for() {
    let (_, ran) = changed(&[("show-values", "true")]).await;
    for line in [
        "-          \"value\": \"hush-before\"",
        "+          \"value\": \"hush-after\"",
    ] {
        assert!(ran.log.contains(line), "{line} is not in {}", ran.log);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_registration_shows_what_was_to_be_registered() {
    let stage = Stage::with(&[]);
    stage.write("td.json", &web(r#""memory":128,"memoryReservation":256"#));
    let ran = stage.deploy(&[("task-definition", "td.json")]).await;
    assert_eq!((ran.exit, ran.failures()[0].code.id()), (3, "GG027"));
    assert!(
        ran.log.contains("\"memoryReservation\": 256"),
        "{}",
        ran.log
    );
}
