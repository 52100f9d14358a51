//! The one source of time: what the run's moments, deadlines and pauses are measured with.
//!
//! Everything that needs the time is handed a [`Clock`]; nothing else asks the system. A clock can
//! run faster than the real one, so that a run against the sandbox lives in the sandbox's time.
//! Under tokio's paused clock it follows the virtual time.

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_async::time::TimeSource;
use jiff::{SignedDuration, Timestamp};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// A clock that may run faster than the real one.
#[derive(Debug, Clone)]
pub struct Clock {
    base: Timestamp,
    started: Instant,
    speed: f64,
}

impl Clock {
    /// The real time.
    pub fn real() -> Self {
        Self::starting(Timestamp::now(), 1.0)
    }

    /// Starts at `base` and runs `speed` times as fast as the real clock; `speed` is above zero.
    pub fn starting(base: Timestamp, speed: f64) -> Self {
        Self {
            base,
            started: Instant::now(),
            speed,
        }
    }

    /// A clock that left the real time at `anchor` (Unix milliseconds) and has run at `speed`
    /// since, written `<anchor>@<speed>`: the sandbox's. `None` when `text` is not of that form.
    pub fn following(text: &str) -> Option<Self> {
        let (anchor, speed) = text.split_once('@')?;
        let anchor = Timestamp::from_millisecond(anchor.parse().ok()?).ok()?;
        let speed: f64 = speed
            .parse()
            .ok()
            .filter(|speed: &f64| speed.is_finite() && *speed > 0.0)?;
        let behind = Timestamp::now()
            .duration_since(anchor)
            .max(SignedDuration::ZERO);
        let ahead = SignedDuration::try_from_secs_f64(behind.as_secs_f64() * speed).ok()?;
        Some(Self::starting(anchor.checked_add(ahead).ok()?, speed))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        let elapsed = self.started.elapsed().mul_f64(self.speed);
        let elapsed = SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::MAX);
        self.base.saturating_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    /// Pauses for `duration` of this clock's time.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration.div_f64(self.speed)).await;
    }

    /// How much of this clock's time passes in `duration` of real time: the measure for limits on
    /// connections, which are as slow as ever when the clock runs fast.
    pub fn in_real_time(&self, duration: Duration) -> Duration {
        duration.mul_f64(self.speed)
    }
}

impl AsyncSleep for Clock {
    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = self.clone();
        Sleep::new(async move { Self::sleep(&clock, duration).await })
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        // Every moment a clock can show is one that the system's clock can show too.
        Self::now(self).try_into().unwrap_or(SystemTime::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;
    use jiff::Timestamp;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn an_hour_at_speed_sixty_is_a_minute() {
        let clock = Clock::starting(Timestamp::UNIX_EPOCH, 60.0);
        let real = tokio::time::Instant::now();
        clock.sleep(Duration::from_hours(1)).await;
        assert_eq!(real.elapsed().as_secs(), 60);
        assert_eq!(clock.now().as_second(), 3600);
    }

    #[test]
    fn only_anchor_at_speed_is_a_clock_to_follow() {
        for text in [
            "",
            "1700000000000",
            "x@2",
            "1700000000000@0",
            "1700000000000@inf",
            "1@-3",
        ] {
            assert!(Clock::following(text).is_none(), "{text}");
        }
        let clock = Clock::following("1700000000000@2").expect("a clock");
        assert!(clock.now() > Timestamp::now());
    }
}
