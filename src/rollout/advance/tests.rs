//! The table of states and goals, and the properties of [`advance`].

use super::{Progress, advance};
use crate::events::Fact;
use crate::failure::Exit;
use crate::inputs::WaitFor;
use crate::model::service::{Counts, ServiceEvent};
use crate::rollout::ending::{Goal, Wait};
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::{LifecycleEvent, Pause, Serving, Snapshot, State, Traces};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const STATES: [State; 12] = [
    State::Created,
    State::Running,
    State::Ready,
    State::TrafficShifted,
    State::Unsettled,
    State::Succeeded,
    State::RollingBack,
    State::RolledBack,
    State::RollbackFailed,
    State::Superseded,
    State::Stopped,
    State::Failed,
];
const GOALS: [WaitFor; 4] = [
    WaitFor::Created,
    WaitFor::Ready,
    WaitFor::TrafficShifted,
    WaitFor::Succeeded,
];

fn seen(state: State, serving: Serving) -> Snapshot {
    Snapshot {
        state,
        word: format!("{state:?}"),
        reason: None,
        counts: None,
        traffic: None,
        test_traffic: None,
        lifecycle: Vec::new(),
        events: Vec::new(),
        serving,
        set_to_ours: false,
        pause: None,
        failed_alike: 0,
        traces: Traces::default(),
    }
}

fn other(healthy: bool) -> Serving {
    Serving::Other {
        task_definition: "shop:6".to_owned(),
        healthy,
    }
}

fn start(goal: WaitFor) -> Progress {
    Progress::new(Wait {
        goal: Goal::Reached(goal),
        deadline: Timestamp::UNIX_EPOCH + SignedDuration::from_mins(30),
        counts_pauses: false,
        fail_fast_after: Some(3),
    })
}

#[test]
fn every_state_and_goal_has_its_outcome() {
    use Outcome as O;
    let rows = [
        (State::Created, [Some(O::Created), None, None, None]),
        (State::Running, [Some(O::Created), None, None, None]),
        (State::Ready, [Some(O::Ready), Some(O::Ready), None, None]),
        (
            State::TrafficShifted,
            [
                Some(O::TrafficShifted),
                Some(O::TrafficShifted),
                Some(O::TrafficShifted),
                None,
            ],
        ),
        (State::Unsettled, [None; 4]),
        (State::Succeeded, [Some(O::Succeeded); 4]),
        (State::RollingBack, [None; 4]),
        (State::RolledBack, [Some(O::RolledBack); 4]),
        (State::RollbackFailed, [Some(O::Failed); 4]),
        (State::Superseded, [Some(O::Superseded); 4]),
        (State::Stopped, [Some(O::Failed); 4]),
        (State::Failed, [Some(O::Failed); 4]),
    ];
    for (state, outcomes) in rows {
        for (goal, outcome) in GOALS.into_iter().zip(outcomes) {
            let step = advance(
                &start(goal),
                &seen(state, other(true)),
                Timestamp::UNIX_EPOCH,
            );
            assert_eq!(
                step.ending.map(|end| end.outcome),
                outcome,
                "{state:?} for {goal:?}"
            );
        }
    }
}

#[test]
fn what_serves_decides_the_exit_class_of_a_failure() {
    let rows = [
        (other(true), Exit::OtherServes),
        (other(false), Exit::NeedsPerson),
        (Serving::Ours, Exit::NeedsPerson),
        (Serving::Unknown, Exit::NeedsPerson),
    ];
    for (serving, exit) in rows {
        for state in [
            State::RolledBack,
            State::Superseded,
            State::Failed,
            State::Stopped,
        ] {
            let now = seen(state, serving.clone());
            let step = advance(&start(WaitFor::Succeeded), &now, Timestamp::UNIX_EPOCH);
            assert_eq!(
                step.ending.and_then(|end| end.exit),
                Some(exit),
                "{state:?} {serving:?}"
            );
        }
    }
}

