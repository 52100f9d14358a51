//! Environments and their protection rules.
//!
//! <https://docs.github.com/en/rest/deployments/environments>

use super::{GitHub, Repository, User};
use crate::world::identity::policy::matches;
use jiff::Timestamp;
use serde::Deserialize;

/// An environment of a repository.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Unique in GitHub.
    pub id: u64,
    /// As it was first written.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// One of them has to approve; nobody has to if there is none.
    pub reviewers: Vec<Reviewer>,
    /// Who started a run may not approve it.
    pub prevent_self_review: bool,
    /// Minutes that a job waits before it starts.
    pub wait_timer: i64,
    /// Which branches may deploy.
    pub branches: Branches,
    /// Administrators may start waiting jobs without an approval.
    pub can_admins_bypass: bool,
    /// Slugs of the apps that have a say; listed, and taken to have agreed.
    pub custom_rules: Vec<String>,
}

/// Somebody who may approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reviewer {
    /// A person, by login.
    User(String),
    /// A team, by slug.
    Team(String),
}

/// Which branches may deploy to an environment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Branches {
    /// Every branch.
    #[default]
    All,
    /// Those with branch protection; here, the default branch.
    Protected,
    /// Those that match one of these patterns.
    Custom(Vec<String>),
}

impl Environment {
    /// The environment that GitHub makes when a job names one that is not there: no rules at all.
    pub fn unprotected(id: u64, name: &str, created_at: Timestamp) -> Self {
        Self {
            id,
            name: name.to_owned(),
            created_at,
            reviewers: Vec::new(),
            prevent_self_review: false,
            wait_timer: 0,
            branches: Branches::All,
            can_admins_bypass: true,
            custom_rules: Vec::new(),
        }
    }

    /// May `user` review deployments to it, as one of its reviewers?
    pub fn is_reviewer(&self, github: &GitHub, user: &User) -> bool {
        self.reviewers.iter().any(|reviewer| match reviewer {
            Reviewer::User(login) => login.eq_ignore_ascii_case(&user.login),
            Reviewer::Team(slug) => github
                .teams
                .iter()
                .filter(|team| team.slug == *slug)
                .any(|team| team.members.contains(&user.login)),
        })
    }

    /// May `branch` of `repository` deploy to it?
    pub fn admits(&self, repository: &Repository, branch: &str) -> bool {
        match &self.branches {
            Branches::All => true,
            Branches::Protected => branch == repository.default_branch,
            Branches::Custom(patterns) => patterns.iter().any(|p| matches(p, branch)),
        }
    }
}
