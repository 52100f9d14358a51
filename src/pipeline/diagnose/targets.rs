//! The target groups of a deployment and the health of their targets.

use super::Gathering;
use crate::model::target_group::{TargetGroup, TargetHealth};
use crate::pipeline::target::Way;

impl Gathering<'_> {
    /// The target groups, and the targets that something is wrong with; of three groups at most.
    pub(super) async fn targets(&self) -> (Vec<TargetGroup>, Vec<TargetHealth>) {
        let names = self.target_group_names();
        let mut names = names.iter();
        let (first, second, third) = (names.next(), names.next(), names.next());
        let (first, second, third) =
            tokio::join!(self.group(first), self.group(second), self.group(third));
        let (mut groups, mut targets) = (Vec::new(), Vec::new());
        for (group, health) in [first, second, third] {
            groups.extend(group);
            targets.extend(health.into_iter().filter(|target| self.is_wrong(target)));
        }
        (groups, targets)
    }

    /// Which of two groups is in use changes with each deployment, while it goes back too.
    fn is_wrong(&self, target: &TargetHealth) -> bool {
        let in_turns = !matches!(self.target.way, Way::Rolling);
        let not_in_use = target.reason.as_deref() == Some("Target.NotInUse");
        target.is_bad() && !(in_turns && not_in_use)
    }

    fn target_group_names(&self) -> Vec<String> {
        let pair = self.target.way.group();
        let pair = pair.map_or(&[][..], |group| group.target_groups.as_slice());
        let named = [self.suspect.target_groups.as_slice(), pair];
        if let Some(named) = named.into_iter().find(|named| !named.is_empty()) {
            return named.to_vec();
        }
        let entries = self.target.service.load_balancers.iter();
        let groups = entries.flat_map(|entry| [&entry.target_group, &entry.alternate]);
        groups.flatten().cloned().collect()
    }

    /// How one group checks health, and its targets. Its ARN may be known where it cannot be read.
    async fn group(&self, name: Option<&String>) -> (Option<TargetGroup>, Vec<TargetHealth>) {
        let Some(name) = name else {
            return (None, Vec::new());
        };
        if name.starts_with("arn:") {
            return tokio::join!(self.settings(name), self.health(name));
        }
        let group = self.settings(name).await;
        let targets = match &group {
            Some(group) => self.health(&group.arn).await,
            None => Vec::new(),
        };
        (group, targets)
    }

    async fn settings(&self, name: &str) -> Option<TargetGroup> {
        let elb = self.aws.elb();
        let what = "port, path and codes of the load balancer's health check";
        let read = self.reads.read(what, elb.target_group(name)).await;
        read.flatten()
    }

    async fn health(&self, arn: &str) -> Vec<TargetHealth> {
        let elb = self.aws.elb();
        let what = "the load balancer's view of the targets";
        let read = self.reads.read(what, elb.target_health(arn)).await;
        read.unwrap_or_default()
    }
}
