//! Seeds that found something, by what it was: each is played in every run of the tests.
//!
//! A seed stands for what is drawn today. Where a part of the drawing changes, look for a seed that
//! draws the same again.

/// What was wrong, and the seed that showed it.
pub(crate) const REGRESSIONS: &[(&str, u64)] = &[];
