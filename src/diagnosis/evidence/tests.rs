use super::super::{Diagnosis, Suspect};
use super::{Evidence, LogTail, is_routine};
use crate::diagnosis::cause::Scene;
use crate::diagnosis::workload::Workload;
use crate::model::service::ServiceEvent;
use crate::model::task::Task;
use crate::rollout::snapshot::{LifecycleEvent, Serving, Snapshot, State, Traces};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn suspect(events: &[&str]) -> Suspect {
    let since = Timestamp::UNIX_EPOCH;
    let event = |(n, message): (usize, &&str)| ServiceEvent {
        id: n.to_string(),
        at: since,
        message: (*message).to_owned(),
    };
    let lifecycle = |name: &str, status: &str| LifecycleEvent {
        name: name.to_owned(),
        status: status.to_owned(),
        detail: None,
    };
    Suspect {
        revision: "shop:7".to_owned(),
        started_by: vec!["ecs-svc/7".to_owned()],
        since,
        snapshot: Snapshot {
            state: State::RollingBack,
            word: "Stopped".to_owned(),
            reason: Some(
                "stopped. Activated alarms: <shop-5xx> <shop slow> (ALARM_ACTIVE)".to_owned(),
            ),
            counts: None,
            traffic: None,
            test_traffic: None,
            lifecycle: vec![
                lifecycle("Install", "Succeeded"),
                lifecycle("AfterInstall", "Failed"),
            ],
            events: events.iter().enumerate().map(event).collect(),
            serving: Serving::Unknown,
            set_to_ours: true,
            pause: None,
            failed_alike: 0,
            traces: Traces::default(),
        },
        circuit_breaker: None,
        alarms: Vec::new(),
        target_groups: Vec::new(),
    }
}

fn task(revision: &str, started_by: &str, created: i64) -> Task {
    Task {
        arn: format!("arn:aws:ecs:eu-west-1:1:task/prod/{created}"),
        task_definition: revision.to_owned(),
        started_by: started_by.to_owned(),
        status: "STOPPED".to_owned(),
        stop_code: Some("TaskFailedToStart".to_owned()),
        stopped_reason: Some("CannotPullContainerError: not found".to_owned()),
        created_at: Timestamp::from_second(created).ok(),
        started_at: None,
        stopped_at: None,
        containers: Vec::new(),
    }
}

#[test]
fn the_last_look_gives_what_it_has() {
    let messages = [
        "(service shop) has started 2 tasks: (task a) (task b).",
        "(service shop) (port 8080) is unhealthy in (target-group arn) due to (reason Request timed out).",
    ];
    let evidence = Evidence::of(&suspect(&messages));
    let names: Vec<_> = evidence
        .lifecycle
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(names, ["AfterInstall"]);
    let events: Vec<_> = evidence
        .events
        .iter()
        .map(|it| it.message.as_str())
        .collect();
    assert_eq!(events, [messages[1]]);
}

#[test]
fn alarms_that_the_look_names_are_taken_as_they_are() {
    let suspect = Suspect {
        alarms: vec!["other".to_owned()],
        ..suspect(&[])
    };
    assert_eq!(Evidence::of(&suspect).alarms, ["other"]);
}

#[test]
fn the_usual_course_is_no_evidence() {
    let usual = [
        "(service shop) has reached a steady state.",
        "(service shop) deregistered 2 targets in (target-group arn)",
        "(service shop) registered 2 targets in (target-group arn)",
        "(service shop) has begun draining connections on 2 tasks.",
        "(service shop) has stopped 2 running tasks: (task 9d85800c30b349039d104d52b506b930).",
        "(service shop) has started 2 tasks: (task 8378fd0fc0d744109128c8d6a0b71524).",
        "(service shop, taskSet ecs-svc/1) has started 2 tasks: (task 83).",
        "(service shop) (deployment ecs-svc/1111111111111111111) deployment completed.",
        "(service shop) stopped 2 pending tasks.",
        "(service shop) is AZ balanced with 2 tasks in eu-central-1a, 2 tasks in eu-central-1c.",
        "(service shop) is not AZ balanced with 3 tasks in eu-central-1a. AZ Rebalancing in progress.",
    ];
    let telling = [
        "(service shop) has started 2 tasks: (task 83). Amazon ECS replaced 2 tasks due to an unhealthy status.",
        "(service shop) (deployment ecs-svc/1) deployment failed: tasks failed to start.",
        "(service shop) rolling back to deployment ecs-svc/1.",
        "(service shop) was unable to place a task. Reason: Capacity is unavailable at this time.",
        "(service shop) is unable to consistently start tasks successfully.",
        "something that nobody has seen before",
    ];
    for message in usual {
        assert!(is_routine(message), "{message}");
    }
    for message in telling {
        assert!(!is_routine(message), "{message}");
    }
}

