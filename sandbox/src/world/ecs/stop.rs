//! Why a task stops, in the words of ECS.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>

use super::behaviour::Exit;

/// Why a task stops or stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// `stopCode`.
    pub code: &'static str,
    /// `stoppedReason`.
    pub reason: String,
    /// What is said of the container that did it.
    pub container: Option<ContainerEnd>,
    /// Is it the health check that failed?
    pub unhealthy: Option<u16>,
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
    /// The scheduler scales a deployment or task set in, or replaces it.
    pub fn scaled_in(by: &str) -> Self {
        Self {
            code: "ServiceSchedulerInitiated",
            reason: format!("Scaling activity initiated by (deployment {by})"),
            container: None,
            unhealthy: None,
        }
    }

    /// A person stops the task, for this reason.
    pub fn by_user(reason: Option<&str>) -> Self {
        Self {
            code: "UserInitiated",
            reason: reason.unwrap_or("Task stopped by user").to_owned(),
            container: None,
            unhealthy: None,
        }
    }

    /// Fargate Spot takes its capacity back.
    pub fn interrupted() -> Self {
        Self {
            code: "SpotInterruption",
            reason: "Your Spot Task was interrupted.".to_owned(),
            container: None,
            unhealthy: None,
        }
    }

    pub(super) fn exited(exit: &Exit) -> Self {
        Self {
            code: "EssentialContainerExited",
            reason: "Essential container in task exited".to_owned(),
            container: Some(ContainerEnd {
                name: exit.container.clone(),
                exit_code: Some(exit.code),
                reason: exit.reason.clone(),
                log: exit.log.clone(),
            }),
            unhealthy: None,
        }
    }

    pub(super) fn cannot_pull(words: Option<&str>) -> Self {
        let words = words.unwrap_or(
            "pull image manifest has been retried 5 time(s): failed to resolve ref: not found",
        );
        Self::cannot_start(&format!("CannotPullContainerError: {words}"))
    }

    pub(super) fn cannot_start(reason: &str) -> Self {
        let of_container = reason.starts_with("CannotPull") || reason.starts_with("CannotStart");
        Self {
            code: "TaskFailedToStart",
            reason: reason.to_owned(),
            container: of_container.then(|| ContainerEnd {
                name: None,
                exit_code: None,
                reason: Some(reason.to_owned()),
                log: Vec::new(),
            }),
            unhealthy: None,
        }
    }

    pub(super) fn unhealthy(target_group: Option<&str>, code: u16) -> Self {
        let reason = match target_group {
            Some(group) => format!("Task failed ELB health checks in (target-group {group})"),
            None => "Task failed container health checks".to_owned(),
        };
        Self {
            code: "ServiceSchedulerInitiated",
            reason,
            container: None,
            unhealthy: Some(code),
        }
    }
}
