//! Inputs as the runner sends them: one optional text a field, named as in `action.yml`.
//!
//! Here an input is present or absent, nothing more. What a text means is decided in
//! [`super::read`].

use crate::job::Variables;
use serde::Deserialize;

macro_rules! raw_inputs {
    ($($name:literal = $field:ident,)+) => {
        /// Every input there is, trimmed; `None` when it is unset or empty.
        #[derive(Default, Deserialize)]
        pub struct RawInputs {
            $(
                #[doc = concat!("`", $name, "`.")]
                #[serde(rename = $name)]
                pub $field: Option<String>,
            )+
        }

        impl RawInputs {
            /// The YAML names, in the order of `action.yml`.
            pub const NAMES: &[&str] = &[$($name,)+];
        }
    };
}

raw_inputs! {
    "command" = command,
    "aws-region" = aws_region,
    "role-to-assume" = role_to_assume,
    "role-session-name" = role_session_name,
    "role-duration" = role_duration,
    "audience" = audience,
    "github-token" = github_token,
    "environment" = environment,
    "gate" = gate,
    "allow-self-approval" = allow_self_approval,
    "allow-admin-bypass" = allow_admin_bypass,
    "comment" = comment,
    "repository" = repository,
    "context" = context,
    "file" = file,
    "build-args" = build_args,
    "build-secrets" = build_secrets,
    "target" = target,
    "platforms" = platforms,
    "labels" = labels,
    "tags" = tags,
    "cache" = cache,
    "provenance" = provenance,
    "sbom" = sbom,
    "rebuild" = rebuild,
    "create-repository" = create_repository,
    "scan-fail-on" = scan_fail_on,
    "task-definition" = task_definition,
    "image" = image,
    "images" = images,
    "container-name" = container_name,
    "environment-variables" = environment_variables,
    "secrets" = secrets,
    "docker-labels" = docker_labels,
    "cpu" = cpu,
    "memory" = memory,
    "set" = set,
    "unset" = unset,
    "keep-revisions" = keep_revisions,
    "show-values" = show_values,
    "cluster" = cluster,
    "service" = service,
    "strategy" = strategy,
    "desired-count" = desired_count,
    "force-new-deployment" = force_new_deployment,
    "codedeploy-application" = codedeploy_application,
    "codedeploy-deployment-group" = codedeploy_deployment_group,
    "codedeploy-deployment-config" = codedeploy_deployment_config,
    "codedeploy-appspec" = codedeploy_appspec,
    "deployment-configuration" = deployment_configuration,
    "wait-for" = wait_for,
    "timeout" = timeout,
    "poll-interval" = poll_interval,
    "on-active-deployment" = on_active_deployment,
    "on-failure" = on_failure,
    "on-cancel" = on_cancel,
    "fail-fast-after" = fail_fast_after,
    "allow-older-commit" = allow_older_commit,
}

impl RawInputs {
    /// Picks the inputs out of the environment. Names that are no input are passed over.
    ///
    /// # Errors
    ///
    /// Never for texts as the runner sends them; what `envy` says otherwise.
    pub fn pick(variables: &Variables) -> envy::Result<Self> {
        envy::from_iter(sent(variables).map(|(name, value)| (name, value.trim().to_owned())))
    }
}

/// The inputs the runner sent that hold something: YAML name and text. Unset inputs are sent as
/// empty texts (<https://docs.github.com/actions/sharing-automations/creating-actions/metadata-syntax-for-github-actions#inputs>).
pub(super) fn sent(variables: &Variables) -> impl Iterator<Item = (String, &str)> {
    variables.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix("INPUT_")?.to_lowercase();
        (!value.trim().is_empty()).then_some((name, value))
    })
}
