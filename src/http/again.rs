//! Asking again, and the pauses in between: only for what may pass by itself.

use crate::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// How often one thing is asked at most.
pub const ATTEMPTS: u32 = 4;

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(30);

/// Asks until there is an answer, an error that `passes` says stays, or [`ATTEMPTS`] are used up.
/// Pauses about 1, 2 and 4 seconds in between.
pub async fn ask<T, E, F: Future<Output = Result<T, E>>>(
    clock: &Clock,
    passes: impl Fn(&E) -> bool,
    mut question: impl FnMut() -> F,
) -> Result<T, E> {
    let mut attempt = 1;
    loop {
        match question().await {
            Err(error) if attempt < ATTEMPTS && passes(&error) => {
                clock.sleep(pause(attempt, fastrand::f64())).await;
                attempt += 1;
            }
            answer => return answer,
        }
    }
}

/// The patience with one thing that fails in passing: so long since its first failure, in growing
/// pauses.
#[derive(Debug)]
pub struct Patience<'a> {
    clock: &'a Clock,
    limit: SignedDuration,
    since: Option<Timestamp>,
    pauses: u32,
}

impl<'a> Patience<'a> {
    /// Patience for `limit` of `clock`'s time.
    pub fn new(clock: &'a Clock, limit: SignedDuration) -> Self {
        Self {
            clock,
            limit,
            since: None,
            pauses: 0,
        }
    }

    /// How long it has failed, now that it did again; `None` when the patience is at its end.
    pub fn tried(&mut self) -> Option<SignedDuration> {
        let now = self.clock.now();
        let failing = now.duration_since(*self.since.get_or_insert(now));
        (failing < self.limit).then_some(failing)
    }

    /// Waits before the next attempt.
    pub async fn pause(&mut self) {
        self.pauses += 1;
        self.clock.sleep(pause(self.pauses, fastrand::f64())).await;
    }
}

/// The pause after `attempt` (from 1): doubling from one second to [`LONGEST`], with up to a quarter
/// of it taken off by `chance` (0 to 1), so that jobs that failed together do not ask together.
fn pause(attempt: u32, chance: f64) -> Duration {
    let doubled = 1_u32.checked_shl(attempt.saturating_sub(1));
    let pause = doubled.map_or(LONGEST, |doubled| Duration::from_secs(doubled.into()));
    pause.min(LONGEST).mul_f64(1.0 - chance / 4.0)
}

#[cfg(test)]
mod tests {
    use super::{ATTEMPTS, LONGEST, ask, pause};
    use crate::clock::Clock;
    use std::cell::Cell;
    use std::time::Duration;

    async fn asked(
        answers: impl Fn(u32) -> Result<u32, &'static str>,
    ) -> (u32, Result<u32, &'static str>) {
        let (clock, asked) = (Clock::real(), Cell::new(0));
        let answer = ask(
            &clock,
            |error| *error == "busy",
            || {
                asked.set(asked.get() + 1);
                std::future::ready(answers(asked.get()))
            },
        );
        let answer = answer.await;
        (asked.get(), answer)
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_pass_is_asked_again_and_what_stays_is_not() {
        let third = |n| if n < 3 { Err("busy") } else { Ok(n) };
        assert_eq!(asked(third).await, (3, Ok(3)));
        assert_eq!(asked(|_| Err("busy")).await, (ATTEMPTS, Err("busy")));
        assert_eq!(asked(|_| Err("no")).await, (1, Err("no")));
    }

    #[test]
    fn pauses_double_and_keep_apart() {
        assert_eq!(pause(1, 0.0), Duration::from_secs(1));
        assert_eq!(pause(3, 0.0), Duration::from_secs(4));
        assert_eq!(pause(3, 1.0), Duration::from_secs(3));
        for many in [6, 32, 33, u32::MAX] {
            assert_eq!(pause(many, 0.0), LONGEST);
        }
    }
}
