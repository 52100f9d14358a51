//! A whole canary deployment, second by second.

use super::{deploy, info, stage, target};
use crate::testing::Stage;
use serde_json::Value;

/// What a client sees: status, the events that are under way, task sets with traffic.
fn seen(stage: &mut Stage, id: &str) -> String {
    let status = info(stage, id)["status"].as_str().unwrap().to_owned();
    if status == "Created" {
        return status;
    }
    let target = target(stage, id);
    let list = |name: &str| target[name].as_array().unwrap().clone();
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    let events = list("lifecycleEvents").into_iter();
    let now = events.filter(|it| it["status"] == "InProgress");
    let now: Vec<String> = now.map(|it| text(&it, "lifecycleEventName")).collect();
    let sets = list("taskSetsInfo").into_iter().map(|it| {
        let label = text(&it, "taskSetLabel");
        format!(
            "{label} {} {}/{} {}%",
            text(&it, "status"),
            it["runningCount"],
            it["desiredCount"],
            it["trafficWeight"]
        )
    });
    let sets: Vec<String> = sets.collect();
    format!("{status} | {} | {}", now.join(" "), sets.join(", "))
}

/// Plays until nothing happens any more and tells each change with its second.
fn play(stage: &mut Stage, id: &str) -> String {
    let mut lines = vec![format!("{:>5}  {}", stage.seconds(), seen(stage, id))];
    let mut before = seen(stage, id);
    while stage.next() {
        let now = seen(stage, id);
        if now != before {
            lines.push(format!("{:>5}  {now}", stage.seconds()));
            before = now;
        }
    }
    lines.join("\n")
}

#[test]
fn a_canary_deployment_goes_its_whole_way() {
    let mut stage = stage(&[
        "deployment-config: CodeDeployDefault.ECSCanary10Percent5Minutes",
        "termination-wait-minutes: 60",
    ]);
    let id = deploy(&mut stage);
    let timeline = play(&mut stage, &id);
    println!("{timeline}");
    assert_eq!(timeline, CANARY.trim_matches('\n'));
    let seen = info(&mut stage, &id);
    assert_eq!(seen["status"], "Succeeded");
    assert_eq!(seen["deploymentOverview"]["Succeeded"], 1);
    assert_eq!(seen["revision"]["appSpecContent"]["content"], Value::Null);
    assert!(
        stage.shop()["taskDefinition"]
            .as_str()
            .unwrap()
            .ends_with("shop:2")
    );
    assert_eq!(
        super::task_sets(&mut stage),
        ["PRIMARY shop:2 shop-green 2/2 100%"]
    );
}

const CANARY: &str = "
    0  Created
    3  InProgress | BeforeInstall | Blue PRIMARY 2/2 100.0%
    5  InProgress | Install | Blue PRIMARY 2/2 100.0%, Green ACTIVE 0/2 0.0%
   26  InProgress | Install | Blue PRIMARY 2/2 100.0%, Green ACTIVE 2/2 0.0%
   46  InProgress | AfterInstall | Blue PRIMARY 2/2 100.0%, Green ACTIVE 2/2 0.0%
   48  InProgress | AllowTestTraffic | Blue PRIMARY 2/2 100.0%, Green ACTIVE 2/2 0.0%
   50  InProgress | AfterAllowTestTraffic | Blue PRIMARY 2/2 100.0%, Green ACTIVE 2/2 0.0%
   52  InProgress | BeforeAllowTraffic | Blue PRIMARY 2/2 100.0%, Green ACTIVE 2/2 0.0%
   54  InProgress | AllowTraffic | Blue PRIMARY 2/2 90.0%, Green ACTIVE 2/2 10.0%
  354  InProgress | AllowTraffic | Blue PRIMARY 2/2 0.0%, Green ACTIVE 2/2 100.0%
  356  InProgress | AfterAllowTraffic | Blue ACTIVE 2/2 0.0%, Green PRIMARY 2/2 100.0%
  358  InProgress |  | Blue ACTIVE 2/2 0.0%, Green PRIMARY 2/2 100.0%
 3958  InProgress |  | Blue DRAINING 2/0 0.0%, Green PRIMARY 2/2 100.0%
 3959  InProgress |  | Blue DRAINING 0/0 0.0%, Green PRIMARY 2/2 100.0%
 3992  Succeeded |  | Blue DRAINING 0/0 0.0%, Green PRIMARY 2/2 100.0%
";

#[test]
fn the_service_tells_of_it_too() {
    let mut stage = stage(&[]);
    deploy(&mut stage);
    stage.pass("30m");
    let events: Vec<String> = stage.events();
    let firsts = events
        .iter()
        .map(|it| it.split([':', '(']).next().unwrap().trim().to_owned());
    let firsts: Vec<String> = firsts.collect();
    assert_eq!(
        firsts,
        [
            "has started 2 tasks",
            "registered 2 targets in",
            "has reached a steady state.",
            "has begun draining connections on 2 tasks.",
            "deregistered 2 targets in",
            "has stopped 2 running tasks",
            "has reached a steady state.",
        ]
    );
}

/// A client that looks at a two-hour deployment every five seconds must not cost noticeable time:
/// the number of moments that are played stays small, however long the deployment takes.
#[test]
fn a_long_deployment_has_few_moments() {
    let mut stage = stage(&[
        "deployment-config: CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
        "termination-wait-minutes: 90",
    ]);
    let id = deploy(&mut stage);
    let mut moments = 0;
    while stage.next() {
        moments += 1;
    }
    assert_eq!(info(&mut stage, &id)["status"], "Succeeded");
    assert!(stage.seconds() > 2 * 3600 - 300, "{}", stage.seconds());
    assert!(moments < 50, "{moments}");
}
