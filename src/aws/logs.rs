//! The edge to CloudWatch Logs: the end of one log stream, and whether a group is there.
//!
//! Never waits and never decides.

use crate::aws::Aws;
use crate::aws::answer::found;
use crate::aws::ask::Asking;
use crate::aws::error::seen;
use anyhow::Result;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::config::{Builder, Region};

/// CloudWatch Logs in one account and region.
#[derive(Debug, Clone)]
pub struct Logs {
    client: Client,
    asking: Asking,
}

impl Logs {
    /// CloudWatch Logs as `aws` reaches it, in `region` where that is another one.
    pub fn new(aws: &Aws, region: Option<&str>) -> Self {
        let config = Builder::from(&aws.config);
        let config = match region {
            Some(region) => config.region(Region::new(region.to_owned())),
            None => config,
        };
        Self {
            client: Client::from_conf(config.build()),
            asking: aws.asking.clone(),
        }
    }

    /// Whether there is a log group of this name. The groups that begin with it come in order, the
    /// name itself first.
    pub async fn has_group(&self, name: &str) -> Result<bool> {
        const ACTION: &str = "logs:DescribeLogGroups";
        let call = self.client.describe_log_groups();
        let call = call.log_group_name_prefix(name).limit(1);
        let ask = async || call.clone().send().await.map_err(seen(ACTION));
        let answer = self.asking.ask(ask).await?;
        let mut groups = answer.log_groups().iter();
        Ok(groups.any(|group| group.log_group_name() == Some(name)))
    }

    /// The last `most` events of a log stream, oldest first; `None` when AWS does not know the
    /// group or the stream: a container that never wrote has none.
    pub async fn tail(&self, group: &str, stream: &str, most: i32) -> Result<Option<Vec<String>>> {
        let call = self.client.get_log_events();
        let call = call.log_group_name(group).log_stream_name(stream);
        let call = call.start_from_head(false).limit(most);
        let ask = async || {
            found("logs:GetLogEvents", call.clone().send().await, |error| {
                error.is_resource_not_found_exception()
            })
        };
        let answer = self.asking.ask(ask).await?;
        let events = answer.map(|answer| answer.events.unwrap_or_default());
        Ok(events.map(|events| {
            let messages = events.into_iter().filter_map(|event| event.message);
            messages.collect()
        }))
    }
}

#[cfg(test)]
mod tests;
