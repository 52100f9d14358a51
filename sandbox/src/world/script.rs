//! Scripted faults.

/// Scripted faults.
#[derive(Debug, Default)]
pub struct Script {}
