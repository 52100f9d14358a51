//! The tasks of a service that are over: listed and described.

use super::{Ecs, moment, says_something};
use crate::aws::answer::found;
use crate::aws::error::seen;
use crate::model::task::{Container, Task};
use anyhow::Result;
use aws_sdk_ecs::types::{self as sdk, DesiredStatus, HealthStatus, TaskStopCode};

/// Tasks in one DescribeTasks, and on one page of ListTasks.
const TASKS_A_CALL: usize = 100;

/// Pages of ListTasks that are read: ECS forgets a stopped task after an hour or more, and no
/// verdict needs more than this.
const PAGES: usize = 5;

impl Ecs {
    /// The tasks of a service that have stopped or are to stop, at most five hundred, in no order;
    /// none when the service is not there. ECS keeps them for at least an hour.
    pub async fn stopped_tasks(&self, cluster: &str, service: &str) -> Result<Vec<Task>> {
        const ACTION: &str = "ecs:DescribeTasks";
        let arns = self.stopped_arns(cluster, service).await?;
        let mut tasks = Vec::with_capacity(arns.len());
        for batch in arns.chunks(TASKS_A_CALL) {
            let call = self.client.describe_tasks().cluster(cluster);
            let call = call.set_tasks(Some(batch.to_vec()));
            let ask = async || {
                let answer = call.clone().send().await.map_err(seen(ACTION))?;
                says_something(ACTION, answer.tasks(), answer.failures())?;
                Ok(answer)
            };
            let answer = self.asking.ask(ask).await?;
            tasks.extend(answer.tasks().iter().map(task));
        }
        Ok(tasks)
    }

    async fn stopped_arns(&self, cluster: &str, service: &str) -> Result<Vec<String>> {
        let call = self.client.list_tasks().cluster(cluster);
        let call = call.service_name(service);
        let call = call.desired_status(DesiredStatus::Stopped);
        let (mut arns, mut next) = (Vec::new(), None);
        for _ in 0..PAGES {
            let call = call.clone().set_next_token(next.take());
            let ask = async || {
                found("ecs:ListTasks", call.clone().send().await, |error| {
                    error.is_service_not_found_exception() || error.is_cluster_not_found_exception()
                })
            };
            let page = self.asking.ask(ask).await?;
            let Some(page) = page else { break };
            next = page.next_token;
            arns.extend(page.task_arns.unwrap_or_default());
            if next.is_none() {
                break;
            }
        }
        Ok(arns)
    }
}

fn task(task: &sdk::Task) -> Task {
    let stopped = task.stopping_at().or(task.stopped_at());
    Task {
        arn: text(task.task_arn()),
        task_definition: text(task.task_definition_arn()),
        started_by: text(task.started_by()),
        status: text(task.last_status()),
        stop_code: task
            .stop_code()
            .map(TaskStopCode::as_str)
            .map(str::to_owned),
        stopped_reason: worded(task.stopped_reason()),
        created_at: task.created_at().and_then(moment),
        started_at: task.started_at().and_then(moment),
        stopped_at: stopped.and_then(moment),
        containers: task.containers().iter().map(container).collect(),
    }
}

fn container(container: &sdk::Container) -> Container {
    let health = container.health_status().map(HealthStatus::as_str);
    Container {
        name: text(container.name()),
        image: worded(container.image()),
        runtime_id: worded(container.runtime_id()),
        exit_code: container.exit_code(),
        reason: worded(container.reason()),
        health: health.map(str::to_owned),
    }
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

/// What AWS says; an empty text says nothing.
fn worded(value: Option<&str>) -> Option<String> {
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    value.map(str::to_owned)
}