#[test]
fn a_deployment_that_ends_at_the_deadline_has_not_timed_out() {
    let progress = start(WaitFor::Succeeded);
    let late = progress.deadline() + SignedDuration::from_secs(1);
    let over = advance(&progress, &seen(State::Succeeded, Serving::Ours), late);
    assert_eq!(over.ending.map(|end| end.outcome), Some(Outcome::Succeeded));
    let running = advance(&progress, &seen(State::Running, Serving::Unknown), late);
    assert_eq!(
        running.ending.map(|end| end.outcome),
        Some(Outcome::TimedOut)
    );
}

/// Rows: how many tasks failed alike, how many run of two, and whether the wait is given up.
#[test]
fn tasks_that_fail_alike_end_the_wait_unless_the_revision_comes_up() {
    let rows = [
        (0, 0, false),
        (2, 0, false),
        (3, 0, true),
        (3, 1, true),
        (3, 2, false),
        (50, 0, true),
    ];
    for (failed_alike, running, given_up) in rows {
        for state in STATES {
            let mut now = seen(state, other(true));
            now.failed_alike = failed_alike;
            now.counts = Some(Counts {
                desired: 2,
                running,
                pending: 0,
                failed: 0,
            });
            let ending = advance(&start(WaitFor::Succeeded), &now, Timestamp::UNIX_EPOCH).ending;
            let under_way = matches!(state, State::Created | State::Running | State::Unsettled);
            let given_up = given_up && under_way;
            let failed = ending.filter(|end| !end.state.is_some_and(State::is_over));
            assert_eq!(
                failed.map(|end| end.outcome),
                given_up.then_some(Outcome::Failed),
                "{failed_alike} failed, {running} running, {state:?}"
            );
        }
    }
}

#[test]
fn a_wait_for_the_end_passes_over_every_state_on_the_way() {
    let wait = Wait {
        goal: Goal::Over,
        deadline: Timestamp::MAX,
        counts_pauses: false,
        fail_fast_after: None,
    };
    for state in STATES {
        let step = advance(
            &Progress::new(wait),
            &seen(state, other(true)),
            Timestamp::UNIX_EPOCH,
        );
        let ends = state.is_over() || state == State::Unsettled;
        assert_eq!(step.ending.is_some(), ends, "{state:?}");
    }
}

#[test]
fn a_deployment_waited_for_anew_tells_nothing_again() {
    let now = seen(State::Running, Serving::Unknown);
    let first = advance(&start(WaitFor::Succeeded), &now, Timestamp::MAX);
    assert_eq!(first.ending.map(|end| end.outcome), Some(Outcome::TimedOut));
    let wait = Wait {
        goal: Goal::Over,
        deadline: Timestamp::MAX,
        counts_pauses: false,
        fail_fast_after: None,
    };
    let anew = first.progress.waiting_for(wait);
    let again = advance(&anew, &now, Timestamp::UNIX_EPOCH);
    assert_eq!((again.facts, again.ending), (vec![], None));
}

#[test]
fn a_heartbeat_says_where_the_deployment_stands() {
    let mut now = seen(State::Running, Serving::Unknown);
    now.word = "InProgress".to_owned();
    now.counts = Some(Counts {
        desired: 3,
        running: 2,
        pending: 1,
        failed: 0,
    });
    now.traffic = Some(10.0);
    let hook = LifecycleEvent {
        name: "AllowTraffic".to_owned(),
        status: "InProgress".to_owned(),
        detail: None,
    };
    now.lifecycle = vec![hook];
    let step = advance(&start(WaitFor::Succeeded), &now, Timestamp::UNIX_EPOCH);
    assert_eq!(
        step.progress.standing(),
        "InProgress, in AllowTraffic, 2/3 running, 10 % of the traffic"
    );
}

