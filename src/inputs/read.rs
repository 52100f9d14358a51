//! From raw texts to [`Inputs`], group by group.
//!
//! A value that is wrong is noted and replaced by its default, so that the rest can be read too;
//! the inputs are handed out only when nothing was noted.

mod build;
mod deploy;
mod task_definition;
mod waiting;

use super::names::misspelt;
use super::parse::{Expected, boolean, choice, duration};
use super::problems::Problems;
use super::raw::RawInputs;
use super::{AwsInputs, Command, Gate, GitHubInputs, Inputs, Role, rules, shapes};
use crate::failure::{Code, Failure};
use crate::job::{Job, Variables};
use secrecy::SecretString;
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
            build: build::build(&raw, &mut problems),
            task_definition: task_definition::task_definition(&raw, &mut problems),
            deploy: deploy::deploy(&raw, &mut problems),
            waiting: waiting::waiting(&raw, &mut problems),
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
        ("plan", Command::Plan),
        ("rollback", Command::Rollback),
    ];
    let parse = |text: &str| choice(text, &known);
    match &raw.command {
        Some(named) => problems.read("command", Some(named), parse),
        None => Some(Command::Release),
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
        comment: yes("comment", raw.comment.as_ref(), false, problems),
    }
}

#[cfg(test)]
mod tests;
