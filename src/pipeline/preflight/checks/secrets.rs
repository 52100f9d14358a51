//! The secrets and parameters that the containers are given: there or not.

use super::{Facts, Rows, side_by_side};
use crate::model::secret::Reference;
use crate::preflight::task::Task;
use crate::preflight::{Check, secrets};
use std::collections::BTreeMap;

impl Facts<'_> {
    fn references(&self) -> impl Iterator<Item = (&str, Reference)> {
        self.task.into_iter().flat_map(Task::references)
    }

    /// The secrets of Secrets Manager, each asked for alone: there is no call for many that needs
    /// no permission to see them all.
    pub(super) async fn secrets(&self) -> Vec<Check> {
        let mut arns = BTreeMap::new();
        let mut checks = Vec::new();
        for (text, reference) in self.references() {
            match reference {
                Reference::Secret { arn, region } => {
                    arns.insert(arn, region);
                }
                Reference::Neither => checks.push(secrets::neither(text)),
                Reference::Parameter { .. } => {}
            }
        }
        let each = arns
            .iter()
            .map(|(arn, region)| -> Rows<'_> { Box::pin(self.secret(arn, region)) });
        checks.extend(side_by_side(each.collect()).await.into_iter().flatten());
        checks
    }

    async fn secret(&self, arn: &str, region: &str) -> Vec<Check> {
        let service = self.aws.secrets_manager(Some(region));
        vec![match self.reads.read(service.secret(arn)).await {
            Ok(standing) => secrets::secret(arn, standing),
            Err(why) => Check::skipped(secrets::SECRET, secrets::name(arn), why),
        }]
    }

    /// The parameters of Systems Manager, those of a region in one call.
    pub(super) async fn parameters(&self) -> Vec<Check> {
        let mut checks = Vec::new();
        let mut regions: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
        let own = self.account();
        for (_, reference) in self.references() {
            let Reference::Parameter {
                name,
                region,
                account,
            } = reference
            else {
                continue;
            };
            if account.is_some() && account != own {
                checks.push(Check::skipped(
                    secrets::PARAMETER,
                    name,
                    "it is another account's",
                ));
                continue;
            }
            let region = region.filter(|region| *region != self.run.inputs.aws.region);
            let names = regions.entry(region).or_default();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let each = regions
            .iter()
            .map(|(region, names)| -> Rows<'_> { Box::pin(self.some(region.as_deref(), names)) });
        checks.extend(side_by_side(each.collect()).await.into_iter().flatten());
        checks
    }

    async fn some(&self, region: Option<&str>, names: &[String]) -> Vec<Check> {
        let ssm = self.aws.ssm(region);
        let asked: Vec<_> = names.iter().map(String::as_str).collect();
        let there = self.reads.read(ssm.parameters(&asked)).await;
        let each = names.iter().map(|name| match &there {
            Ok(there) => secrets::parameter(name, there.contains(name)),
            Err(why) => Check::skipped(secrets::PARAMETER, name, why),
        });
        each.collect()
    }
}
