//! Health checks that fail, as a scenario says it.

use jiff::SignedDuration;
use serde::Deserialize;

/// A health check that fails.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Unhealthy {
    /// The task is told to stop so long after RUNNING (60 s), and not within the service's health
    /// check grace period. It is found unhealthy when a healthy task would be found healthy, or
    /// after half of this time if that is earlier.
    pub after: SignedDuration,
    /// Whose check; the load balancer's when absent, or the container's where there is no load
    /// balancer.
    pub check: Option<Check>,
    /// What the load balancer finds (`code`).
    pub finds: Finds,
    /// The HTTP code that it gets (503).
    pub code: u16,
    /// Was it healthy before? Then it is found unhealthy ten seconds before it is told to stop.
    pub passes_first: bool,
}

impl Default for Unhealthy {
    fn default() -> Self {
        Self {
            after: SignedDuration::from_secs(60),
            check: None,
            finds: Finds::default(),
            code: 503,
            passes_first: false,
        }
    }
}

/// Whose health check it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The target group's.
    LoadBalancer,
    /// The `healthCheck` of a container definition.
    Container,
}

/// What a load balancer finds that checks a target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finds {
    /// An answer with an HTTP code that is not the expected one.
    #[default]
    Code,
    /// No answer in time.
    Timeout,
    /// No connection.
    Refused,
}

/// What a load balancer has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// An answer with this HTTP code.
    Code(u16),
    /// No answer in time.
    Timeout,
    /// No connection.
    Refused,
}

impl Unhealthy {
    /// What the load balancer finds.
    pub fn finding(&self) -> Finding {
        match self.finds {
            Finds::Code => Finding::Code(self.code),
            Finds::Timeout => Finding::Timeout,
            Finds::Refused => Finding::Refused,
        }
    }
}