#[test]
fn only_the_deployments_own_tasks_count() {
    let suspect = suspect(&[]);
    let tasks = [
        task("shop:7", "ecs-svc/7", 1),
        task("shop:7", "ecs-svc/6", 2),
        task("shop:6", "ecs-svc/7", 3),
    ];
    let counted = |suspect: &Suspect| {
        let evidence = Evidence::of(suspect).with_tasks(suspect, &tasks, &Workload::default());
        evidence.tasks.iter().map(|it| it.count).sum::<usize>()
    };
    assert_eq!(counted(&suspect), 1);
    let any = Suspect {
        started_by: Vec::new(),
        ..suspect
    };
    assert_eq!(counted(&any), 2);
    let later = Suspect {
        since: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(2),
        ..any
    };
    assert_eq!(counted(&later), 1);
}

#[test]
fn nothing_is_endless() {
    let mut evidence = Evidence::of(&suspect(&[]));
    evidence.reason = Some("é".repeat(1_000_000));
    evidence.alarms = vec!["a".repeat(10); 1000];
    evidence.events = (0..1000)
        .map(|n| ServiceEvent {
            id: n.to_string(),
            at: Timestamp::UNIX_EPOCH,
            message: "x".repeat(10_000),
        })
        .collect();
    let suspect = suspect(&[]);
    let mut tasks: Vec<_> = (0..300).map(|n| task("shop:7", "ecs-svc/7", n)).collect();
    for (n, task) in tasks.iter_mut().enumerate() {
        // Words, not numbers: those are masked.
        let word: String = n
            .to_string()
            .chars()
            .map(|c| char::from(c as u8 + 50))
            .collect();
        task.stopped_reason = Some(format!("{word} {}", "y".repeat(10_000)));
    }
    let evidence = evidence.with_tasks(&suspect, &tasks, &Workload::default());
    assert_eq!(evidence.tasks.len(), 300);
    let diagnosis = Diagnosis::of(evidence, &Scene::default());
    let evidence = diagnosis.evidence();
    assert_eq!(
        (
            evidence.events.len(),
            evidence.alarms.len(),
            evidence.tasks.len()
        ),
        (20, 20, 10)
    );
    assert_eq!(evidence.events[19].id, "999");
    let text = serde_json::to_string(&diagnosis).expect("JSON");
    assert!(text.len() < 200_000, "{}", text.len());
    let sentence = &diagnosis.cause().expect("a cause").sentence;
    assert!(sentence.chars().count() < 600, "{sentence}");
}

proptest! {
    #[test]
    fn a_tail_is_short_whatever_was_written(messages in prop::collection::vec("(\\PC|\n|\r|\u{1b}){0,900}", 0..40)) {
        let lines = LogTail::lines(&messages);
        prop_assert!(lines.len() <= 20);
        for line in &lines {
            prop_assert!(line.chars().count() <= 501 && !line.contains('\n') && !line.is_empty());
        }
    }
}

#[test]
fn a_tail_has_the_last_lines() {
    let messages: Vec<_> = (0..30).map(|n| format!("line {n}\n\n  of two  ")).collect();
    let lines = LogTail::lines(&messages);
    assert_eq!(
        (lines.len(), lines[0].as_str(), lines[19].as_str()),
        (20, "line 20", "  of two")
    );
}
