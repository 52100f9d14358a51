use super::{DeploymentConfiguration, TrafficStep};
use crate::failure::Code;
use serde_json::{Value, json};

fn of(document: &Value) -> DeploymentConfiguration {
    DeploymentConfiguration::of(document.as_object().cloned().expect("an object"))
}

/// The lines that are new or gone when `asked` is sent to a service that has `before`.
fn changes(before: &Value, asked: &Value) -> Vec<String> {
    let before = of(before);
    let lines = before.with(&of(asked)).difference(&before).lines;
    let changed = lines
        .into_iter()
        .filter(|line| !line.starts_with([' ', '@']));
    let changed = changed.map(|line| format!("{}{}", &line[..1], line[1..].trim()));
    changed.collect()
}

#[test]
fn a_document_goes_out_as_it_is_written() {
    let text = r#"{"strategy":"LINEAR","linearConfiguration":{"stepPercent":10.00,"new":{"b":1,"a":[1.50]}}}"#;
    let (read, doubts) = DeploymentConfiguration::parse(text, "file").expect("a document");
    assert_eq!(Value::Object(read.document().clone()).to_string(), text);
    let unknown =
        "linearConfiguration.new: ECS is not known to take this key. It is sent as it is.";
    assert_eq!(doubts, [unknown]);
    let yaml = "strategy: CANARY\ncanaryConfiguration: { canaryPercent: 0.5 }\n";
    let (read, doubts) = DeploymentConfiguration::parse(yaml, "file.yml").expect("a document");
    let json = r#"{"strategy":"CANARY","canaryConfiguration":{"canaryPercent":0.5}}"#;
    assert_eq!(Value::Object(read.document().clone()).to_string(), json);
    assert_eq!(doubts, Vec::<String>::new());
}

