//! Seeds that found something, by what it was: each is played in every run of the tests.
//!
//! A seed stands for what is drawn today. Where a part of the drawing changes, look for a seed that
//! draws the same again.

/// What was wrong, and the seed that showed it.
pub(crate) const REGRESSIONS: &[(&str, u64)] = &[];

/// Invariants that are counted and shown and do not fail the test yet, and what breaks them.
pub(crate) const OPEN: &[(&str, &str)] = &[
    (
        "green has all its tasks",
        "a blue/green deployment whose tasks do not run is told to have succeeded",
    ),
    (
        "what served is told",
        "a deployment that is under way at the start is taken for what serves",
    ),
    (
        "refused is untouched",
        "the deployment that ran already was stopped (on-active-deployment: stop) before the refusal",
    ),
    (
        "a rollback is told truly",
        "one that is stopped before it has made anything, or in its last stage, is no success",
    ),
];
