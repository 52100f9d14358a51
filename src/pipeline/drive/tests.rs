//! The loop against scripted looks, under tokio's paused clock.

use super::{Watch, drive};
use crate::aws::error::{AwsFailure, Kind};
use crate::clock::Clock;
use crate::events::{Event, EventKind, Events, Sink};
use crate::inputs::WaitFor;
use crate::model::stop::StopAnswer;
use crate::rollout::advance::Progress;
use crate::rollout::ending::{Goal, Wait};
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::{Pause, Serving, Snapshot, State, Traces};
use crate::strategy::{Rollout, Start};
use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use std::cell::RefCell;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Answers look after look, the last one for ever.
struct Script {
    looks: Vec<Look>,
    taken: RefCell<Vec<Timestamp>>,
    clock: Clock,
}

#[derive(Clone, Copy)]
enum Look {
    Sees(State),
    Fails(Kind),
    Hangs,
}

impl Rollout for Script {
    async fn start(&self) -> Result<Start> {
        Ok(Start::Unchanged)
    }

    async fn stop(&self, _deployment: &str) -> Result<StopAnswer> {
        Ok(StopAnswer::Accepted)
    }

    async fn observe(&self, _deployment: &str) -> Result<Snapshot> {
        let number = self.taken.borrow().len();
        self.taken.borrow_mut().push(self.clock.now());
        let look = self.looks[number.min(self.looks.len() - 1)];
        match look {
            Look::Sees(state) => Ok(snapshot(state)),
            Look::Fails(kind) => Err(failure(kind).into()),
            Look::Hangs => std::future::pending().await,
        }
    }

    async fn go_on(&self, _: &str, _: &Pause) -> Result<()> {
        Ok(())
    }
}

fn snapshot(state: State) -> Snapshot {
    let (counts, traffic, reason) = (None, None, None);
    let word = format!("{state:?}");
    let serving = Serving::Unknown;
    Snapshot {
        state,
        word,
        reason,
        counts,
        traffic,
        test_traffic: None,
        lifecycle: vec![],
        events: vec![],
        serving,
        set_to_ours: false,
        pause: None,
        failed_alike: 0,
        traces: Traces::default(),
    }
}

fn failure(kind: Kind) -> AwsFailure {
    let action = "ecs:DescribeServices".to_owned();
    AwsFailure {
        action,
        code: "Code".to_owned(),
        message: "no".to_owned(),
        request_id: None,
        kind,
    }
}

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<EventKind>>>);

impl Sink for Heard {
    fn on(&mut self, event: &Event) {
        self.0.lock().unwrap().push(event.kind.clone());
    }
}

impl Heard {
    fn heartbeats(&self) -> Vec<u64> {
        let heard = self.0.lock().unwrap();
        let beats = heard.iter().filter_map(|kind| match kind {
            EventKind::StillWaiting { seconds, .. } => Some(*seconds),
            _ => None,
        });
        beats.collect()
    }
}

struct Tried {
    outcome: Result<Outcome>,
    seconds: f64,
    looks: Vec<f64>,
    heartbeats: Vec<u64>,
    looked_into: Vec<State>,
    diagnosed: Option<State>,
}

async fn attempt(looks: &[Look], cancel_after: Option<u64>) -> Tried {
    let start = Timestamp::UNIX_EPOCH;
    let clock = Clock::starting(start, 1.0);
    let heard = Heard::default();
    let cancel = CancellationToken::new();
    let watch = Watch {
        events: Events::into_sinks(vec![Box::new(heard.clone())], clock.clone()),
        clock: clock.clone(),
        cancel: cancel.clone(),
        poll_interval: Duration::from_secs(5),
        tells: true,
        continues: false,
    };
    if let Some(seconds) = cancel_after {
        let clock = clock.clone();
        tokio::spawn(async move {
            clock.sleep(Duration::from_secs(seconds)).await;
            cancel.cancel();
        });
    }
    let script = Script {
        looks: looks.to_vec(),
        taken: RefCell::default(),
        clock: clock.clone(),
    };
    let progress = Progress::new(Wait {
        goal: Goal::Reached(WaitFor::Succeeded),
        deadline: start + SignedDuration::from_mins(30),
        counts_pauses: false,
        fail_fast_after: None,
    });
    let looked_into = RefCell::new(Vec::new());
    let look_into = async |snapshot: &Snapshot| {
        looked_into.borrow_mut().push(snapshot.state);
        Some(snapshot.state)
    };
    let driven = drive(
        &script,
        "d-1",
        "production/shop",
        progress,
        &watch,
        look_into,
    )
    .await;
    let since = |at: &Timestamp| at.duration_since(start).as_secs_f64();
    Tried {
        diagnosed: driven.as_ref().ok().and_then(|driven| driven.diagnosis),
        outcome: driven.map(|driven| driven.ending.outcome),
        looked_into: looked_into.into_inner(),
        seconds: since(&clock.now()),
        looks: script.taken.borrow().iter().map(since).collect(),
        heartbeats: heard.heartbeats(),
    }
}

