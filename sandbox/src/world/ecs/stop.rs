//! Why a task stops, in the words of ECS.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>

use super::ending::{Exit, Finding};

/// Why a task stops or stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// `stopCode`.
    pub code: &'static str,
    /// `stoppedReason`.
    pub reason: String,
    /// What is said of the container that did it.
    pub container: Option<ContainerEnd>,
    /// The health check that failed, if that is why.
    pub check: Option<FailedCheck>,
}

/// A health check that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailedCheck {
    /// A container's own.
    Container,
    /// The target group's.
    Target(Finding),
}

/// The end of the container that took the task with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerEnd {
    /// Its name; the first essential container when absent.
    pub name: Option<String>,
    /// Its exit code, if it ever ran.
    pub exit_code: Option<i32>,
    /// What ECS says of it.
    pub reason: Option<String>,
    /// The last lines it wrote.
    pub log: Vec<String>,
}

impl Stop {
    fn plain(code: &'static str, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
            container: None,
            check: None,
        }
    }

    /// The scheduler scales a deployment or task set in, or replaces it.
    pub fn scaled_in(by: &str) -> Self {
        let reason = format!("Scaling activity initiated by (deployment {by})");
        Self::plain("ServiceSchedulerInitiated", reason)
    }

    /// A person stops the task, for this reason.
    pub fn by_user(reason: Option<&str>) -> Self {
        Self::plain("UserInitiated", reason.unwrap_or("Task stopped by user"))
    }

    /// Fargate Spot takes its capacity back.
    pub fn interrupted() -> Self {
        Self::plain("SpotInterruption", "Your Spot Task was interrupted.")
    }

    /// An essential container exited.
    pub fn exited(exit: &Exit) -> Self {
        Self {
            container: Some(ContainerEnd {
                name: exit.container.clone(),
                exit_code: Some(exit.code),
                reason: exit.reason.clone(),
                log: exit.log.clone(),
            }),
            ..Self::plain(
                "EssentialContainerExited",
                "Essential container in task exited",
            )
        }
    }

    /// The task fails before its containers run.
    pub fn not_started(reason: &str) -> Self {
        let of_container = reason.starts_with("CannotPull") || reason.starts_with("CannotStart");
        Self {
            container: of_container.then(|| ContainerEnd {
                name: None,
                exit_code: None,
                reason: Some(reason.to_owned()),
                log: Vec::new(),
            }),
            ..Self::plain("TaskFailedToStart", reason)
        }
    }

    /// The same, because of the container of this name.
    #[must_use]
    pub fn of_container(mut self, name: Option<&str>) -> Self {
        if let Some(container) = &mut self.container {
            container.name = name.map(str::to_owned);
        }
        self
    }

    /// The target fails the checks of its target group.
    pub fn failed_target(target_group: &str, finding: Finding) -> Self {
        let reason = format!("Task failed ELB health checks in (target-group {target_group})");
        Self {
            check: Some(FailedCheck::Target(finding)),
            ..Self::plain("ServiceSchedulerInitiated", reason)
        }
    }

    /// A container fails its own health check.
    pub fn failed_check() -> Self {
        let reason = "Task failed container health checks";
        Self {
            check: Some(FailedCheck::Container),
            ..Self::plain("ServiceSchedulerInitiated", reason)
        }
    }
}