fn snapshots() -> impl Strategy<Value = Snapshot> {
    let lifecycle =
        prop::collection::vec(("[A-C]", "Pending|InProgress|Succeeded|Failed|Newer"), 0..4);
    let events = prop::collection::vec("[a-e]", 0..4);
    let counts = prop::option::of((0..4, 0..4, 0..4));
    let traffic = prop::option::of(0..=10_u8);
    (
        prop::sample::select(&STATES[..]),
        lifecycle,
        events,
        counts,
        traffic,
    )
        .prop_map(|(state, lifecycle, events, counts, traffic)| Snapshot {
            counts: counts.map(|(desired, running, failed)| Counts {
                desired,
                running,
                pending: 0,
                failed,
            }),
            traffic: traffic.map(|tenth| f64::from(tenth) * 10.0),
            test_traffic: None,
            lifecycle: lifecycle
                .into_iter()
                .map(|(name, status)| LifecycleEvent {
                    name,
                    status,
                    detail: None,
                })
                .collect(),
            events: events
                .into_iter()
                .map(|id| ServiceEvent {
                    id,
                    at: Timestamp::UNIX_EPOCH,
                    message: String::new(),
                })
                .collect(),
            ..seen(state, Serving::Unknown)
        })
}

/// A strategy lists each lifecycle event once.
fn once_each(mut now: Snapshot) -> Snapshot {
    let mut names = std::collections::BTreeSet::new();
    now.lifecycle
        .retain(|event| names.insert(event.name.clone()));
    now
}

proptest! {
    #[test]
    fn the_same_snapshot_twice_tells_nothing_new(looks in prop::collection::vec(snapshots(), 1..12), goal in prop::sample::select(&GOALS[..])) {
        let mut progress = start(goal);
        for now in looks.into_iter().map(once_each) {
            let first = advance(&progress, &now, Timestamp::UNIX_EPOCH);
            let again = advance(&first.progress, &now, Timestamp::UNIX_EPOCH);
            prop_assert_eq!(&again.facts, &Vec::<Fact>::new());
            prop_assert_eq!(&again.ending, &first.ending);
            progress = first.progress;
        }
    }

    #[test]
    fn a_wait_that_is_over_stays_over(end in snapshots(), after in snapshots(), goal in prop::sample::select(&GOALS[..])) {
        let over = advance(&start(goal), &end, Timestamp::UNIX_EPOCH);
        if over.ending.is_some() {
            let later = advance(&over.progress, &after, Timestamp::MAX);
            prop_assert_eq!(later.ending, over.ending);
            prop_assert!(later.facts.is_empty());
        }
    }

    #[test]
    fn a_green_ending_never_carries_an_exit_class(now in snapshots(), goal in prop::sample::select(&GOALS[..])) {
        if let Some(end) = advance(&start(goal), &now, Timestamp::UNIX_EPOCH).ending {
            prop_assert_eq!(end.outcome.is_good(), end.exit.is_none());
        }
    }
}

#[test]
fn time_in_a_pause_moves_the_deadline_unless_it_is_to_count() {
    let at = |minute: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
    let until = Some(at(600));
    let paused = Snapshot {
        pause: Some(Pause { hook: None, until }),
        ..seen(State::Ready, other(true))
    };
    let runs = seen(State::Running, other(true));
    for (counts_pauses, ends) in [(false, 110), (true, 60)] {
        let wait = Wait {
            goal: Goal::Reached(WaitFor::TrafficShifted),
            deadline: at(60),
            counts_pauses,
            fail_fast_after: None,
        };
        let mut progress = Progress::new(wait);
        let mut ended = None;
        for minute in 0..200 {
            let now = if (10..=60).contains(&minute) {
                &paused
            } else {
                &runs
            };
            let step = advance(&progress, now, at(minute));
            assert_eq!(step, advance(&progress, now, at(minute)));
            ended = ended.or(step.ending.map(|ending| (minute, ending.outcome)));
            progress = step.progress;
            if minute == 20 {
                assert!(progress.standing().contains("paused for 9h 40m at most"));
            }
        }
        assert_eq!(ended, Some((ends, Outcome::TimedOut)), "{counts_pauses}");
    }
}
