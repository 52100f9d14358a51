use super::signature::masked;
use super::{TaskFailures, Way, alike, of, way};
use crate::diagnosis::workload::Workload;
use crate::model::task::{Container, Task};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

fn container(name: &str, exit_code: Option<i32>, reason: Option<&str>) -> Container {
    Container {
        name: name.to_owned(),
        image: Some(format!("{name}:v1")),
        runtime_id: None,
        exit_code,
        reason: reason.map(str::to_owned),
        health: None,
    }
}

fn task(code: Option<&str>, reason: &str, containers: Vec<Container>) -> Task {
    Task {
        arn: "arn:aws:ecs:eu-west-1:1:task/prod/9d85800c30b349039d104d52b506b930".to_owned(),
        task_definition: "shop:7".to_owned(),
        started_by: "ecs-svc/1".to_owned(),
        status: "STOPPED".to_owned(),
        stop_code: code.map(str::to_owned),
        stopped_reason: Some(reason.to_owned()),
        created_at: None,
        started_at: None,
        stopped_at: None,
        containers,
    }
}

const EXITED: &str = "Essential container in task exited";

/// Stop code, reason, and the way that this is a failure in.
const STOPS: &[(Option<&str>, &str, Option<Way>)] = &[
    (
        Some("TaskFailedToStart"),
        "ResourceInitializationError: x",
        Some(Way::NotStarted),
    ),
    (
        Some("TaskFailedToStart"),
        "Task failed to start",
        Some(Way::NotStarted),
    ),
    (Some("EssentialContainerExited"), EXITED, Some(Way::Exited)),
    (
        Some("ServiceSchedulerInitiated"),
        "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/shop/4fe7)",
        Some(Way::Unhealthy),
    ),
    (
        Some("ServiceSchedulerInitiated"),
        "Task failed container health checks",
        Some(Way::Unhealthy),
    ),
    (
        None,
        "Task failed ELB health checks in (elb shop)",
        Some(Way::Unhealthy),
    ),
    (None, EXITED, Some(Way::Exited)),
    (
        None,
        "CannotPullContainerError: API error (404)",
        Some(Way::NotStarted),
    ),
    (
        Some("ServiceSchedulerInitiated"),
        "Scaling activity initiated by (deployment ecs-svc/1234)",
        None,
    ),
    (
        None,
        "Scaling activity initiated by (deployment ecs-svc/1234)",
        None,
    ),
    (
        Some("ServiceSchedulerInitiated"),
        "Stopped by AZ rebalancing",
        None,
    ),
    (Some("UserInitiated"), "Task stopped by user", None),
    (
        Some("UserInitiated"),
        "it failed the health checks, says Bob",
        None,
    ),
    (
        Some("SpotInterruption"),
        "Your Spot Task was interrupted.",
        None,
    ),
    (
        Some("TerminationNotice"),
        "Your Spot Task was interrupted.",
        None,
    ),
    (
        Some("InfrastructureHealth"),
        "the host failed its health checks",
        None,
    ),
    (None, "Host EC2 (instance i-0abc) terminated.", None),
    (
        None,
        "Container instance deregistration forced by user",
        None,
    ),
    (Some("SomethingNew"), "CannotPullContainerError: x", None),
];

#[test]
fn only_failures_count() {
    for &(code, reason, expected) in STOPS {
        assert_eq!(
            way(&task(code, reason, Vec::new())),
            expected,
            "{code:?} {reason}"
        );
    }
    let running = Task {
        stop_code: None,
        stopped_reason: None,
        ..task(None, "", Vec::new())
    };
    assert_eq!(way(&running), None);
}

#[test]
fn what_is_new_in_every_task_is_masked() {
    let rows = [
        (
            "pull image manifest has been retried 5 time(s): failed to resolve ref 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08: not found",
            "pull image manifest has been retried # time(s): failed to resolve ref #.dkr.ecr.eu-west-#.amazonaws.com/shop@sha256:#: not found",
        ),
        (
            "dial tcp 44.213.79.50:443: i/o timeout",
            "dial tcp #.#.#.#:#: i/o timeout",
        ),
        (
            "unexpected status code 403 Forbidden at 2026-11-23T10:00:00Z, request id: f2a5572f-3f7a-4cf1-8fdf-be6439d78e97",
            "unexpected status code 403 forbidden at #-#-#:#:#, request id: #",
        ),
        (
            "User: arn:aws:sts::123456789012:assumed-role/shop/5c0a28eeb5fc45828b57e982c940d1ea",
            "user: arn:aws:sts::#:assumed-role/shop/#",
        ),
        (
            "(reason  Health checks\n[404])",
            "(reason health checks [404])",
        ),
    ];
    for (reason, expected) in rows {
        assert_eq!(masked(reason), expected);
    }
}

#[test]
fn statuses_of_http_are_told_apart() {
    assert_ne!(masked("answered 403"), masked("answered 404"));
    assert_ne!(masked("code [500]"), masked("code [503]"));
}

#[test]
fn the_container_that_ended_first_is_blamed() {
    let exited = |containers| task(Some("EssentialContainerExited"), EXITED, containers);
    let rows = [
        (
            vec![
                container("envoy", Some(137), None),
                container("web", Some(1), None),
            ],
            "web",
        ),
        (
            vec![
                container("envoy", Some(143), None),
                container("web", Some(0), None),
            ],
            "web",
        ),
        (
            vec![
                container("envoy", Some(2), None),
                container(
                    "web",
                    Some(137),
                    Some("OutOfMemoryError: Container killed due to memory usage"),
                ),
            ],
            "web",
        ),
        (vec![container("web", Some(137), None)], "web"),
        (
            vec![
                container("init", None, None),
                container("web", Some(143), None),
            ],
            "web",
        ),
    ];
    for (containers, expected) in rows {
        let groups = alike(&[exited(containers)]);
        assert_eq!(groups[0].container.as_deref(), Some(expected));
    }
}

