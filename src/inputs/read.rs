//! From raw texts to [`Inputs`], group by group.
//!
//! A value that is wrong is noted and replaced by its default, so that the rest can be read too;
//! the inputs are handed out only when nothing was noted.

use super::names::misspelt;
use super::parse::{Expected, Parsed, boolean, choice, duration, list, pairs};
use super::problems::Problems;
use super::raw::RawInputs;
use super::{
    AwsInputs, BuildInputs, Cache, Command, DeployInputs, Gate, GitHubInputs, Inputs, Role,
    StrategyChoice, TaskDefinitionInputs, WaitFor, WaitingInputs, rules, shapes,
};
use crate::failure::{Code, Failure};
use crate::job::{Job, Variables};
use secrecy::SecretString;
use std::path::PathBuf;
use std::time::Duration;

impl Inputs {
    /// Reads the inputs of a run.
    ///
    /// # Errors
    ///
    /// [`Code::BadInputs`] with every problem there is; no secret's value is in it.
    pub fn read(variables: &Variables, job: &Job) -> Result<Self, Failure> {
        let raw = RawInputs::pick(variables).map_err(unreadable)?;
        let mut problems = Problems::default();
        misspelt(variables, &mut problems);
        let command = command(&raw, &mut problems);
        let inputs = Self {
            command: command.unwrap_or(Command::Release),
            aws: aws(&raw, variables, job, &mut problems),
            github: github(&raw, &mut problems),
            build: build(&raw, &mut problems),
            task_definition: task_definition(&raw, &mut problems),
            deploy: deploy(&raw, &mut problems),
            waiting: waiting(&raw, &mut problems),
        };
        // What is needed depends on the command: a misspelt one would be held to another's needs.
        if command.is_some() {
            rules::check(&inputs, &raw, &mut problems);
        }
        problems.into_failure().map_or(Ok(inputs), Err)
    }
}

fn unreadable(error: envy::Error) -> Failure {
    // envy quotes the value; it may be a secret.
    drop(error);
    let what = "the inputs of this step cannot be read";
    Failure::new(Code::BadInputs, what, "Give every input as plain text.")
}

/// The command, `release` where none is named; `None` where it is none that there is.
fn command(raw: &RawInputs, problems: &mut Problems) -> Option<Command> {
    let known = [
        ("build", Command::Build),
        ("deploy", Command::Deploy),
        ("release", Command::Release),
    ];
    let parse = |text: &str| choice(text, &known).map_err(later(text, &["plan", "rollback"]));
    match &raw.command {
        Some(named) => problems.read("command", Some(named), parse),
        None => Some(Command::Release),
    }
}

/// Says so where `text` is a choice that only a later version has.
fn later(text: &str, names: &[&str]) -> impl FnOnce(Expected) -> Expected {
    let is_later = names.contains(&text);
    move |expected| {
        if is_later {
            expected.hint("a later version will have it")
        } else {
            expected
        }
    }
}

fn aws(raw: &RawInputs, variables: &Variables, job: &Job, problems: &mut Problems) -> AwsInputs {
    AwsInputs {
        region: region(raw, variables, problems).unwrap_or_default(),
        role: role(raw, job, problems),
    }
}

fn region(raw: &RawInputs, variables: &Variables, problems: &mut Problems) -> Option<String> {
    if raw.aws_region.is_some() {
        return problems.read("aws-region", raw.aws_region.as_ref(), shapes::region);
    }
    let ambient = ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .into_iter()
        .find_map(|name| variables.get(name));
    if ambient.is_none() {
        let problem = "needed, since neither AWS_REGION nor AWS_DEFAULT_REGION is set";
        problems.note("aws-region", problem);
    }
    ambient.map(str::to_owned)
}

/// `role-duration`: STS's limits
/// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>).
fn role(raw: &RawInputs, job: &Job, problems: &mut Problems) -> Option<Role> {
    let session = raw.role_session_name.as_ref();
    let session = problems.read("role-session-name", session, shapes::session_name);
    let length = problems.read("role-duration", raw.role_duration.as_ref(), |text| {
        let (least, most) = (Duration::from_mins(15), Duration::from_hours(12));
        let fits = |length: &Duration| (least..=most).contains(length);
        let expected = || Expected::new("a duration from `15m` to `12h`");
        duration(text).and_then(|length| Some(length).filter(fits).ok_or_else(expected))
    });
    let arn = problems.read("role-to-assume", raw.role_to_assume.as_ref(), shapes::role)?;
    Some(Role {
        arn,
        session_name: session.unwrap_or_else(|| format!("greengate-{}", job.run_id)),
        duration: length.unwrap_or(Duration::from_hours(1)),
        audience: or(raw.audience.as_ref(), "sts.amazonaws.com"),
    })
}

fn or(raw: Option<&String>, default: &str) -> String {
    raw.map_or(default, String::as_str).to_owned()
}

fn yes(name: &str, raw: Option<&String>, default: bool, problems: &mut Problems) -> bool {
    problems.read(name, raw, boolean).unwrap_or(default)
}

