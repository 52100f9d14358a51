//! What the user asked for: typed, complete, checked.
//!
//! Everything that needs no look at the world is judged here, and every problem of a run is
//! reported at once, by its YAML name, with what was expected and never with a secret's value.
//! What an input means for AWS or GitHub is decided elsewhere.

mod names;
pub mod parse;
mod problems;
pub mod raw;
mod read;
mod rules;
mod secrets;
mod shapes;
pub mod waiting;

use crate::model::image::Platform;
use crate::model::scan::Severity;
use crate::model::task_definition::edits::Edits;
use secrecy::SecretString;
use std::path::PathBuf;
use std::time::Duration;

pub use waiting::{After, OnActive, WaitFor, WaitingInputs};

/// The inputs of a run.
#[derive(Debug)]
pub struct Inputs {
    /// `command`.
    pub command: Command,
    /// The AWS group.
    pub aws: AwsInputs,
    /// The GitHub group.
    pub github: GitHubInputs,
    /// The build group.
    pub build: BuildInputs,
    /// The task definition group.
    pub task_definition: TaskDefinitionInputs,
    /// The deploy group.
    pub deploy: DeployInputs,
    /// The waiting group.
    pub waiting: WaitingInputs,
}

/// `command`: what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Builds and pushes the image.
    Build,
    /// Registers the task definition and deploys an image that exists.
    Deploy,
    /// `build`, then `deploy`.
    Release,
    /// Says what `deploy` or `release` would do; writes nothing.
    Plan,
    /// Takes the service back to the revision that served before.
    Rollback,
}

impl Command {
    /// Whether this command builds an image.
    pub fn builds(self) -> bool {
        matches!(self, Self::Build | Self::Release)
    }

    /// Whether this command brings a task definition to a service, or says how that would be.
    pub fn is_for_a_revision(self) -> bool {
        matches!(self, Self::Deploy | Self::Release | Self::Plan)
    }

    /// Whether this command changes what a service runs, or says how that would be.
    pub fn is_for_a_service(self) -> bool {
        matches!(
            self,
            Self::Deploy | Self::Release | Self::Rollback | Self::Plan
        )
    }
}

impl Inputs {
    /// Whether the image to deploy is one that is built, or would be: a plan that names a repository
    /// and no image is one of a release.
    pub fn builds(&self) -> bool {
        let plans_a_release = self.command == Command::Plan
            && self.build.repository.is_some()
            && self.task_definition.edits.image.is_none();
        self.command.builds() || plans_a_release
    }
}

/// Where and as whom to call AWS.
#[derive(Debug)]
pub struct AwsInputs {
    /// `aws-region`; the environment's (`AWS_REGION`) when absent.
    pub region: String,
    /// `role-to-assume`; absent: the ambient credential chain.
    pub role: Option<Role>,
}

/// The role to assume with the job's OIDC token.
#[derive(Debug, Clone)]
pub struct Role {
    /// `role-to-assume`: an ARN.
    pub arn: String,
    /// `role-session-name`: 2 to 64 of `[\w+=,.@-]`; `greengate-<run id>` by default.
    pub session_name: String,
    /// `role-duration`: 15 minutes to 12 hours.
    pub duration: Duration,
    /// `audience` of the OIDC token.
    pub audience: String,
}

/// How to ask GitHub, and what the gate demands.
#[derive(Debug)]
pub struct GitHubInputs {
    /// `github-token`.
    pub token: Option<SecretString>,
    /// `environment`: the name the job must be bound to; absent: whichever it is bound to.
    pub environment: Option<String>,
    /// `gate`; absent: `approved` for blue/green, linear and canary, `none` for rolling.
    pub gate: Option<Gate>,
    /// `allow-self-approval`.
    pub allow_self_approval: bool,
    /// `allow-admin-bypass`.
    pub allow_admin_bypass: bool,
    /// `comment`: whether a plan is kept as a comment on the pull request.
    pub comment: bool,
}

/// `gate`: what must be proven before anything is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// That GitHub gated this job on its environment and somebody entitled approved.
    Approved,
    /// Nothing.
    None,
}

/// What to build.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one yes-or-no input of the action"
)]
#[derive(Debug)]
pub struct BuildInputs {
    /// `repository`: the ECR repository's name; required to build.
    pub repository: Option<String>,
    /// `context`: a directory relative to the workspace.
    pub context: PathBuf,
    /// `file`: the Dockerfile, relative to the workspace; absent: `Dockerfile` in the context.
    pub file: Option<PathBuf>,
    /// `build-args`: name and value, in the order given.
    pub args: Vec<(String, String)>,
    /// `build-secrets`: id and value.
    pub secrets: Vec<(String, SecretString)>,
    /// `target`: the stage to build.
    pub target: Option<String>,
    /// `platforms`; empty: the host's.
    pub platforms: Vec<Platform>,
    /// `labels`, beside the OCI ones.
    pub labels: Vec<(String, String)>,
    /// `tags`, beside `sha-<commit>`.
    pub tags: Vec<String>,
    /// `cache`.
    pub cache: Cache,
    /// `provenance`: BuildKit's attestation, off unless asked for.
    pub provenance: bool,
    /// `sbom`: BuildKit's attestation, off unless asked for.
    pub sbom: bool,
    /// `rebuild`: build even when the image is there.
    pub rebuild: bool,
    /// `create-repository`: make the repository when it is not there.
    pub create_repository: bool,
    /// `scan-fail-on`: findings of this severity and above refuse; absent: the scan is not looked at.
    pub scan_fail_on: Option<Severity>,
}

/// `cache`: where BuildKit keeps layers between runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// In the image's own ECR repository.
    Registry,
    /// In GitHub's cache service.
    Gha,
    /// Nowhere.
    None,
}

/// Which task definition, and what is changed in it.
#[derive(Debug)]
pub struct TaskDefinitionInputs {
    /// `task-definition`: a file in the workspace, a family, `family:revision` or an ARN, told apart by
    /// [`Source`](crate::model::task_definition::source::Source); absent: what the service runs.
    pub named: Option<String>,
    /// What is to be changed in it.
    pub edits: Edits,
    /// `keep-revisions`: 1 or more; absent: all of them.
    pub keep_revisions: Option<usize>,
    /// `show-values`: whether differences show the values of variables.
    pub show_values: bool,
}

/// Where and how to deploy.
#[derive(Debug)]
pub struct DeployInputs {
    /// `cluster`: a name or an ARN.
    pub cluster: String,
    /// `service`: a name; required to deploy.
    pub service: Option<String>,
    /// `strategy`.
    pub strategy: StrategyChoice,
    /// `desired-count`: 0 or more; absent: as it is.
    pub desired_count: Option<i32>,
    /// `force-new-deployment`.
    pub force_new_deployment: bool,
    /// `codedeploy-application`.
    pub codedeploy_application: Option<String>,
    /// `codedeploy-deployment-group`.
    pub codedeploy_deployment_group: Option<String>,
    /// `codedeploy-deployment-config`.
    pub codedeploy_deployment_config: Option<String>,
    /// `deployment-configuration`: a document, or a file relative to the workspace.
    pub deployment_configuration: Option<String>,
    /// `codedeploy-appspec`: a file relative to the workspace; absent: generated.
    pub codedeploy_appspec: Option<PathBuf>,
}

/// `strategy`: how to deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StrategyChoice {
    /// By the service's deployment controller.
    Auto,
    /// ECS's rolling update.
    Rolling,
    /// CodeDeploy's blue/green.
    CodeDeploy,
    /// ECS's own blue/green, linear or canary.
    Native,
}
