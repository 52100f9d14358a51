//! Load balancers.

/// Load balancers.
#[derive(Debug, Default)]
pub struct Elb {}