fn github(raw: &RawInputs, problems: &mut Problems) -> GitHubInputs {
    let gates = [("approved", Gate::Approved), ("none", Gate::None)];
    let (own, admin) = (
        raw.allow_self_approval.as_ref(),
        raw.allow_admin_bypass.as_ref(),
    );
    GitHubInputs {
        token: raw.github_token.clone().map(SecretString::from),
        environment: raw.environment.clone(),
        gate: problems.read("gate", raw.gate.as_ref(), |text| choice(text, &gates)),
        allow_self_approval: yes("allow-self-approval", own, false, problems),
        allow_admin_bypass: yes("allow-admin-bypass", admin, true, problems),
    }
}

fn build(raw: &RawInputs, problems: &mut Problems) -> BuildInputs {
    let caches = [
        ("registry", Cache::Registry),
        ("gha", Cache::Gha),
        ("none", Cache::None),
    ];
    let create = raw.create_repository.as_ref();
    BuildInputs {
        repository: problems.read("repository", raw.repository.as_ref(), shapes::repository),
        context: or(raw.context.as_ref(), ".").into(),
        file: raw.file.clone().map(PathBuf::from),
        // Not shown: a line that is no `name=value` may be a secret's second line.
        args: problems
            .read_hidden("build-args", raw.build_args.as_ref(), pairs)
            .unwrap_or_default(),
        secrets: secrets(raw, problems).unwrap_or_default(),
        target: raw.target.clone(),
        platforms: items(
            "platforms",
            raw.platforms.as_ref(),
            shapes::platform,
            problems,
        ),
        labels: problems
            .read("labels", raw.labels.as_ref(), pairs)
            .unwrap_or_default(),
        tags: items("tags", raw.tags.as_ref(), shapes::tag, problems),
        cache: problems
            .read("cache", raw.cache.as_ref(), |text| choice(text, &caches))
            .unwrap_or(Cache::Registry),
        provenance: yes("provenance", raw.provenance.as_ref(), false, problems),
        sbom: yes("sbom", raw.sbom.as_ref(), false, problems),
        rebuild: yes("rebuild", raw.rebuild.as_ref(), false, problems),
        create_repository: yes("create-repository", create, false, problems),
    }
}

fn items<T>(
    name: &str,
    raw: Option<&String>,
    item: impl Fn(&str) -> Parsed<T>,
    problems: &mut Problems,
) -> Vec<T> {
    problems
        .read(name, raw, |text| list(text, item))
        .unwrap_or_default()
}

fn secrets(raw: &RawInputs, problems: &mut Problems) -> Option<Vec<(String, SecretString)>> {
    let secrets = problems.read_hidden("build-secrets", raw.build_secrets.as_ref(), |text| {
        let secrets = pairs(text)?;
        if secrets.iter().any(|(id, _)| !shapes::secret_id(id)) {
            return Err(Expected::new(
                "`id=value` lines, each id of letters, digits or `_.-`",
            ));
        }
        let empty = Expected::new("a value for every id").hint("is the secret set in GitHub?");
        if secrets.iter().any(|(_, value)| value.is_empty()) {
            return Err(empty);
        }
        Ok(secrets)
    })?;
    Some(
        secrets
            .into_iter()
            .map(|(id, value)| (id, value.into()))
            .collect(),
    )
}

fn task_definition(raw: &RawInputs, problems: &mut Problems) -> TaskDefinitionInputs {
    let images = |text: &str| {
        let images = pairs(text)?;
        let wrong = images.iter().any(|(name, image)| {
            shapes::name(name).is_err() || image.is_empty() || shapes::image(image).is_err()
        });
        let expected = || Expected::new("`container=image` lines");
        if wrong { Err(expected()) } else { Ok(images) }
    };
    let file = raw.task_definition.as_ref();
    let container = raw.container_name.as_ref();
    TaskDefinitionInputs {
        file: problems.read("task-definition", file, shapes::file),
        image: problems.read("image", raw.image.as_ref(), shapes::image),
        images: problems
            .read("images", raw.images.as_ref(), images)
            .unwrap_or_default(),
        container_name: problems.read("container-name", container, shapes::name),
    }
}

fn deploy(raw: &RawInputs, problems: &mut Problems) -> DeployInputs {
    let strategies = [
        ("auto", StrategyChoice::Auto),
        ("rolling", StrategyChoice::Rolling),
        ("codedeploy", StrategyChoice::CodeDeploy),
    ];
    let strategy = |text: &str| choice(text, &strategies).map_err(later(text, &["native"]));
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
        codedeploy_appspec: raw.codedeploy_appspec.clone().map(PathBuf::from),
    }
}

fn waiting(raw: &RawInputs, problems: &mut Problems) -> WaitingInputs {
    let states = [
        ("created", WaitFor::Created),
        ("ready", WaitFor::Ready),
        ("traffic-shifted", WaitFor::TrafficShifted),
        ("succeeded", WaitFor::Succeeded),
    ];
    let seconds = |text: &str| match duration(text)? {
        Duration::ZERO => Err(Expected::new("at least `1s`")),
        length => Ok(length),
    };
    WaitingInputs {
        wait_for: problems.read("wait-for", raw.wait_for.as_ref(), |text| {
            choice(text, &states)
        }),
        timeout: problems.read("timeout", raw.timeout.as_ref(), seconds),
        poll_interval: problems
            .read("poll-interval", raw.poll_interval.as_ref(), seconds)
            .unwrap_or(Duration::from_secs(5)),
    }
}

#[cfg(test)]
mod tests;
