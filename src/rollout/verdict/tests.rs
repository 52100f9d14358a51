//! The words of each ending.

use super::failure;
use crate::diagnosis::cause::Scene;
use crate::diagnosis::{Diagnosis, Evidence};
use crate::failure::Exit;
use crate::model::service::Counts;
use crate::rollout::ending::{Ending, WayBack};
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::{LifecycleEvent, Serving, State};

fn ending(outcome: Outcome, state: State, exit: Exit) -> Ending {
    let task_definition = "arn:aws:ecs:eu-west-1:1:task-definition/shop:6".to_owned();
    Ending {
        outcome,
        state: Some(state),
        exit: Some(exit),
        reason: Some("tasks failed to start".to_owned()),
        serving: Serving::Other {
            task_definition,
            healthy: true,
        },
        counts: Some(Counts {
            desired: 2,
            running: 0,
            pending: 0,
            failed: 3,
        }),
        failed_events: vec![LifecycleEvent {
            name: "BeforeAllowTraffic".to_owned(),
            status: "Failed".to_owned(),
            detail: Some("smoke test said 500".to_owned()),
        }],
        set_to_ours: false,
        failed_alike: 0,
        way_back: WayBack::NotTaken,
        back_by: None,
    }
}

#[test]
fn a_failure_says_what_why_and_what_serves() {
    let end = ending(Outcome::RolledBack, State::RolledBack, Exit::OtherServes);
    let failure = failure("production/shop", "d-1", &end, None).expect("a failure");
    insta::assert_snapshot!(format!("{failure}\n{}", failure.why.join("\n")), @r"
    GG050: the deployment to production/shop failed and was rolled back
    tasks failed to start
    lifecycle event BeforeAllowTraffic failed: smoke test said 500
    at least 3 tasks of the new revision failed to start
    shop:6 serves now, with all its tasks running
    ");
}

#[test]
fn a_cause_comes_first_and_says_what_to_do() {
    let hook = LifecycleEvent {
        name: "BeforeAllowTraffic".to_owned(),
        status: "Failed".to_owned(),
        detail: Some("smoke test said 500".to_owned()),
    };
    let evidence = Evidence {
        lifecycle: vec![hook],
        ..Evidence::default()
    };
    let diagnosis = Diagnosis::of(evidence, &Scene::default());
    let told = |outcome, state| {
        let end = ending(outcome, state, Exit::OtherServes);
        failure("production/shop", "d-1", &end, Some(&diagnosis)).expect("a failure")
    };
    let rolled_back = told(Outcome::RolledBack, State::RolledBack);
    let (why, help) = (rolled_back.why.join("\n"), &rolled_back.help);
    insta::assert_snapshot!(format!("{rolled_back}\n{why}\n{help}"), @r"
    GG050: the deployment to production/shop failed and was rolled back
    the hook of BeforeAllowTraffic failed: smoke test said 500
    tasks failed to start
    at least 3 tasks of the new revision failed to start
    shop:6 serves now, with all its tasks running
    Look at the function's log (log group `/aws/lambda/<function>`), and mend what it found in the new revision, or the hook itself. Then deploy again; the service itself needs nothing.
    ");
    let failed = told(Outcome::Failed, State::Failed);
    assert!(
        failed.help.starts_with("Look at the function's log"),
        "{}",
        failed.help
    );
    assert!(
        failed.help.ends_with("must be brought back."),
        "{}",
        failed.help
    );
    let superseded = told(Outcome::Superseded, State::Superseded);
    assert!(
        superseded.help.starts_with("Look at the run or the person"),
        "{}",
        superseded.help
    );
}

#[test]
fn every_bad_outcome_has_a_code_of_its_own() {
    let rows = [
        (Outcome::RolledBack, State::RolledBack, "GG050"),
        (Outcome::Superseded, State::Superseded, "GG051"),
        (Outcome::Failed, State::Failed, "GG052"),
        (Outcome::Failed, State::RollbackFailed, "GG052"),
        (Outcome::Failed, State::Stopped, "GG053"),
        (Outcome::TimedOut, State::Running, "GG060"),
        (Outcome::Cancelled, State::Running, "GG070"),
    ];
    for (outcome, state, code) in rows {
        let failure = failure(
            "a/b",
            "d-1",
            &ending(outcome, state, Exit::NeedsPerson),
            None,
        );
        assert_eq!(
            failure.expect("a failure").code.id(),
            code,
            "{outcome} {state:?}"
        );
    }
}

#[test]
fn divided_traffic_is_said_as_it_is() {
    let mut end = ending(Outcome::Failed, State::Failed, Exit::NeedsPerson);
    end.serving = Serving::Divided {
        task_definition: "shop:6".to_owned(),
        percent: 10,
    };
    let failure = failure("a/b", "d-1", &end, None).expect("a failure");
    assert_eq!(
        failure.why.last().expect("what serves"),
        "the new revision takes 10 % of the production traffic now, and shop:6 the rest"
    );
}

#[test]
fn a_good_ending_is_no_failure() {
    let end = Ending {
        exit: None,
        ..ending(Outcome::Succeeded, State::Succeeded, Exit::Bug)
    };
    assert!(failure("a/b", "d-1", &end, None).is_none());
}