use Look::{Fails, Hangs, Sees};

#[tokio::test(start_paused = true)]
async fn success_ends_the_wait_with_the_look_that_saw_it() {
    let tried = attempt(
        &[
            Sees(State::Running),
            Sees(State::Running),
            Sees(State::Succeeded),
        ],
        None,
    )
    .await;
    assert_eq!(tried.outcome.unwrap(), Outcome::Succeeded);
    assert_eq!(tried.looks.len(), 3);
    assert!(tried.seconds <= 10.0, "{}", tried.seconds);
}

#[tokio::test(start_paused = true)]
async fn throttling_slows_the_polling_and_never_ends_it() {
    let mut looks = vec![Fails(Kind::Throttled); 20];
    looks.push(Sees(State::Succeeded));
    let tried = attempt(&looks, None).await;
    assert_eq!(tried.outcome.unwrap(), Outcome::Succeeded);
    let gaps: Vec<f64> = tried
        .looks
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .collect();
    assert!(
        gaps[0] <= 10.0 && gaps[10] > 53.0 && gaps.iter().all(|gap| *gap <= 60.0),
        "{gaps:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_failing_connection_is_survived_for_ten_minutes_and_no_longer() {
    let mut short = vec![Fails(Kind::Transient); 100];
    short.push(Sees(State::Succeeded));
    assert_eq!(
        attempt(&short, None).await.outcome.unwrap(),
        Outcome::Succeeded
    );
    let long = attempt(&[Fails(Kind::Transient)], None).await;
    assert_eq!(
        AwsFailure::of(&long.outcome.unwrap_err()).unwrap().kind,
        Kind::Transient
    );
    assert!((600.0..610.0).contains(&long.seconds), "{}", long.seconds);
}

#[tokio::test(start_paused = true)]
async fn a_denied_call_or_lost_credentials_end_the_wait_at_once() {
    for kind in [Kind::Denied, Kind::Credentials, Kind::Rejected] {
        let tried = attempt(&[Sees(State::Running), Fails(kind)], None).await;
        assert_eq!(
            AwsFailure::of(&tried.outcome.unwrap_err()).unwrap().kind,
            kind
        );
        assert_eq!(tried.looks.len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_out_comes_at_its_moment_even_when_nothing_answers() {
    for look in [Sees(State::Running), Fails(Kind::Throttled)] {
        let tried = attempt(&[look], None).await;
        assert_eq!(tried.outcome.unwrap(), Outcome::TimedOut);
        assert!(
            (1800.0..1801.0).contains(&tried.seconds),
            "{}",
            tried.seconds
        );
    }
}

/// Such as a connection that swallows the request: the clients give it up after minutes.
#[tokio::test(start_paused = true)]
async fn a_look_that_hangs_does_not_hold_up_the_time_out() {
    let tried = attempt(&[Sees(State::Running), Hangs], None).await;
    assert_eq!(tried.outcome.unwrap(), Outcome::TimedOut);
    let late = tried.seconds - 1800.0;
    assert!((0.0..16.0).contains(&late), "{late}");
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_the_wait_at_once() {
    let tried = attempt(&[Sees(State::Running)], Some(12)).await;
    assert_eq!(tried.outcome.unwrap(), Outcome::Cancelled);
    assert!((tried.seconds - 12.0).abs() < 0.1, "{}", tried.seconds);
}

#[tokio::test(start_paused = true)]
async fn trouble_is_looked_into_once_and_when_it_shows() {
    let looks = [
        Sees(State::Running),
        Sees(State::RollingBack),
        Sees(State::RollingBack),
        Sees(State::RolledBack),
    ];
    let tried = attempt(&looks, None).await;
    assert_eq!(tried.looked_into, [State::RollingBack]);
    assert_eq!(tried.diagnosed, Some(State::RollingBack));
    assert_eq!(tried.looks.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn what_goes_well_is_not_looked_into() {
    let tried = attempt(&[Sees(State::Running), Sees(State::Succeeded)], None).await;
    assert_eq!((tried.looked_into, tried.diagnosed), (vec![], None));
}

#[tokio::test(start_paused = true)]
async fn a_time_out_is_looked_into() {
    let tried = attempt(&[Sees(State::Running)], None).await;
    assert_eq!(tried.diagnosed, Some(State::Running));
}

#[tokio::test(start_paused = true)]
async fn heartbeats_come_at_most_every_thirty_seconds() {
    let mut looks = vec![Sees(State::Running); 40];
    looks.push(Sees(State::Succeeded));
    let beats = attempt(&looks, None).await.heartbeats;
    assert!(beats.len() >= 4, "{beats:?}");
    assert!(
        beats.windows(2).all(|pair| pair[1] - pair[0] >= 30),
        "{beats:?}"
    );
}
