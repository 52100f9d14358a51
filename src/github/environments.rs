//! Environments and their protection rules.
//!
//! <https://docs.github.com/rest/deployments/environments>

use super::{GitHub, GitHubFailure, segment};
use serde::Deserialize;

/// An environment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Environment {
    /// Its id, which approvals name it by.
    pub id: u64,
    /// Its name, as it was made.
    pub name: String,
    /// Whether administrators may start waiting jobs without a review; answered by GitHub but not
    /// in its description of the API.
    #[serde(default)]
    pub can_admins_bypass: Option<bool>,
    /// Its rules; none for an environment that protects nothing.
    #[serde(default)]
    pub protection_rules: Vec<Rule>,
}

/// A protection rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Rule {
    /// `required_reviewers`, `wait_timer`, `branch_policy`, or a newer word.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether who started the run may not approve it; absent when GitHub does not say.
    #[serde(default)]
    pub prevent_self_review: Option<bool>,
    /// Who may approve.
    #[serde(default)]
    pub reviewers: Vec<Reviewer>,
}

/// A user or a team that may approve.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Reviewer {
    /// Who it is.
    pub reviewer: Who,
}

/// A user by `login`, or a team by `slug`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Who {
    /// A user's login.
    pub login: Option<String>,
    /// A team's slug.
    pub slug: Option<String>,
}

impl Who {
    /// Login or slug, whichever there is.
    pub fn name(&self) -> Option<&str> {
        self.login.as_deref().or(self.slug.as_deref())
    }
}

impl GitHub {
    /// Reads an environment; `None` when there is none of that name. Needs `actions: read`.
    pub async fn environment(&self, name: &str) -> Result<Option<Environment>, GitHubFailure> {
        let read = self.get(&format!("/environments/{}", segment(name))).await;
        match read {
            Err(failure) if failure.status == Some(404) => Ok(None),
            read => read.map(Some),
        }
    }
}
