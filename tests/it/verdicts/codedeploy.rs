//! CodeDeploy's blue/green deployments of production: four tasks, rolled back when they fail or an
//! alarm fires.

pub(super) mod cancelled;
pub(super) mod hooks;
pub(super) mod others;
pub(super) mod traffic;
pub(super) mod well;

const ROLLS_BACK: &str = "auto-rollback: [DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM]";
const ROLLS_NOTHING_BACK: &str = "auto-rollback: []";
const CANARY: &str = "deployment-config: CodeDeployDefault.ECSCanary10Percent5Minutes";

/// The deployment group, by which others name it.
const GROUP: &str = "application: AppECS-production-shop, group: DgpECS-production-shop";