#[test]
fn a_container_that_may_end_is_not_blamed() {
    let document = json!({"taskDefinition": {"containerDefinitions": [
        {"name": "migrate", "essential": false},
        {"name": "web"},
    ]}});
    let tasks = [task(
        Some("EssentialContainerExited"),
        EXITED,
        vec![
            container("migrate", Some(1), None),
            container("web", Some(0), None),
        ],
    )];
    assert_eq!(alike(&tasks)[0].container.as_deref(), Some("migrate"));
    let groups = of(&tasks, &Workload::of(&document));
    assert_eq!(
        (groups[0].container.as_deref(), groups[0].exit_code),
        (Some("web"), Some(0))
    );
}

#[test]
fn a_reason_says_what_task_and_container_say() {
    let rows = [
        (
            EXITED,
            Some("OutOfMemoryError: x"),
            "Essential container in task exited: OutOfMemoryError: x",
        ),
        (EXITED, None, EXITED),
        (
            "CannotPullContainerError: x",
            Some("CannotPullContainerError: x"),
            "CannotPullContainerError: x",
        ),
        (
            "CannotPullContainerError",
            Some("CannotPullContainerError: x"),
            "CannotPullContainerError: x",
        ),
    ];
    for (of_task, of_container, expected) in rows {
        let containers = vec![container("web", Some(1), of_container)];
        let groups = alike(&[task(Some("EssentialContainerExited"), of_task, containers)]);
        assert_eq!(groups[0].reason, expected);
    }
}

/// A task with a stop of any kind, and whether it failed.
fn stopped() -> impl Strategy<Value = (Task, bool)> {
    let codes = select(vec![
        (
            Some("TaskFailedToStart"),
            "CannotPullContainerError: {}: not found",
            true,
        ),
        (
            Some("TaskFailedToStart"),
            "ResourceInitializationError: request id {}",
            true,
        ),
        (Some("EssentialContainerExited"), EXITED, true),
        (
            Some("ServiceSchedulerInitiated"),
            "Task failed ELB health checks in (target-group {})",
            true,
        ),
        (
            Some("ServiceSchedulerInitiated"),
            "Scaling activity initiated by (deployment ecs-svc/{})",
            false,
        ),
        (Some("UserInitiated"), "Task stopped by {}", false),
        (
            Some("SpotInterruption"),
            "Your Spot Task was interrupted.",
            false,
        ),
        (Some("InfrastructureHealth"), "host {} failed", false),
        (None, "Host EC2 (instance i-{}) terminated.", false),
    ]);
    let exits = select(vec![None, Some(0), Some(1), Some(137), Some(139)]);
    (codes, exits, "[0-9a-f]{32}", 0..1_000_000_i64).prop_map(
        |((code, reason, failed), exit, id, at)| {
            let mut task = task(
                code,
                &reason.replace("{}", &id),
                vec![container("web", exit, None)],
            );
            task.arn = format!("arn:aws:ecs:eu-west-1:1:task/prod/{id}");
            task.stopped_at = Timestamp::from_second(at).ok();
            (task, failed)
        },
    )
}

fn counted(groups: &[TaskFailures]) -> usize {
    groups.iter().map(|group| group.count).sum()
}

proptest! {
    #[test]
    fn every_failure_is_in_one_group_and_nothing_else(tasks in prop::collection::vec(stopped(), 0..40)) {
        let failed = tasks.iter().filter(|(_, failed)| *failed).count();
        let tasks: Vec<_> = tasks.into_iter().map(|(task, _)| task).collect();
        let groups = alike(&tasks);
        prop_assert_eq!(counted(&groups), failed);
        let mut signatures: Vec<_> = groups.iter().map(|group| &group.signature).collect();
        signatures.sort();
        signatures.dedup();
        prop_assert_eq!(signatures.len(), groups.len());
        prop_assert!(groups.is_sorted_by(|a, b| a.count >= b.count));
        for group in &groups {
            let alone = alike(std::slice::from_ref(&group.sample));
            prop_assert_eq!(&alone[0].signature, &group.signature);
            prop_assert!(tasks.contains(&group.sample));
        }
    }

    #[test]
    fn the_order_of_the_tasks_does_not_matter(
        (tasks, shuffled) in prop::collection::vec(stopped(), 0..20)
            .prop_flat_map(|tasks| (Just(tasks.clone()), Just(tasks).prop_shuffle())),
    ) {
        let bare = |tasks: Vec<(Task, bool)>| tasks.into_iter().map(|(task, _)| task).collect::<Vec<_>>();
        prop_assert_eq!(alike(&bare(tasks)), alike(&bare(shuffled)));
    }

    #[test]
    fn tasks_that_differ_in_their_ids_alone_are_alike(
        (stopped, failed) in stopped(),
        id in "[0-9a-f]{31}[0-9]",
    ) {
        let own = stopped.id().to_owned();
        let twin = Task {
            arn: stopped.arn.replace(&own, &id),
            stopped_reason: stopped.stopped_reason.as_ref().map(|it| it.replace(&own, &id)),
            ..stopped.clone()
        };
        prop_assume!(own.contains(|c: char| c.is_ascii_digit()));
        prop_assert_eq!(alike(&[stopped, twin]).len(), usize::from(failed));
    }

    #[test]
    fn masking_is_total_and_stable(reason in "(\\PC|[0-9a-f]{8,12}|[0-9]{1,4}|[-:._/ ]){0,60}") {
        let once = masked(&reason);
        prop_assert_eq!(masked(&once), once);
    }
}
