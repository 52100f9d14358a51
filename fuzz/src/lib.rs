//! What foreign text must never do, stated once: the fuzzers of this crate and the tests of the
//! action try it with texts of their own.
//!
//! - [`story`]: a run in which everything that is somebody else's says one given text;
//! - [`runner`] and [`page`]: how the runner and GitHub read what a run writes, written down from
//!   their side and not from ours;
//! - [`targets`]: the properties, each of any bytes.

pub mod page;
pub mod runner;
pub mod story;
pub mod targets;
