use super::super::{Kind, of};
use super::{Evidence, Row, event, evidence_of, holds, scene, task, well_written, with_events};
use crate::model::service_deployment::CircuitBreaker;
use crate::rollout::snapshot::LifecycleEvent;

fn failed(name: &str, detail: &str) -> LifecycleEvent {
    LifecycleEvent {
        name: name.to_owned(),
        status: "Failed".to_owned(),
        detail: Some(detail.to_owned()),
    }
}

fn crash() -> Evidence {
    let reason = "Essential container in task exited";
    evidence_of(&[task("EssentialContainerExited", reason, Some(1), None)])
}

const NO_ROOM: &[Row<'static>] = &[
    (
        "(service shop) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.",
        Kind::NoCapacity,
        &[
            "AWS has no capacity",
            "subnet-1, subnet-2",
            "availability zones",
        ],
    ),
    (
        "(service shop) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 3a09814c860f4d3fb05f6f14c6489eb3) has insufficient memory available. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
        Kind::NoCapacity,
        &["insufficient memory", "Add container instances"],
    ),
    (
        "(service shop) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 3a09) doesn't have the agent connected.",
        Kind::NoCapacity,
        &["agent"],
    ),
    (
        "(service shop) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 3a09) is already using a port required by your task.",
        Kind::NoCapacity,
        &["host port is taken"],
    ),
    (
        "(service shop) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 3a09) is missing an attribute required by your task.",
        Kind::NoCapacity,
        &["attribute"],
    ),
    (
        "(service shop) was unable to place a task. Reason: You've reached the limit on the number of tasks you can run concurrently.",
        Kind::NoCapacity,
        &["quota", "Service Quotas"],
    ),
    (
        "(service shop) was unable to place a task. Reason: You’ve reached the limit on the number of vCPUs you can run concurrently.",
        Kind::NoCapacity,
        &["quota", "vCPUs"],
    ),
    (
        "(service shop) was unable to place a task. Reason: The requested MEMORY configuration is above your limit.",
        Kind::NoCapacity,
        &["MEMORY configuration"],
    ),
    (
        "(service shop) was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster.",
        Kind::NoCapacity,
        &["no container instances"],
    ),
    (
        "(service shop) was unable to reach steady state. Reason: No Container Instances were found in your capacity provider.",
        Kind::NoCapacity,
        &["capacity provider"],
    ),
    (
        "(service shop) could not launch 3 tasks for deployment ecs-svc/1111111111111111111.",
        Kind::NoCapacity,
        &["3 tasks for deployment"],
    ),
    (
        "(service shop) was unable to place tasks in your cluster because the tasks provisioning capacity limit was exceeded.",
        Kind::NoCapacity,
        &["quota"],
    ),
    (
        "(service shop) was unable to place a task. Reason: Unexpected EC2 error while attempting to Create Network Interface with public IP assignment disabled in subnet 'subnet-1': InsufficientFreeAddressesInSubnet.",
        Kind::NoCapacity,
        &["the subnet subnet-1 has no free addresses"],
    ),
];

#[test]
fn no_room_for_tasks() {
    holds(NO_ROOM, event);
}

#[test]
fn a_hook_comes_before_everything_else() {
    let detail =
        "shop-smoke: The BeforeAllowTraffic lifecycle event failed; its log ends: got a 500";
    let evidence = Evidence {
        lifecycle: vec![failed("BeforeAllowTraffic", detail)],
        ..crash()
    };
    let cause = of(&evidence, &scene()).expect("a cause");
    assert_eq!(cause.kind, Kind::HookFailed);
    assert!(
        cause
            .sentence
            .starts_with("the hook of BeforeAllowTraffic failed: shop-smoke"),
        "{cause:?}"
    );
    well_written(&cause);
    let late = Evidence {
        lifecycle: vec![failed("AfterInstall", "The lifecycle event hook timed out")],
        ..Evidence::default()
    };
    let cause = of(&late, &scene()).expect("a cause");
    assert!(
        cause
            .advice
            .contains("PutLifecycleEventHookExecutionStatus"),
        "{cause:?}"
    );
}

#[test]
fn what_codedeploy_does_itself_is_no_hook() {
    let evidence = Evidence {
        lifecycle: vec![failed("Install", "")],
        reason: Some("The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 minutes. (TIMEOUT)".to_owned()),
        ..crash()
    };
    assert_eq!(
        of(&evidence, &scene()).map(|it| it.kind),
        Some(Kind::ContainerExited)
    );
}

#[test]
fn an_alarm_ends_a_deployment_unless_the_circuit_breaker_did() {
    let alarms = Evidence {
        alarms: vec!["shop-5xx".to_owned()],
        ..crash()
    };
    let cause = of(&alarms, &scene()).expect("a cause");
    assert_eq!(
        (cause.kind, cause.sentence.as_str()),
        (Kind::Alarm, "the alarm `shop-5xx` went off")
    );
    well_written(&cause);
    let breaker = |status: &str| CircuitBreaker {
        status: status.to_owned(),
        failures: 3,
        threshold: 3,
    };
    for (status, kind) in [
        ("TRIGGERED", Kind::ContainerExited),
        ("MONITORING_COMPLETE", Kind::Alarm),
    ] {
        let evidence = Evidence {
            circuit_breaker: Some(breaker(status)),
            ..alarms.clone()
        };
        assert_eq!(of(&evidence, &scene()).map(|it| it.kind), Some(kind));
    }
    let unnamed = Evidence {
        reason: Some("One or more alarms have been activated. (ALARM_ACTIVE)".to_owned()),
        ..Evidence::default()
    };
    assert_eq!(of(&unnamed, &scene()).map(|it| it.kind), Some(Kind::Alarm));
}

#[test]
fn a_known_cause_comes_before_an_unknown_one() {
    let unknown = task("TaskFailedToStart", "Something that is new", None, None);
    let evidence = Evidence {
        events: with_events(&["(service shop) was unable to place a task. Reason: Capacity is unavailable at this time."]).events,
        ..evidence_of(&[unknown])
    };
    assert_eq!(
        of(&evidence, &scene()).map(|it| it.kind),
        Some(Kind::NoCapacity)
    );
}

#[test]
fn nothing_is_made_up() {
    assert_eq!(of(&Evidence::default(), &scene()), None);
    for message in [
        "(service shop) is unable to consistently start tasks successfully.",
        "(service shop) (deployment ecs-svc/1) deployment failed: tasks failed to start.",
        "(service shop) rolling back to deployment ecs-svc/1.",
        "(service shop) operations are being throttled. Will try again later.",
    ] {
        assert_eq!(event(message), None, "{message}");
    }
}
