use super::alike::configuration;
use super::{SoFar, Transfer};
use crate::model::codedeploy::{DeploymentGroup, Routing};
use crate::model::deployment_configuration::DeploymentConfiguration;
use crate::model::service::tests::shop;
use crate::model::service::{Controller, LoadBalancer, Service};
use serde_json::{Value, json};

const BLUE: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/shop-blue/1";

fn group() -> DeploymentGroup {
    let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
    DeploymentGroup {
        application: "AppECS-prod-shop".to_owned(),
        name: "it's shop".to_owned(),
        compute_platform: "ECS".to_owned(),
        services: Vec::new(),
        config: None,
        ready: None,
        termination_wait_minutes: 60,
        auto_rollback: names(&["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]),
        target_groups: names(&["shop-blue", "shop-green"]),
        production_listeners: names(&["arn:listener/443"]),
        test_listeners: names(&["arn:listener/8443"]),
        alarms: names(&["5xx"]),
        last_attempted: None,
    }
}

fn service() -> Service {
    Service {
        controller: Controller::CodeDeploy,
        load_balancers: vec![LoadBalancer {
            container: "web".to_owned(),
            port: 8080,
            target_group: Some(BLUE.to_owned()),
            alternate: None,
            production_rule: None,
            test_rule: None,
        }],
        ..shop()
    }
}

fn shown(transfer: &Transfer) -> String {
    let steps = transfer.steps.iter();
    let steps = steps.map(|step| format!("{}\n{}\n", step.what, step.commands.join("\n")));
    steps.collect()
}

#[test]
fn the_steps_are_for_this_very_service() {
    let group = group();
    let so_far = SoFar {
        group: &group,
        routing: &Routing::AllAtOnce,
    };
    let transfer = Transfer::of(&service(), Some(so_far), None);
    insta::assert_snapshot!("transfer_with_test_traffic", shown(&transfer));
}

#[test]
fn what_is_not_known_is_left_open_and_what_is_asked_for_is_taken() {
    let asked = json!({"strategy": "LINEAR"});
    let asked = DeploymentConfiguration::of(asked.as_object().cloned().expect("an object"));
    let transfer = Transfer::of(&service(), None, Some(&asked));
    insta::assert_snapshot!("transfer_with_nothing_known", shown(&transfer));
}

#[test]
fn without_a_load_balancer_no_traffic_is_prepared() {
    let service = Service {
        load_balancers: Vec::new(),
        ..service()
    };
    let transfer = Transfer::of(&service, None, None);
    assert_eq!(transfer.steps.len(), 4);
    assert!(!shown(&transfer).contains("elbv2"));
}

#[test]
fn the_settings_do_what_the_deployment_group_does() {
    let mut group = group();
    let of = |group: &DeploymentGroup, routing| {
        Value::Object(configuration(Some(SoFar {
            group,
            routing: &routing,
        })))
    };
    let (percent, minutes) = (10, 3);
    let alarms = json!({"alarmNames": ["5xx"], "enable": true, "rollback": true});
    assert_eq!(
        of(&group, Routing::Canary { percent, minutes }),
        json!({"strategy": "CANARY", "bakeTimeInMinutes": 60, "alarms": alarms,
            "canaryConfiguration": {"canaryPercent": 10, "canaryBakeTimeInMinutes": 3}})
    );
    group.alarms.clear();
    group.termination_wait_minutes = 2880;
    assert_eq!(
        of(&group, Routing::Linear { percent, minutes }),
        json!({"strategy": "LINEAR", "bakeTimeInMinutes": 1440,
            "linearConfiguration": {"stepPercent": 10, "stepBakeTimeInMinutes": 3}})
    );
    for routing in [Routing::AllAtOnce, Routing::Other("Newer".to_owned())] {
        let expected = json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1440});
        assert_eq!(of(&group, routing), expected);
    }
}
