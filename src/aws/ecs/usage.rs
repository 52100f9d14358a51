//! Which revisions of a family are there, and which of them something runs.

use super::{Ecs, says_something};
use crate::aws::error::seen;
use crate::model::service::Service;
use anyhow::Result;
use aws_sdk_ecs::types::{SortOrder, TaskDefinitionStatus};

/// Services on one page of `ListServices`: the most there can be.
const SERVICES_A_PAGE: i32 = 100;

/// Tasks in one DescribeTasks.
const TASKS_A_CALL: usize = 100;

/// Gathers what `$call` lists under `$field`, page after page.
macro_rules! every_page {
    ($ecs:expr, $action:literal, $call:expr, $field:ident) => {{
        let (mut all, mut next) = (Vec::new(), None);
        loop {
            let call = $call.set_next_token(next.take());
            let ask = async || call.clone().send().await.map_err(seen($action));
            let page = $ecs.asking.ask(ask).await?;
            all.extend(page.$field.unwrap_or_default());
            next = page.next_token;
            if next.is_none() {
                break Ok(all);
            }
        }
    }};
}

impl Ecs {
    /// The active revisions of `family`, by ARN, newest first.
    pub async fn active_revisions(&self, family: &str) -> Result<Vec<String>> {
        let call = self.client.list_task_definitions();
        let call = call.family_prefix(family).sort(SortOrder::Desc);
        let call = call.status(TaskDefinitionStatus::Active);
        every_page!(
            self,
            "ecs:ListTaskDefinitions",
            call.clone(),
            task_definition_arns
        )
    }

    /// Makes a revision inactive: nothing new is started from it, what runs is left alone. Asking
    /// twice does no harm.
    pub async fn deregister(&self, revision: &str) -> Result<()> {
        let call = self.client.deregister_task_definition();
        let call = call.task_definition(revision);
        let say = async || {
            let answer = call.clone().send().await;
            answer.map_err(seen("ecs:DeregisterTaskDefinition"))
        };
        self.asking.say(say).await.map(|_| ())
    }

    /// Every cluster of the account in the region, by ARN.
    pub async fn clusters(&self) -> Result<Vec<String>> {
        let call = self.client.list_clusters();
        every_page!(self, "ecs:ListClusters", call.clone(), cluster_arns)
    }

    /// Every service of a cluster.
    pub async fn services_of(&self, cluster: &str) -> Result<Vec<Service>> {
        let call = self.client.list_services().cluster(cluster);
        // Without a number, ECS gives ten a page.
        let call = call.max_results(SERVICES_A_PAGE);
        let arns: Result<Vec<String>> =
            every_page!(self, "ecs:ListServices", call.clone(), service_arns);
        let described = self.services(cluster, &arns?).await?;
        Ok(described.into_iter().flatten().collect())
    }

    /// The revisions, by ARN, that the running and starting tasks of `family` in a cluster are of.
    pub async fn running_revisions(&self, cluster: &str, family: &str) -> Result<Vec<String>> {
        const ACTION: &str = "ecs:DescribeTasks";
        let call = self.client.list_tasks().cluster(cluster).family(family);
        let tasks: Result<Vec<String>> =
            every_page!(self, "ecs:ListTasks", call.clone(), task_arns);
        let mut revisions = Vec::new();
        for batch in tasks?.chunks(TASKS_A_CALL) {
            let call = self.client.describe_tasks().cluster(cluster);
            let call = call.set_tasks(Some(batch.to_vec()));
            let ask = async || {
                let answer = call.clone().send().await.map_err(seen(ACTION))?;
                says_something(ACTION, answer.tasks(), answer.failures())?;
                Ok(answer)
            };
            let answer = self.asking.ask(ask).await?;
            let tasks = answer.tasks.unwrap_or_default().into_iter();
            revisions.extend(tasks.filter_map(|task| task.task_definition_arn));
        }
        Ok(revisions)
    }
}
