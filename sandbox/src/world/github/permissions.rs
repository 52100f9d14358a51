//! What a job's `GITHUB_TOKEN` may do: the `permissions:` of its workflow.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions>

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The level given for every scope that is given at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Permissions(BTreeMap<Scope, Level>);

/// A key of `permissions:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Runs, jobs, environments.
    Actions,
    /// Build provenance.
    Attestations,
    /// Checks.
    Checks,
    /// The repository's content.
    Contents,
    /// Deployments and their statuses.
    Deployments,
    /// OpenID Connect tokens.
    IdToken,
    /// Issues.
    Issues,
    /// Packages.
    Packages,
    /// Pull requests.
    PullRequests,
    /// Code scanning.
    SecurityEvents,
    /// Commit statuses.
    Statuses,
}

/// How far a permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing.
    None,
    /// Reading.
    Read,
    /// Reading and writing.
    Write,
}

impl Permissions {
    /// These levels and nothing else.
    pub fn new(levels: impl IntoIterator<Item = (Scope, Level)>) -> Self {
        Self(levels.into_iter().collect())
    }

    /// What a job that deploys is given as a rule: it reads the repository, its runs and its
    /// deployments, and asks for identity tokens.
    pub fn deploying() -> Self {
        Self::new([
            (Scope::Contents, Level::Read),
            (Scope::Actions, Level::Read),
            (Scope::Deployments, Level::Read),
            (Scope::IdToken, Level::Write),
        ])
    }

    /// What a job needs that plans a deployment and comments on a pull request.
    pub fn planning() -> Self {
        Self::new([
            (Scope::Contents, Level::Read),
            (Scope::IdToken, Level::Write),
            (Scope::PullRequests, Level::Write),
        ])
    }

    /// Everything this world asks about.
    pub fn all() -> Self {
        Self::new([
            (Scope::Contents, Level::Write),
            (Scope::Actions, Level::Write),
            (Scope::Deployments, Level::Write),
            (Scope::IdToken, Level::Write),
            (Scope::PullRequests, Level::Write),
        ])
    }

    /// Is `level` of `scope` given?
    pub fn give(&self, scope: Scope, level: Level) -> bool {
        self.0.get(&scope).is_some_and(|given| *given >= level)
    }
}
