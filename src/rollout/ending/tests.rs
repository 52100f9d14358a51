//! What the way back makes of an ending, and when it is taken: row by row.

use super::{Ending, WayBack};
use crate::failure::Exit;
use crate::inputs::After;
use crate::rollout::outcome::Outcome;
use crate::rollout::remedy::{Remedy, remedy};
use crate::rollout::snapshot::{Serving, State};

fn ending(outcome: Outcome, state: State, exit: Option<Exit>) -> Ending {
    Ending {
        state: Some(state),
        exit,
        ..Ending::unseen(outcome, Exit::NeedsPerson)
    }
}

fn other() -> Serving {
    Serving::Other {
        task_definition: "shop:6".to_owned(),
        healthy: true,
    }
}

#[test]
fn a_run_steps_in_only_where_aws_does_not() {
    use Outcome as O;
    use State as S;
    let rows = [
        (O::Succeeded, S::Succeeded, true, Remedy::None),
        (O::Failed, S::Running, false, Remedy::Stop),
        (O::Failed, S::Created, true, Remedy::Stop),
        (O::Failed, S::Unsettled, true, Remedy::Redeploy),
        (O::Failed, S::Unsettled, false, Remedy::None),
        (O::Failed, S::Failed, true, Remedy::Redeploy),
        (O::Failed, S::Failed, false, Remedy::None),
        (O::Failed, S::Stopped, true, Remedy::None),
        (O::Failed, S::RollbackFailed, true, Remedy::None),
        (O::RolledBack, S::RolledBack, false, Remedy::None),
        (O::Superseded, S::Superseded, false, Remedy::None),
        (O::TimedOut, S::Running, true, Remedy::None),
        (O::Cancelled, S::Running, true, Remedy::None),
    ];
    for (outcome, state, set_to_ours, expected) in rows {
        let mut ending = ending(outcome, state, Some(Exit::NeedsPerson));
        ending.set_to_ours = set_to_ours;
        let label = format!("{outcome} {state:?} {set_to_ours}");
        assert_eq!(remedy(&ending, After::Rollback), expected, "{label}");
        assert_eq!(remedy(&ending, After::Leave), Remedy::None, "{label}");
    }
}

#[test]
fn the_way_back_keeps_the_reason_and_says_how_it_ended() {
    let mut first = ending(Outcome::Failed, State::Running, Some(Exit::OtherServes));
    first.reason = Some("three tasks exited".to_owned());
    first.failed_alike = 3;
    let mut back = ending(
        Outcome::RolledBack,
        State::RolledBack,
        Some(Exit::OtherServes),
    );
    (back.reason, back.serving) = (Some("stopped by us".to_owned()), other());
    let whole = first.and_back(back);
    assert_eq!(
        (whole.outcome, whole.exit, whole.way_back),
        (Outcome::RolledBack, Some(Exit::OtherServes), WayBack::Taken)
    );
    assert_eq!(whole.reason.as_deref(), Some("three tasks exited"));
    assert_eq!((whole.serving, whole.failed_alike), (other(), 3));
}

#[test]
fn what_was_asked_for_is_that_another_one_serves() {
    use Outcome as O;
    use State as S;
    let rows = [
        (O::RolledBack, S::RolledBack, Exit::OtherServes, true),
        (O::RolledBack, S::RolledBack, Exit::NeedsPerson, false),
        // Stopped before it has made anything.
        (O::Failed, S::Stopped, Exit::OtherServes, true),
        (O::Failed, S::Failed, Exit::OtherServes, true),
        (O::Failed, S::Stopped, Exit::NeedsPerson, false),
        (O::Failed, S::RollbackFailed, Exit::OtherServes, false),
        (O::Superseded, S::Superseded, Exit::OtherServes, false),
    ];
    for (outcome, state, exit, good) in rows {
        let asked = ending(outcome, state, Some(exit)).as_asked();
        let due = if good { Outcome::Succeeded } else { outcome };
        assert_eq!(
            (asked.outcome, asked.exit.is_none()),
            (due, good),
            "{outcome} {state:?} {exit:?}"
        );
    }
}

/// The tasks came up between the look that gave the deployment up and the stop.
#[test]
fn a_deployment_that_succeeds_before_it_can_be_stopped_is_a_success() {
    let first = ending(Outcome::Failed, State::Running, Some(Exit::OtherServes));
    let back = ending(Outcome::Succeeded, State::Succeeded, None);
    let whole = first.and_back(back);
    assert_eq!((whole.outcome, whole.exit), (Outcome::Succeeded, None));
}

#[test]
fn what_a_redeployment_comes_to_and_what_serves_decide() {
    use Outcome as O;
    let ours = || Serving::Other {
        task_definition: "shop:7".to_owned(),
        healthy: true,
    };
    let five = Exit::OtherServes;
    let six = Exit::NeedsPerson;
    let rows = [
        (O::Succeeded, Serving::Ours, O::RolledBack, five),
        (O::TrafficShifted, Serving::Ours, O::RolledBack, five),
        (O::Failed, Serving::Unknown, O::Failed, six),
        (O::Failed, other(), O::Failed, five),
        (O::Failed, ours(), O::Failed, six),
        (O::RolledBack, ours(), O::Failed, six),
        (O::TimedOut, other(), O::TimedOut, Exit::TimedOut),
        (O::Cancelled, other(), O::Cancelled, Exit::Cancelled),
        (O::Superseded, other(), O::Superseded, five),
        (O::Superseded, Serving::Unknown, O::Superseded, six),
    ];
    for (back, serving, outcome, exit) in rows {
        let first = ending(Outcome::Failed, State::Failed, Some(Exit::OtherServes));
        let label = format!("{back} {serving:?}");
        let mut back = Ending::unseen(back, Exit::NeedsPerson);
        back.serving = serving;
        let whole = first.and_redeployed(Some(("d-BACK".to_owned(), back)), "shop:7", "shop:6");
        assert_eq!(
            (whole.outcome, whole.exit),
            (outcome, Some(exit)),
            "{label}"
        );
    }
    let first = ending(Outcome::Failed, State::Failed, Some(Exit::OtherServes));
    let whole = first.and_redeployed(None, "shop:7", "shop:6");
    assert_eq!(
        (whole.outcome, whole.exit, whole.serving),
        (O::RolledBack, Some(five), other())
    );
}

#[test]
fn a_rollback_that_was_asked_for_is_a_success_only_when_a_healthy_revision_serves() {
    let rows = [
        (Outcome::RolledBack, Exit::OtherServes, Outcome::Succeeded),
        (Outcome::RolledBack, Exit::NeedsPerson, Outcome::RolledBack),
        (Outcome::Failed, Exit::OtherServes, Outcome::Failed),
    ];
    for (outcome, exit, expected) in rows {
        let ended = ending(outcome, State::RolledBack, Some(exit)).as_asked();
        assert_eq!(ended.outcome, expected);
        assert_eq!(ended.exit.is_none(), expected == Outcome::Succeeded);
    }
}
