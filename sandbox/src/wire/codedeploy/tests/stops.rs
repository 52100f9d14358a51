//! Deployments that are stopped in every phase, and rollbacks that do not go well.

use super::{deploy, events, info, rollback_of, stage, task_sets};
use crate::testing::Stage;
use serde_json::{Value, json};

const BOTH: [&str; 2] = [
    "PRIMARY shop:1 shop-blue 2/2 100%",
    "ACTIVE shop:2 shop-green 2/2 0%",
];
const UNCHANGED: [&str; 1] = ["PRIMARY shop:1 shop-blue 2/2 100%"];

/// A deployment by canary that waits to be continued and for the termination.
fn waiting() -> Stage {
    stage(&[
        "deployment-config: CodeDeployDefault.ECSCanary10Percent15Minutes",
        "on-ready: STOP_DEPLOYMENT",
        "ready-wait-minutes: 5",
        "termination-wait-minutes: 60",
    ])
}

/// Stops a deployment after so long, which is continued whenever it waits; its id.
fn stopped(stage: &mut Stage, after: i64, rollback: Option<bool>) -> String {
    let id = deploy(stage);
    let at = stage.begin + jiff::SignedDuration::from_secs(after);
    while stage.world.now < at {
        let next = stage.world.next_due().map_or(at, |due| due.min(at));
        stage.world.advance_to(next);
        let waits = stage.world.now + jiff::SignedDuration::from_secs(60) < at;
        if info(stage, &id)["status"] == "Ready" && waits {
            let body = json!({"deploymentId": id, "deploymentWaitType": "READY_WAIT"});
            stage.codedeploy("ContinueDeployment", body);
        }
    }
    let mut body = json!({"deploymentId": id});
    if let Some(rollback) = rollback {
        body["autoRollbackEnabled"] = json!(rollback);
    }
    let answer = stage.codedeploy("StopDeployment", body);
    assert_eq!(answer["status"], "Pending", "after {after} s");
    id
}

fn under_way(stage: &mut Stage, id: &str) -> String {
    let under_way = |it: &String| it.ends_with(" InProgress");
    let name = events(stage, id).into_iter().find(under_way);
    name.map_or(String::new(), |it| it.replace(" InProgress", ""))
}

#[test]
fn a_deployment_can_be_stopped_in_every_phase() {
    // The second, what is under way then, and how the service stands in the end when nothing is
    // rolled back.
    let canary = [
        "PRIMARY shop:1 shop-blue 2/2 90%",
        "ACTIVE shop:2 shop-green 2/2 10%",
    ];
    let shifted = [
        "ACTIVE shop:1 shop-blue 2/2 0%",
        "PRIMARY shop:2 shop-green 2/2 100%",
    ];
    // A stop takes three seconds: in BeforeInstall it comes too late for the task set.
    let phases: [(i64, &str, &[&str]); 8] = [
        (4, "BeforeInstall", &BOTH),
        (20, "Install", &BOTH),
        (46, "AfterInstall", &BOTH),
        (51, "AfterAllowTestTraffic", &BOTH),
        (100, "", &BOTH),
        (300, "AllowTraffic", &canary),
        (957, "AfterAllowTraffic", &shifted),
        (2000, "", &shifted),
    ];
    for (after, event, left) in phases {
        let mut kept = waiting();
        let id = stopped(&mut kept, after, Some(false));
        assert_eq!(under_way(&mut kept, &id), event, "after {after} s");
        kept.pass("3h");
        let seen = info(&mut kept, &id);
        assert_eq!(seen["status"], "Stopped", "after {after} s");
        assert!(seen["rollbackInfo"].get("rollbackDeploymentId").is_none());
        assert_eq!(task_sets(&mut kept), left, "after {after} s");

        let mut back = waiting();
        let id = stopped(&mut back, after, Some(true));
        back.pass("3h");
        assert_eq!(task_sets(&mut back), UNCHANGED, "after {after} s");
        let rollback = rollback_of(&mut back, &id);
        assert_eq!(rollback["status"], "Succeeded", "after {after} s");
        let of = info(&mut back, &id)["rollbackInfo"].clone();
        let by = rollback["deploymentId"].as_str().unwrap();
        assert_eq!(
            [
                &of["rollbackMessage"],
                &rollback["rollbackInfo"]["rollbackMessage"]
            ],
            [
                &json!(format!(
                    "Deployment {id} terminated. Automatic rollback is triggered with a DeploymentId {by}."
                )),
                &json!(format!(
                    "Deployment {by} is triggered to roll back deployment {id}."
                ))
            ]
        );
    }
}

#[test]
fn a_deployment_that_has_not_begun_is_stopped_and_needs_no_rollback() {
    for rollback in [false, true] {
        let mut stage = waiting();
        let id = stopped(&mut stage, 1, Some(rollback));
        stage.pass("1h");
        let seen = info(&mut stage, &id);
        assert_eq!(seen["status"], "Stopped");
        assert!(seen["rollbackInfo"].get("rollbackDeploymentId").is_none());
        assert_eq!(task_sets(&mut stage), UNCHANGED);
    }
}

#[test]
fn without_a_word_the_group_decides_whether_a_stop_rolls_back() {
    let canary = "deployment-config: CodeDeployDefault.ECSCanary10Percent15Minutes";
    for (events, rolled_back) in [
        ("[DEPLOYMENT_FAILURE]", false),
        ("[DEPLOYMENT_STOP_ON_REQUEST]", true),
    ] {
        let mut stage = stage(&[canary, &format!("auto-rollback: {events}")]);
        let id = stopped(&mut stage, 300, None);
        stage.pass("1h");
        let seen = info(&mut stage, &id);
        assert_eq!(seen["status"], "Stopped");
        let found = seen["rollbackInfo"].get("rollbackDeploymentId").is_some();
        assert_eq!(found, rolled_back, "{events}");
    }
}

