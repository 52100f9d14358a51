//! What ends a rolling deployment before it is done, and how ECS words it.

/// What ends a deployment before it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Too many tasks failed to start.
    Breaker,
    /// These alarms fire.
    Alarms(Vec<String>),
    /// Somebody called `StopServiceDeployment`.
    Request,
    /// The function of the hook in this stage failed.
    Hook(&'static str),
    /// Somebody ended the pause in this stage with `ROLLBACK`.
    Rejected(&'static str),
    /// Nobody answered the hook in this stage in time.
    Expired(&'static str),
    /// The listener rules are not there, or do not hold both target groups.
    Routing,
}

impl Cause {
    pub(super) fn failure(&self) -> &'static str {
        match self {
            Self::Breaker => "tasks failed to start",
            Self::Alarms(_) => "alarm detected",
            Self::Request | Self::Rejected(_) => "deployment stopped",
            Self::Hook(_) => "lifecycle hook failed",
            Self::Expired(_) => "lifecycle hook timed out",
            Self::Routing => "invalid networking configuration",
        }
    }

    pub(super) fn source(&self) -> &'static str {
        match self {
            Self::Breaker => "ECS deployment circuit breaker",
            Self::Alarms(_) => "ECS deployment alarm",
            Self::Request | Self::Rejected(_) => "ECS deployment stop",
            Self::Hook(_) | Self::Expired(_) => "ECS deployment lifecycle hook",
            Self::Routing => "ECS deployment",
        }
    }

    pub(super) fn reason(&self, done: &str) -> String {
        match self {
            Self::Breaker => format!(
                "Service deployment {done} because the circuit breaker threshold was exceeded."
            ),
            Self::Alarms(names) => format!(
                "Service deployment {done} because of alarms in ALARM state: {}.",
                names.join(", ")
            ),
            Self::Request => format!("Service deployment {done} because it was requested to stop."),
            Self::Hook(stage) => {
                format!("Service deployment {done} because the lifecycle hook at {stage} failed.")
            }
            Self::Rejected(stage) => format!(
                "Service deployment {done} because the pause at {stage} was ended with ROLLBACK."
            ),
            Self::Expired(stage) => format!(
                "Service deployment {done} because the lifecycle hook at {stage} timed out."
            ),
            Self::Routing => {
                format!("Service deployment {done} because of an invalid networking configuration.")
            }
        }
    }
}
