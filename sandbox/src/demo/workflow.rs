//! A workflow file, as far as a job that runs one action needs it.
//!
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax>

use anyhow::{Context, Result, anyhow, bail};
use greengate_sandbox::runner::Inputs;
use greengate_sandbox::world::github::permissions::Permissions;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Values of expressions such as `github.sha`.
pub(crate) type Contexts = BTreeMap<String, String>;

/// A workflow file.
#[derive(Debug, Deserialize)]
pub(crate) struct Workflow {
    /// What GitHub calls it.
    pub(crate) name: String,
    jobs: BTreeMap<String, Job>,
}

/// A job that is bound to an environment.
#[derive(Debug, Deserialize)]
pub(crate) struct Job {
    environment: Environment,
    /// What its token may do.
    pub(crate) permissions: Permissions,
    steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Environment {
    Name(String),
    More { name: String },
}

#[derive(Debug, Deserialize)]
struct Step {
    #[serde(default)]
    uses: String,
    #[serde(default)]
    with: BTreeMap<String, String>,
}

impl Workflow {
    /// Reads the text of a workflow file.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        Ok(serde_saphyr::from_str(text)?)
    }

    /// The job with this id.
    pub(crate) fn job(&self, id: &str) -> Result<&Job> {
        let job = self.jobs.get(id);
        job.ok_or_else(|| anyhow!("the workflow has no job {id}"))
    }
}

impl Job {
    /// The name of its environment.
    pub(crate) fn environment(&self) -> &str {
        match &self.environment {
            Environment::Name(name) | Environment::More { name } => name,
        }
    }

    /// The inputs of its step that uses Greengate, put over those that the action declares.
    pub(crate) fn inputs(&self, declared: Inputs, contexts: &Contexts) -> Result<Inputs> {
        let mut steps = self.steps.iter();
        let step = steps.find(|step| step.uses.starts_with("greengate/"));
        let step = step.context("the job has no step that uses Greengate")?;
        step.with
            .iter()
            .try_fold(declared, |inputs, (name, value)| {
                let value = evaluated(value, contexts).with_context(|| format!("input {name}"))?;
                Ok(inputs.with(name, &value))
            })
    }
}

/// `text` with the values of its expressions, which may only be references.
fn evaluated(text: &str, contexts: &Contexts) -> Result<String> {
    let mut value = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let Some((reference, after)) = after.split_once("}}") else {
            bail!("an expression is not closed");
        };
        let reference = reference.trim();
        let found = contexts.get(reference);
        value.push_str(before);
        value.push_str(found.ok_or_else(|| anyhow!("there is no {reference}"))?);
        rest = after;
    }
    Ok(value + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_replaced_and_unknown_ones_refused() {
        let contexts = Contexts::from([("github.sha".to_owned(), "abc".to_owned())]);
        let value = evaluated("A=${{ github.sha }}\nB=${{github.sha}}.", &contexts);
        assert_eq!(value.unwrap(), "A=abc\nB=abc.");
        let why = evaluated("${{ env.X }}", &contexts).unwrap_err();
        assert_eq!(why.to_string(), "there is no env.X");
        assert!(evaluated("${{ github.sha", &contexts).is_err());
    }

    #[test]
    fn the_example_has_a_job_for_each_environment() {
        let file = include_str!("../../../examples/shop/deploy.yml");
        let workflow = Workflow::parse(file).unwrap();
        for id in ["staging", "production"] {
            assert_eq!(workflow.job(id).unwrap().environment(), id);
        }
        assert!(workflow.job("test").is_err());
    }
}
