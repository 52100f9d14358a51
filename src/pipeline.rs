//! The order of the verbs.

pub mod build;
pub mod deploy;
pub mod drive;
pub mod gate;
pub mod register;
