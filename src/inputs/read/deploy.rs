//! The deploy group: where to deploy and how.

use super::yes;
use crate::inputs::parse::{Expected, choice};
use crate::inputs::problems::Problems;
use crate::inputs::raw::RawInputs;
use crate::inputs::{DeployInputs, StrategyChoice, shapes};
use std::path::PathBuf;

pub(super) fn deploy(raw: &RawInputs, problems: &mut Problems) -> DeployInputs {
    let strategies = [
        ("auto", StrategyChoice::Auto),
        ("rolling", StrategyChoice::Rolling),
        ("codedeploy", StrategyChoice::CodeDeploy),
        ("native", StrategyChoice::Native),
    ];
    let strategy = |text: &str| choice(text, &strategies);
    let count = |text: &str| match text.parse::<i32>() {
        Ok(count) if count >= 0 => Ok(count),
        _ => Err(Expected::new("a whole number, 0 or more")),
    };
    let cluster = problems.read("cluster", raw.cluster.as_ref(), shapes::cluster);
    let strategy = problems.read("strategy", raw.strategy.as_ref(), strategy);
    let force = raw.force_new_deployment.as_ref();
    DeployInputs {
        cluster: cluster.unwrap_or_else(|| "default".to_owned()),
        service: problems.read("service", raw.service.as_ref(), shapes::name),
        strategy: strategy.unwrap_or(StrategyChoice::Auto),
        desired_count: problems.read("desired-count", raw.desired_count.as_ref(), count),
        force_new_deployment: yes("force-new-deployment", force, false, problems),
        codedeploy_application: raw.codedeploy_application.clone(),
        codedeploy_deployment_group: raw.codedeploy_deployment_group.clone(),
        codedeploy_deployment_config: raw.codedeploy_deployment_config.clone(),
        deployment_configuration: raw.deployment_configuration.clone(),
        codedeploy_appspec: raw.codedeploy_appspec.clone().map(PathBuf::from),
    }
}
