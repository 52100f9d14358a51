//! How amounts are written: durations, counts, shares, times of day.

use jiff::{SignedDuration, Timestamp};

/// `42s`, `1m 12s`, `2h 5m`: the two greatest units, whole seconds.
pub fn seconds(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes, seconds) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, 0) => format!("{minutes}m"),
        (0, minutes, seconds) => format!("{minutes}m {seconds}s"),
        (hours, 0, _) => format!("{hours}h"),
        (hours, minutes, _) => format!("{hours}h {minutes}m"),
    }
}

/// The time from `start` to `end`; none where the clock went back.
pub fn between(start: Timestamp, end: Timestamp) -> String {
    seconds(span(start, end))
}

/// The whole seconds from `start` to `end`; 0 where the clock went back.
pub fn span(start: Timestamp, end: Timestamp) -> u64 {
    let span = end.duration_since(start) + SignedDuration::from_millis(500);
    u64::try_from(span.as_secs()).unwrap_or_default()
}

/// Seconds with one decimal below ten: `0.4s`, `12s`, `1m 2s`.
pub fn fine(amount: f64) -> String {
    if amount < 9.95 {
        return format!("{amount:.1}s");
    }
    let whole = SignedDuration::try_from_secs_f64(amount.round()).unwrap_or_default();
    seconds(u64::try_from(whole.as_secs()).unwrap_or_default())
}

/// `1 task`, `3 tasks`.
pub fn count(number: impl Into<i64>, noun: &str) -> String {
    let number = number.into();
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// `10 %`, `12.5 %`.
pub fn percent(share: f64) -> String {
    format!("{} %", (share * 10.0).round() / 10.0)
}

/// `14:02:09`, UTC.
pub fn time(at: Timestamp) -> String {
    at.strftime("%H:%M:%S").to_string()
}

/// `2026-11-23 14:02:09 UTC`.
pub fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::{between, count, date, fine, percent, seconds, time};
    use jiff::Timestamp;

    #[test]
    fn amounts_read_well() {
        for (amount, text) in [
            (0, "0s"),
            (59, "59s"),
            (60, "1m"),
            (72, "1m 12s"),
            (3599, "59m 59s"),
            (3600, "1h"),
            (7530, "2h 5m"),
        ] {
            assert_eq!(seconds(amount), text);
        }
        for (amount, text) in [
            (0.04, "0.0s"),
            (9.94, "9.9s"),
            (9.96, "10s"),
            (61.7, "1m 2s"),
        ] {
            assert_eq!(fine(amount), text);
        }
        assert_eq!(
            (count(1, "task"), count(0, "task")),
            ("1 task".into(), "0 tasks".into())
        );
        assert_eq!(
            (percent(10.0), percent(12.54)),
            ("10 %".into(), "12.5 %".into())
        );
    }

    #[test]
    fn times_are_utc() {
        let at: Timestamp = "2026-11-23T14:02:09.7Z".parse().expect("a time");
        assert_eq!(
            (time(at), date(at)),
            ("14:02:09".into(), "2026-11-23 14:02:09 UTC".into())
        );
        let later = at + jiff::SignedDuration::from_millis(71_600);
        assert_eq!(
            (between(at, later), between(later, at)),
            ("1m 12s".into(), "0s".into())
        );
    }
}
