//! Many seeds on all cores, and what they came to.

use crate::runner::Runner;
use crate::seed::{Played, play};
use greengate::events::EventKind;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// So many failing seeds are shown in full.
const SHOWN: usize = 3;

/// What seeds came to.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) seeds: u64,
    pub(crate) attempts: usize,
    pub(crate) calls: usize,
    pub(crate) simulated: Duration,
    pub(crate) took: Duration,
    /// Attempts by outcome and exit code.
    pub(crate) endings: BTreeMap<String, usize>,
    /// Seeds by the invariant that they break.
    pub(crate) broken: BTreeMap<&'static str, Vec<u64>>,
    shown: Vec<String>,
}

/// Plays `seeds`, on every core.
pub(crate) fn play_all(seeds: Range<u64>) -> Tally {
    let began = Instant::now();
    let next = AtomicU64::new(seeds.start);
    let tally = Mutex::new(Tally::default());
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let runner = Runner::new();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let played = guarded(&runner, seed);
                    tally.lock().unwrap().add(seed, played);
                }
            });
        }
    });
    let mut tally = tally.into_inner().unwrap();
    tally.took = began.elapsed();
    tally
}

/// A panic is a failure of its seed.
fn guarded(runner: &Runner, seed: u64) -> Option<Played> {
    catch_unwind(AssertUnwindSafe(|| play(runner, seed))).ok()
}

impl Tally {
    fn add(&mut self, seed: u64, played: Option<Played>) {
        self.seeds += 1;
        let Some(played) = played else {
            self.broken.entry("nothing panics").or_default().push(seed);
            return;
        };
        self.calls += played.calls();
        for (attempt, broken) in &played.attempts {
            self.attempts += 1;
            let took = attempt.ended.duration_since(attempt.began);
            self.simulated += took.unsigned_abs();
            let ending = attempt.events.last().map(|(_, event)| &event.kind);
            let ending = match (ending, attempt.code) {
                (Some(EventKind::Finished { outcome, .. }), Some(code)) => {
                    format!("{outcome} {code}")
                }
                _ => "no end".to_owned(),
            };
            *self.endings.entry(ending).or_default() += 1;
            for broken in broken {
                let seeds = self.broken.entry(broken.invariant).or_default();
                if seeds.last() != Some(&seed) {
                    seeds.push(seed);
                }
            }
        }
        if !played.holds() && self.shown.len() < SHOWN {
            self.shown.push(played.to_string());
        }
    }

    /// Whether everything holds.
    pub(crate) fn holds(&self) -> bool {
        self.broken.is_empty()
    }

    /// The whole in a few lines, failing seeds first.
    pub(crate) fn report(&self) -> String {
        let mut lines = self.shown.clone();
        for (invariant, seeds) in &self.broken {
            let first: Vec<_> = seeds.iter().take(12).collect();
            lines.push(format!(
                "{} seeds break `{invariant}`: {first:?}",
                seeds.len()
            ));
        }
        for (ending, count) in &self.endings {
            lines.push(format!("{count:>7}  {ending}"));
        }
        lines.push(format!(
            "{} seeds, {} attempts, {} hours, {} calls in {:.1?}: {} calls a second",
            self.seeds,
            self.attempts,
            self.simulated.as_secs() / 3600,
            self.calls,
            self.took,
            self.calls as u128 * 1000 / self.took.as_millis().max(1),
        ));
        lines.join("\n")
    }
}
