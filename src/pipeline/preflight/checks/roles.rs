//! The roles of the task: there, trusting ECS, and ours to pass.

use super::Facts;
use crate::aws::iam::{Asked, Decision, Role};
use crate::inputs::Command;
use crate::model::arn::{Arn, short};
use crate::preflight::Check;
use crate::preflight::roles::trust::Whom;
use crate::preflight::roles::{self, ECS, ECS_TASKS, PASSING, Said};

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
        let Some(service) = self.service_arn() else {
            return Check::skipped(name, short(role), "the service is not known");
        };
        let same = |arn: &Arn| arn.account == service.account;
        if !arn.as_ref().is_none_or(same) {
            return Check::skipped(name, short(role), "it is another account's");
        }
        let whom = Whom {
            partition: &service.partition,
            account: &service.account,
            region: &service.region,
        };
        let iam = self.aws.iam();
        match self.reads.read(iam.role(short(role))).await {
            Ok(found) => {
                let same = |found: &Role| arn.is_none() || found.arn == role;
                let found = found.filter(same);
                roles::check(name, role, found.as_ref().map(|found| &found.trust), &whom)
            }
            Err(why) => Check::skipped(name, short(role), why),
        }
    }

    /// Whether the run's role may pass the task's to tasks, and those of new hooks to ECS. That of a plan
    /// need not: another one deploys.
    pub(super) async fn passing(&self) -> Vec<Check> {
        if self.run.inputs.command == Command::Plan {
            return Vec::new();
        }
        let of_task = self.roles_of_task().into_iter().map(|it| it.1).collect();
        let asked = self.service.and_then(|it| it.reconfiguration.as_ref());
        let of_hooks = asked.map(|it| it.asked.roles()).unwrap_or_default();
        let (of_task, of_hooks) = tokio::join!(
            self.passed_to(ECS_TASKS, of_task),
            self.passed_to(ECS, of_hooks)
        );
        [of_task, of_hooks].concat()
    }

    async fn passed_to(&self, service: &str, mut roles: Vec<&str>) -> Vec<Check> {
        roles.retain(|role| role.starts_with("arn:"));
        roles.dedup();
        if roles.is_empty() {
            return Vec::new();
        }
        let skipped = |why: &str| {
            let each = roles.iter().map(|role| short(role));
            each.map(|role| Check::skipped(PASSING, role, why))
                .collect()
        };
        let Some(who) = &self.run.inputs.aws.role else {
            return skipped("only looked at with `role-to-assume`");
        };
        let asked = Asked {
            action: "iam:PassRole",
            resources: &roles,
            context: Some(("iam:PassedToService", service)),
        };
        let iam = self.aws.iam();
        match self.reads.read(iam.would_allow(&who.arn, &asked)).await {
            Ok(decisions) => {
                let each = roles.iter().zip(decisions);
                each.map(|(role, decision)| {
                    roles::passing(role, service, &said(decision), &who.arn)
                })
                .collect()
            }
            Err(why) => skipped(&why),
        }
    }

    /// Whether the execution role may make the log group of this ARN.
    pub(super) async fn may_make(&self, role: &str, group: &str) -> Said {
        let asked = Asked {
            action: "logs:CreateLogGroup",
            resources: &[group],
            context: None,
        };
        let iam = self.aws.iam();
        match self.reads.read(iam.would_allow(role, &asked)).await {
            Ok(decisions) => decisions.into_iter().next().map_or(Said::Denied, said),
            Err(why) => Said::NotJudged(why),
        }
    }
}

fn said(decision: Decision) -> Said {
    match decision {
        Decision::Allowed => Said::Allowed,
        Decision::Denied => Said::Denied,
        Decision::Depends(keys) => Said::NotJudged(format!("it depends on {}", keys.join(" and "))),
    }
}
