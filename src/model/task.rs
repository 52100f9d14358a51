//! An ECS task as a diagnosis needs to know it: what it ran, who started it, how it ended.
//!
//! Statuses, codes and reasons are AWS's own words, kept as text: a new one is shown, never a crash
//! (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html>).

use super::arn::short;
use jiff::Timestamp;
use serde::Serialize;

/// A task as one DescribeTasks saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Task {
    /// Its ARN.
    pub arn: String,
    /// The task definition's ARN.
    pub task_definition: String,
    /// Who started it: of a service's task the id of its deployment or task set
    /// (`ecs-svc/1234…`); empty where AWS does not say.
    pub started_by: String,
    /// `lastStatus`: `PENDING`, `RUNNING`, `DEACTIVATING`, `STOPPED`, …
    pub status: String,
    /// `stopCode`: `TaskFailedToStart`, `EssentialContainerExited`, `ServiceSchedulerInitiated`,
    /// …; absent while the task is not to stop, and where AWS does not say.
    pub stop_code: Option<String>,
    /// AWS's sentence about the stop.
    pub stopped_reason: Option<String>,
    /// When it was asked for.
    pub created_at: Option<Timestamp>,
    /// When its containers ran; absent when they never did.
    pub started_at: Option<Timestamp>,
    /// When its stop was decided; of a task that never ran the moment of its end.
    pub stopped_at: Option<Timestamp>,
    /// Its containers, in AWS's order.
    pub containers: Vec<Container>,
}

/// A container of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Container {
    /// Its name in the task definition.
    pub name: String,
    /// Its image, as the task definition writes it.
    pub image: Option<String>,
    /// The id that the container runtime gave it; absent when it never was made.
    pub runtime_id: Option<String>,
    /// Its exit code; absent when it did not run or runs still.
    pub exit_code: Option<i32>,
    /// What AWS says of its end.
    pub reason: Option<String>,
    /// Its own health check: `HEALTHY`, `UNHEALTHY`, `UNKNOWN`; absent where AWS does not say.
    pub health: Option<String>,
}

impl Task {
    /// The last part of the ARN: the task's id in log streams and events.
    pub fn id(&self) -> &str {
        short(&self.arn)
    }

    /// The container of this name.
    pub fn container(&self, name: &str) -> Option<&Container> {
        self.containers.iter().find(|it| it.name == name)
    }
}
