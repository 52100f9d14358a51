//! One seed: its world, its attempts, and what does not hold of them.

use crate::connection::Connection;
use crate::invariants::{Broken, Case, broken, broken_after};
use crate::past;
use crate::plan::Plan;
use crate::runner::{self, Attempt, Posted, Runner, jobs};
use greengate::clock::Clock;
use greengate_sandbox::world::World;
use greengate_sandbox::{Sandbox, clock};
use jiff::Timestamp;
use std::fmt;
use tokio::runtime::Builder;

const START: &str = "2026-11-23T10:00:00Z";

/// What came of a seed.
pub(crate) struct Played {
    pub(crate) plan: Plan,
    pub(crate) attempts: Vec<(Attempt, Vec<Broken>)>,
}

/// Plays `seed` to its end, in virtual time.
pub(crate) fn play(runner: &Runner, seed: u64) -> Played {
    let plan = Plan::of(seed);
    // The jitter of the action, and of the SDK below it.
    fastrand::seed(seed);
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let attempts = runtime.block_on(attempts(runner, &plan));
    Played { plan, attempts }
}

async fn attempts(runner: &Runner, plan: &Plan) -> Vec<(Attempt, Vec<Broken>)> {
    let start: Timestamp = START.parse().unwrap();
    let world = plan.scenario.clone().world(start).unwrap();
    let sandbox = Sandbox::new(world, clock::Clock::start(start, 1.0));
    let clock = Clock::starting(start, 1.0);
    let connection = Connection::new(&sandbox, plan);
    let past = past::watch(&sandbox, plan).await;
    let run = sandbox.with_world(jobs::start);
    let mut done: Vec<Attempt> = Vec::new();
    let mut failures = Vec::new();
    for number in 0..=usize::from(plan.rerun.is_some()) {
        if let Some(pause) = plan.rerun.filter(|_| number > 0) {
            tokio::time::sleep(runner::duration(pause)).await;
            sandbox.with_world(|world| jobs::again(world, run));
        }
        let job = sandbox.with_world(|world| jobs::job(world, run, plan));
        let cancel = plan.cancel.filter(|_| number == 0);
        let step = runner::Step {
            plan,
            sandbox: &sandbox,
            clock: &clock,
            connection: &connection,
            job,
            cancel: cancel.map(|it| it.after),
        };
        let attempt = runner.attempt(&step).await;
        let previous = past.previous().filter(|_| number == 0 && !plan.others);
        let judged = |world: &World, posted: Option<&Posted>| {
            let case = Case {
                plan,
                attempt: &attempt,
                earlier: &done,
                previous,
                world,
            };
            match posted {
                Some(posted) => broken_after(&case, posted).into_iter().collect(),
                None => broken(&case),
            }
        };
        let mut broken = sandbox.with_world(|world| judged(world, None));
        if cancel.is_some_and(|it| it.posts) && attempt.code == Some(130) {
            let posted = runner.post(&step).await;
            let after = sandbox.with_world(|world| posted.map(|it| judged(world, Some(&it))));
            broken.extend(after.unwrap_or_default());
        }
        failures.push(broken);
        done.push(attempt);
    }
    done.into_iter().zip(failures).collect()
}

impl Played {
    /// Whether everything holds.
    pub(crate) fn holds(&self) -> bool {
        self.attempts.iter().all(|(_, broken)| broken.is_empty())
    }

    pub(crate) fn calls(&self) -> usize {
        self.attempts
            .iter()
            .map(|(attempt, _)| attempt.calls.len())
            .sum()
    }
}

impl fmt::Display for Played {
    /// What does not hold, what was drawn, and what the log said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seed = self.plan.seed;
        writeln!(f, "seed {seed}\n{}", self.plan)?;
        for (number, (attempt, broken)) in self.attempts.iter().enumerate() {
            writeln!(f, "attempt {}, {} calls:", number + 1, attempt.calls.len())?;
            let shown = attempt
                .written
                .log
                .lines()
                .filter(|line| !line.starts_with("::add-mask"));
            shown
                .into_iter()
                .try_for_each(|line| writeln!(f, "    {line}"))?;
            for Broken { invariant, why } in broken {
                writeln!(f, "  seed {seed} breaks `{invariant}`: {why}")?;
            }
        }
        write!(f, "  to replay it: make simulate SEED={seed}")
    }
}
