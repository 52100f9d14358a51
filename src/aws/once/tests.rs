use super::{PATIENCE, Unheard, once};
use crate::aws::error::{AwsFailure, Kind};
use crate::clock::Clock;
use crate::events::{Event, EventKind, Events, Sink};
use anyhow::Result;
use jiff::SignedDuration;
use std::cell::RefCell;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Sink for Notes {
    fn on(&mut self, event: &Event) {
        if let EventKind::Noted { text } = &event.kind {
            self.0.lock().expect("the notes").push(text.clone());
        }
    }

    fn mask(&mut self, _: &str) {}
}

fn failure(kind: Kind) -> anyhow::Error {
    let failure = AwsFailure {
        action: "ecs:RegisterTaskDefinition".into(),
        code: String::new(),
        message: format!("{kind:?}"),
        request_id: None,
        kind,
    };
    anyhow::Error::from(failure).context("registering")
}

/// What a request does to the world, and what comes back.
#[derive(Clone, Copy)]
enum Fate {
    /// Done and answered.
    Done,
    /// Not done; this comes back.
    Not(Kind),
    /// Done, and this comes back.
    Lost(Kind),
    /// Done only after the next look, and a cut connection comes back.
    Late,
}
use Fate::{Done, Late, Lost, Not};

/// A world where every write that is done makes one thing.
#[derive(Default)]
struct World {
    made: u32,
    pending: u32,
    log: String,
}

struct Ended {
    result: Result<u32>,
    made: u32,
    /// `w` for a write, `l` for a look.
    log: String,
    notes: Vec<String>,
    took: SignedDuration,
}

/// Writes that fare as `writes` say, the last one for ever; looks that fail as `looks` say, and
/// then see.
async fn fares(writes: &[Fate], looks: &[Kind]) -> Ended {
    let world = RefCell::new(World::default());
    let (clock, notes) = (Clock::real(), Notes::default());
    let events = Events::into_sinks(vec![Box::new(notes.clone())], clock.clone());
    let began = clock.now();
    let (mut writes, mut looks) = (writes.iter().copied(), looks.iter().copied());
    let mut last = Done;
    let write = async || {
        let mut world = world.borrow_mut();
        world.log.push('w');
        last = writes.next().unwrap_or(last);
        match last {
            Not(kind) => return Err(failure(kind)),
            Late => {
                world.pending += 1;
                return Err(failure(Kind::Transient));
            }
            Done | Lost(_) => world.made += 1,
        }
        match last {
            Lost(kind) => Err(failure(kind)),
            _ => Ok(world.made),
        }
    };
    let look = async || {
        let mut world = world.borrow_mut();
        world.log.push('l');
        if let Some(kind) = looks.next() {
            return Err(failure(kind));
        }
        let seen = (world.made > 0).then_some(world.made);
        world.made += std::mem::take(&mut world.pending);
        Ok(seen)
    };
    let result = once(&clock, &events, write, look).await;
    let World { made, log, .. } = world.into_inner();
    let notes = notes.0.lock().expect("the notes").clone();
    let took = clock.now().duration_since(began);
    Ended {
        result,
        made,
        log,
        notes,
        took,
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_is_repeated_only_when_it_was_not_done() {
    use Kind::{Throttled, Transient};
    for (writes, looks, log) in [
        (&[Done][..], &[][..], "w"),
        (&[Lost(Transient)], &[], "wl"),
        (&[Not(Transient), Done], &[], "wlw"),
        (&[Not(Throttled), Done], &[], "wlw"),
        (
            &[Not(Throttled), Not(Transient), Lost(Transient)],
            &[],
            "wlwlwl",
        ),
        (&[Lost(Transient)], &[Transient, Throttled], "wlll"),
        (&[Not(Throttled), Done], &[Transient], "wllw"),
    ] {
        let ended = fares(writes, looks).await;
        assert_eq!(ended.log, log);
        assert_eq!(ended.result.expect("it is done"), 1, "{log}");
        assert_eq!(ended.made, 1, "{log}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_waiting_does_not_help_ends_at_once() {
    for kind in [Kind::Denied, Kind::Credentials, Kind::Rejected] {
        let ended = fares(&[Not(kind)], &[]).await;
        let error = ended.result.expect_err("a refusal");
        assert_eq!(AwsFailure::of(&error).map(|it| it.kind), Some(kind));
        assert_eq!(ended.log, "w");
        assert_eq!(ended.took, SignedDuration::ZERO);
        let ended = fares(&[Lost(Kind::Transient)], &[kind]).await;
        let error = ended.result.expect_err("a refusal");
        assert_eq!(AwsFailure::of(&error).map(|it| it.kind), Some(kind));
        assert_eq!(ended.log, "wl", "it is not written again unseen");
        let Unheard(write) = error.downcast_ref().expect("what is not known");
        assert_eq!(write.kind, Kind::Transient);
        let held_back = fares(&[Not(Kind::Throttled)], &[kind]).await;
        let error = held_back.result.expect_err("a refusal");
        assert!(error.downcast_ref::<Unheard>().is_none(), "it was not done");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_takes_effect_late_is_found_behind_the_refusal_of_the_next() {
    let ended = fares(&[Late, Not(Kind::Rejected)], &[]).await;
    assert_eq!(ended.log, "wlwl");
    assert_eq!(ended.result.expect("it is done"), 1);
    let refused = fares(&[Not(Kind::Transient), Not(Kind::Rejected)], &[]).await;
    assert_eq!(refused.log, "wlwl");
    let error = refused.result.expect_err("a refusal");
    assert_eq!(
        AwsFailure::of(&error).map(|it| it.kind),
        Some(Kind::Rejected)
    );
}

#[tokio::test(start_paused = true)]
async fn it_is_asked_for_minutes_and_not_for_ever_and_told_once() {
    for (kind, told) in [
        (
            Kind::Throttled,
            "AWS holds ecs:RegisterTaskDefinition back (Throttled); asking again for up to 5 minutes.",
        ),
        (
            Kind::Transient,
            "The answer to ecs:RegisterTaskDefinition was lost (Transient); looking whether it was done before asking again.",
        ),
    ] {
        let ended = fares(&[Not(kind)], &[]).await;
        let error = ended.result.expect_err("no end of it");
        assert_eq!(AwsFailure::of(&error).map(|it| it.kind), Some(kind));
        let over = ended.took - PATIENCE;
        assert!(
            (0..=30).contains(&over.as_secs()),
            "{} for {kind:?}",
            ended.took
        );
        assert!(
            ended.log.len() < 2 * 25,
            "{} calls in five minutes",
            ended.log.len()
        );
        assert_eq!(ended.notes, [told]);
    }
    let quiet = fares(&[Done], &[]).await;
    assert!(quiet.notes.is_empty());
}

#[tokio::test(start_paused = true)]
async fn looks_that_fail_use_up_the_same_patience() {
    let ended = fares(&[Lost(Kind::Transient)], &[Kind::Transient; 99]).await;
    assert!(ended.result.is_err());
    assert!(ended.took < PATIENCE + SignedDuration::from_secs(31));
    assert_eq!(ended.log.matches('w').count(), 1);
}
