//! The roles of the task: there, trusting ECS, and ours to pass.

use super::Facts;
use crate::inputs::Command;
use crate::model::arn::{Arn, short};
use crate::preflight::Check;
use crate::preflight::roles::{self, ECS_TASKS};

impl Facts<'_> {
    /// What the roles are for, and their ARNs.
    fn roles_of_task(&self) -> Vec<(&'static str, &str)> {
        let Some(task) = self.task else {
            return Vec::new();
        };
        let execution = task.execution_role.as_deref();
        let own = task.task_role.as_deref();
        let execution = execution.map(|role| ("execution role", role));
        let own = own.map(|role| ("task role", role));
        execution.into_iter().chain(own).collect()
    }

    /// Both of the task's roles; one that is both is read once.
    pub(super) async fn roles(&self) -> Vec<Check> {
        let roles = self.roles_of_task();
        match roles.as_slice() {
            [(execution, role), (own, same)] if role == same => {
                let first = self.role(execution, role).await;
                let second = Check {
                    name: own,
                    ..first.clone()
                };
                vec![first, second]
            }
            [first, second] => {
                let (first, second) =
                    tokio::join!(self.role(first.0, first.1), self.role(second.0, second.1));
                vec![first, second]
            }
            [(name, role)] => vec![self.role(name, role).await],
            _ => Vec::new(),
        }
    }

    async fn role(&self, name: &'static str, role: &str) -> Check {
        let arn: Option<Arn> = role.parse().ok();
        let account = arn.as_ref().map(|arn| arn.account.clone());
        if account.is_some() && account != self.account() {
            return Check::skipped(name, short(role), "it is another account's");
        }
        let iam = self.aws.iam();
        match self.reads.read(iam.role(short(role))).await {
            Ok(found) => {
                let same = |found: &crate::aws::iam::Role| arn.is_none() || found.arn == role;
                let found = found.filter(same);
                roles::check(name, role, found.as_ref().map(|found| &found.trust))
            }
            Err(why) => Check::skipped(name, short(role), why),
        }
    }

    /// Whether the run's role may pass the task's. That of a plan need not: another one deploys.
    pub(super) async fn passing(&self) -> Vec<Check> {
        let mut roles: Vec<_> = self.roles_of_task().into_iter().map(|it| it.1).collect();
        roles.retain(|role| role.starts_with("arn:"));
        roles.dedup();
        if roles.is_empty() || self.run.inputs.command == Command::Plan {
            return Vec::new();
        }
        let skipped = |why: &str| {
            let each = roles.iter().map(|role| short(role));
            each.map(|role| Check::skipped("pass role", role, why))
                .collect()
        };
        let Some(who) = &self.run.inputs.aws.role else {
            return skipped("only looked at with `role-to-assume`");
        };
        let iam = self.aws.iam();
        let call = iam.may_pass(&who.arn, &roles, ECS_TASKS);
        match self.reads.read(call).await {
            Ok(allowed) => {
                let each = roles.iter().zip(allowed);
                each.map(|(role, allowed)| roles::passing(role, allowed, &who.arn))
                    .collect()
            }
            Err(why) => skipped(&why),
        }
    }
}