#[test]
fn what_ecs_cannot_read_is_told_at_once() {
    let inside = "expected what stands inside of `deploymentConfiguration`: `strategy`, \
                  `bakeTimeInMinutes`, …";
    for (text, expected) in [
        ("[]", &["expected an object at the top"][..]),
        ("{}", &[inside]),
        (r#"{"deploymentConfiguration": {}}"#, &[inside]),
        (
            r#"{"strategy": 1, "bakeTimeInMinutes": "5", "lifecycleHooks": {},
                "canaryConfiguration": {"canaryPercent": "5"}}"#,
            &[
                "strategy is the number 1: write \"1\"",
                "bakeTimeInMinutes is the text \"5\": write 5",
                "lifecycleHooks is an object, and ECS takes a list",
                "canaryConfiguration.canaryPercent is the text \"5\": write 5",
            ],
        ),
    ] {
        let refused = DeploymentConfiguration::parse(text, "given").expect_err(text);
        assert_eq!(
            (refused.code, &refused.why[..]),
            (
                Code::MalformedFile,
                &expected
                    .iter()
                    .map(|it| (*it).to_owned())
                    .collect::<Vec<_>>()[..]
            )
        );
    }
    let misspelt = DeploymentConfiguration::parse(r#"{"stratgy": "CANARY"}"#, "given");
    let (_, doubts) = misspelt.expect("a document");
    let doubt = "stratgy: ECS is not known to take this key. It is sent as it is. Did you mean \
                 `strategy`?";
    assert_eq!(doubts, [doubt]);
    // What a hook is given is for the hook.
    let details = r#"{"lifecycleHooks": [{"hookDetails": {"any": [1, "thing"]}}]}"#;
    assert!(DeploymentConfiguration::parse(details, "given").is_ok());
}

#[test]
fn only_what_means_something_else_is_a_change() {
    let canary = json!({"strategy": "CANARY", "bakeTimeInMinutes": 5,
        "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 10},
        "alarms": {"alarmNames": ["b", "a"], "enable": true, "rollback": true},
        "deploymentCircuitBreaker": {"enable": false, "rollback": false}, "maximumPercent": 200});
    for same in [
        json!({"strategy": "CANARY"}),
        json!({"canaryConfiguration": {"canaryPercent": 10}}),
        json!({"canaryConfiguration": {"canaryPercent": 1e1, "canaryBakeTimeInMinutes": null}}),
        json!({"alarms": {"rollback": true, "enable": true, "alarmNames": ["a", "b"]}}),
        json!({"deploymentCircuitBreaker": {"enable": false}, "lifecycleHooks": []}),
        json!({"strategy": null}),
    ] {
        assert_eq!(changes(&canary, &same), Vec::<String>::new(), "{same}");
    }
    for (asked, expected) in [
        (
            json!({"strategy": "BLUE_GREEN"}),
            &["-\"strategy\": \"CANARY\"", "+\"strategy\": \"BLUE_GREEN\""][..],
        ),
        (
            json!({"canaryConfiguration": {"canaryPercent": 5}}),
            &[
                "-\"canaryConfiguration\": {",
                "-\"canaryPercent\": 10",
                "-},",
                "+\"canaryConfiguration\": {},",
            ],
        ),
        (
            json!({"bakeTimeInMinutes": 0}),
            &["-\"bakeTimeInMinutes\": 5,"],
        ),
        (json!({"newer": {}}), &["+\"newer\": {},"]),
    ] {
        assert_eq!(changes(&canary, &asked), expected, "{asked}");
    }
    let rolling = changes(&json!({}), &json!({"strategy": "LINEAR"}));
    assert_eq!(
        rolling,
        ["-\"strategy\": \"ROLLING\"", "+\"strategy\": \"LINEAR\""]
    );
}

#[test]
fn a_hook_that_says_its_defaults_is_the_same() {
    let short = json!({"lifecycleHooks": [{"hookTargetArn": "f", "lifecycleStages": ["B", "A"]}]});
    let long = json!({"lifecycleHooks": [{"targetType": "AWS_LAMBDA", "hookTargetArn": "f",
        "lifecycleStages": ["A", "B"], "timeoutConfiguration": {"timeoutInMinutes": 1440, "action": "ROLLBACK"}}]});
    assert_eq!(changes(&short, &long), Vec::<String>::new());
    let shorter = json!({"lifecycleHooks": [{"hookTargetArn": "f", "lifecycleStages": ["A", "B"],
        "timeoutConfiguration": {"timeoutInMinutes": 10}}]});
    assert_eq!(changes(&short, &shorter).len(), 5);
}

#[test]
fn what_is_not_said_is_off_and_rolling() {
    let bare = DeploymentConfiguration::default();
    assert_eq!((bare.strategy(), bare.is_staged()), ("ROLLING", false));
    assert_eq!((bare.circuit_breaker(), bare.rolls_back()), (false, false));
    assert_eq!((bare.alarms().len(), bare.bake_minutes()), (0, 0));
    assert_eq!((bare.traffic_steps(), bare.roles()), (vec![], vec![]));
}

#[test]
fn guards_count_when_they_are_on() {
    for (on, expected) in [(true, &["errors"][..]), (false, &[])] {
        let guarded = of(&json!({
            "deploymentCircuitBreaker": {"enable": on, "rollback": true},
            "alarms": {"enable": on, "rollback": false, "alarmNames": ["errors"]},
            "bakeTimeInMinutes": 15,
        }));
        assert_eq!((guarded.circuit_breaker(), guarded.rolls_back()), (on, on));
        assert_eq!(guarded.alarms(), expected);
        assert_eq!(guarded.bake_minutes(), 15);
    }
    let alarms = of(&json!({"alarms": {"enable": true, "rollback": true}}));
    assert_eq!(
        (alarms.circuit_breaker(), alarms.rolls_back()),
        (false, true)
    );
}

#[test]
fn every_strategy_has_its_steps() {
    let shown = |document: Value| {
        let steps = of(&document).traffic_steps().into_iter();
        let shown = steps.map(|TrafficStep { percent, minutes }| format!("{percent}%+{minutes}m"));
        shown.collect::<Vec<_>>().join(" ")
    };
    let canary = |percent: &Value, minutes| {
        json!({"strategy": "CANARY", "canaryConfiguration":
            {"canaryPercent": percent, "canaryBakeTimeInMinutes": minutes}})
    };
    let linear = |percent, minutes| {
        json!({"strategy": "LINEAR", "linearConfiguration":
            {"stepPercent": percent, "stepBakeTimeInMinutes": minutes}})
    };
    for (document, expected) in [
        (json!({"strategy": "ROLLING"}), ""),
        (json!({"strategy": "SOMETHING_NEW"}), ""),
        (json!({"strategy": "BLUE_GREEN"}), "100%+0m"),
        (json!({"strategy": "CANARY"}), "5%+10m 100%+0m"),
        (canary(&json!(0.1), 3), "0.1%+3m 100%+0m"),
        (canary(&json!("x"), 3), "5%+3m 100%+0m"),
        (linear(40.0, 1), "40%+1m 80%+1m 100%+0m"),
        (linear(50.0, 0), "50%+0m 100%+0m"),
        (
            linear(0.0, 7),
            "10%+7m 20%+7m 30%+7m 40%+7m 50%+7m 60%+7m 70%+7m 80%+7m 90%+7m 100%+0m",
        ),
    ] {
        assert_eq!(shown(document.clone()), expected, "{document}");
    }
}