/// The codes, statuses and traffic after a hook failed and its rollback did in `event`.
fn failed_rollback(event: &str) -> (Value, Value, Vec<String>) {
    let script = format!(
        "script: {{ rollback: {{ fails: {event} }}, hooks: {{ AfterAllowTraffic: {{ result: fail }} }} }}"
    );
    let mut stage = stage(&["auto-rollback: [DEPLOYMENT_FAILURE]", &script]);
    let id = deploy(&mut stage);
    stage.pass("1h");
    assert_eq!(info(&mut stage, &id)["status"], "Failed");
    let rollback = rollback_of(&mut stage, &id);
    let code = rollback["errorInformation"]["code"].clone();
    assert!(
        rollback["rollbackInfo"]
            .get("rollbackDeploymentId")
            .is_none()
    );
    let by = rollback["deploymentId"].as_str().unwrap().to_owned();
    let failed = format!("{event} Failed");
    assert!(events(&mut stage, &by).contains(&failed));
    (rollback["status"].clone(), code, task_sets(&mut stage))
}

#[test]
fn a_rollback_may_fail_and_leaves_the_traffic_where_it_is() {
    for event in ["Install", "AllowTraffic"] {
        let (status, code, sets) = failed_rollback(event);
        assert_eq!([&status, &code], ["Failed", "ECS_UPDATE_ERROR"], "{event}");
        assert_eq!(
            sets,
            [
                "ACTIVE shop:1 shop-blue 2/2 0%",
                "PRIMARY shop:2 shop-green 2/2 100%"
            ],
            "{event}"
        );
    }
}

#[test]
fn a_rollback_may_be_over_before_anybody_looks() {
    let mut stage = stage(&[
        "auto-rollback: [DEPLOYMENT_FAILURE]",
        "script: { rollback: { at-once: true }, hooks: { AfterAllowTraffic: { result: fail, after: 10s } } }",
    ]);
    let id = deploy(&mut stage);
    let mut seen = Vec::new();
    while stage.next() {
        let statuses: Vec<Value> = stage
            .world
            .codedeploy
            .deployments()
            .iter()
            .map(|it| json!(it.status.word()))
            .collect();
        if seen.last() != Some(&statuses) {
            seen.push(statuses);
        }
    }
    assert_eq!(
        seen,
        [vec!["InProgress"], vec!["Succeeded", "Failed"]],
        "newest first"
    );
    assert_eq!(
        rollback_of(&mut stage, &id)["creator"],
        "codeDeployRollback"
    );
    assert_eq!(task_sets(&mut stage), UNCHANGED);
}

#[test]
fn a_failure_after_the_traffic_without_rollback_leaves_it_there() {
    let mut stage = stage(&["script: { hooks: { AfterAllowTraffic: { result: fail } } }"]);
    let id = deploy(&mut stage);
    stage.pass("1h");
    assert_eq!(info(&mut stage, &id)["status"], "Failed");
    assert_eq!(
        task_sets(&mut stage),
        [
            "ACTIVE shop:1 shop-blue 2/2 0%",
            "PRIMARY shop:2 shop-green 2/2 100%"
        ]
    );
    assert!(
        stage.shop()["taskDefinition"]
            .as_str()
            .unwrap()
            .ends_with("shop:2")
    );
}

#[test]
fn every_alarm_that_fires_is_named() {
    let mut stage = stage(&["alarms: [shop-5xx, shop-slow]"]);
    let id = deploy(&mut stage);
    stage.pass("20s");
    for name in ["shop-5xx", "shop-slow"] {
        let deed = crate::world::happenings::Deed::RaiseAlarm(name.to_owned());
        crate::world::happenings::play(&mut stage.world, "arn:aws:iam::123456789012:root", &deed);
    }
    stage.pass("1m");
    let error = info(&mut stage, &id)["errorInformation"].clone();
    assert_eq!(error["code"], "ALARM_ACTIVE");
    let words = error["message"].as_str().unwrap();
    assert!(
        words.ends_with("Activated alarms: <shop-5xx> <shop-slow>"),
        "{words}"
    );
}

#[test]
fn deployments_are_listed_by_status_and_keep_what_they_were_given() {
    let mut stage = stage(&["script: { only: [1], hooks: { BeforeInstall: { result: fail } } }"]);
    let failed = deploy(&mut stage);
    stage.pass("1m");
    let active = deploy(&mut stage);
    stage.pass("20s");
    let mut listed = |statuses: Value| {
        let body = json!({"applicationName": "shop", "deploymentGroupName": "shop", "includeOnlyStatuses": statuses});
        stage.codedeploy("ListDeployments", body)["deployments"].clone()
    };
    let running = json!(["Created", "Queued", "InProgress", "Ready", "Baking"]);
    assert_eq!(listed(running), json!([active]));
    assert_eq!(listed(json!(["Failed", "Stopped"])), json!([failed]));
    assert_eq!(listed(json!([])), json!([active, failed]));
    let seen = info(&mut stage, &active);
    assert_eq!(
        [&seen["description"], &seen["creator"]],
        ["shop@abc", "user"]
    );
    let body = json!({"applicationName": "shop", "revision": seen["revision"]});
    let revision = stage.codedeploy("GetApplicationRevision", body);
    let content = &revision["revision"]["appSpecContent"]["content"];
    assert_eq!(*content, super::appspec("shop:2", &super::HOOKS));
}
