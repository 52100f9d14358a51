//! Credentials at hand: are they good, should they be renewed, have they ended? Pure.

use aws_credential_types::Credentials;
use jiff::{SignedDuration, Timestamp};

/// They are renewed this long before they end: enough for an outage of minutes to pass.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(5);
/// A renewal that failed is tried again after this.
const TRY_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// A request may take this long to arrive; credentials with less left count as ended.
const IN_FLIGHT: SignedDuration = SignedDuration::from_secs(10);

/// Credentials, and what is known about their end.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) credentials: Credentials,
    /// When they end; `None` when they do not, or do not say.
    pub(super) ends: Option<Timestamp>,
    /// When they were obtained, or could not be renewed last.
    tried: Timestamp,
    put_off: bool,
    refused: bool,
}

/// What can be done with them now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Use them.
    Good,
    /// Renew them; they still serve if that fails.
    Due,
    /// Only new ones serve.
    Ended,
}

impl Held {
    pub(super) fn new(credentials: Credentials, now: Timestamp) -> Self {
        let ends = credentials.expiry().map(|ends| {
            // A moment that no timestamp can hold is as far away as never.
            Timestamp::try_from(ends).unwrap_or(Timestamp::MAX)
        });
        Self {
            credentials,
            ends,
            tried: now,
            put_off: false,
            refused: false,
        }
    }

    pub(super) fn standing(&self, now: Timestamp) -> Standing {
        if self.refused {
            return Standing::Ended;
        }
        let Some(ends) = self.ends else {
            return Standing::Good;
        };
        let left = ends.duration_since(now);
        let rested = now.duration_since(self.tried) >= TRY_AGAIN_AFTER;
        match left {
            left if left <= IN_FLIGHT => Standing::Ended,
            left if left <= RENEW_BEFORE && rested => Standing::Due,
            _ => Standing::Good,
        }
    }

    /// Notes that AWS takes them for ended, whatever they say.
    pub(super) fn refuse(&mut self) {
        self.refused = true;
    }

    /// Whether AWS took them for ended.
    pub(super) fn refused(&self) -> bool {
        self.refused
    }

    /// Whether `others` are these, and AWS took them for ended.
    pub(super) fn is_refused(&self, others: &Credentials) -> bool {
        let session = |it: &Credentials| {
            let token = it.session_token().map(str::to_owned);
            (it.access_key_id().to_owned(), token)
        };
        self.refused && session(&self.credentials) == session(others)
    }

    /// Notes that a renewal failed; says whether it is the first that did.
    pub(super) fn put_off(&mut self, now: Timestamp) -> bool {
        self.tried = now;
        !std::mem::replace(&mut self.put_off, true)
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, Standing};
    use aws_credential_types::Credentials;
    use jiff::{SignedDuration, Timestamp};
    use std::time::SystemTime;

    fn minute(n: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(n)
    }

    fn until(ends: Option<i64>) -> Held {
        let ends = ends.map(|n| SystemTime::try_from(minute(n)).expect("a moment"));
        Held::new(
            Credentials::new("AKIA", "secret", None, ends, "test"),
            minute(0),
        )
    }

    #[test]
    fn sessions_of_every_length_are_renewed_minutes_before_they_end() {
        for length in [15, 60, 720] {
            let held = until(Some(length));
            let standing = |n| held.standing(minute(n));
            assert_eq!(standing(0), Standing::Good);
            assert_eq!(standing(length - 6), Standing::Good);
            assert_eq!(standing(length - 5), Standing::Due);
            assert_eq!(standing(length - 1), Standing::Due);
            assert_eq!(standing(length), Standing::Ended);
        }
    }

    #[test]
    fn credentials_that_do_not_say_when_they_end_are_never_renewed() {
        assert_eq!(until(None).standing(minute(9999)), Standing::Good);
    }

    #[test]
    fn what_aws_has_ended_has_ended() {
        let mut held = until(Some(60));
        let (same, other) = (
            until(None).credentials,
            Credentials::new("B", "s", None, None, "t"),
        );
        assert!(!held.is_refused(&same));
        held.refuse();
        assert_eq!(held.standing(minute(1)), Standing::Ended);
        assert!(held.is_refused(&same) && !held.is_refused(&other));
    }

    #[test]
    fn a_failed_renewal_rests_and_is_tried_again_until_the_end() {
        let mut held = until(Some(15));
        assert!(held.put_off(minute(11)));
        assert_eq!(held.standing(minute(11)), Standing::Good);
        assert_eq!(held.standing(minute(12)), Standing::Due);
        assert!(!held.put_off(minute(12)));
        assert_eq!(held.standing(minute(15)), Standing::Ended);
    }
}
