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
}

impl Cause {
    pub(super) fn failure(&self) -> &'static str {
        match self {
            Self::Breaker => "tasks failed to start",
            Self::Alarms(_) => "alarm detected",
            Self::Request => "deployment stopped",
        }
    }

    pub(super) fn source(&self) -> &'static str {
        match self {
            Self::Breaker => "ECS deployment circuit breaker",
            Self::Alarms(_) => "ECS deployment alarm",
            Self::Request => "ECS deployment stop",
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
        }
    }
}
