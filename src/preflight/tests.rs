use crate::model::service::{Controller, Counts, Service};

/// A service on instances, without anything that a check looks at.
pub(super) fn service() -> Service {
    Service {
        cluster_arn: "arn:aws:ecs:eu-west-1:123456789012:cluster/prod".to_owned(),
        arn: "arn:aws:ecs:eu-west-1:123456789012:service/prod/shop".to_owned(),
        name: "shop".to_owned(),
        status: "ACTIVE".to_owned(),
        controller: Controller::Ecs,
        strategy: "ROLLING".to_owned(),
        rolls_back: false,
        circuit_breaker: false,
        alarms: Vec::new(),
        traffic_steps: Vec::new(),
        bake_minutes: 0,
        scheduling: "REPLICA".to_owned(),
        task_definition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:6".to_owned(),
        counts: Counts::default(),
        deployments: Vec::new(),
        task_sets: Vec::new(),
        current_deployment: None,
        load_balancers: Vec::new(),
        platform_version: None,
        network: None,
        capacity_providers: Vec::new(),
        events: Vec::new(),
    }
}
