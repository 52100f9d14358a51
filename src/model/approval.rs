//! What the gate can prove: the evidence of an approval, as the log, summary and report show it.

use jiff::Timestamp;
use serde::Serialize;

/// The proof that GitHub gated this job on its environment and somebody entitled approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    /// The environment, as GitHub spells it.
    pub environment: String,
    /// Logins of users and slugs of teams that the environment requires a review of.
    pub required_reviewers: Vec<String>,
    /// `prevent_self_review`; absent when GitHub does not say.
    pub prevent_self_review: Option<bool>,
    /// `can_admins_bypass`; absent when GitHub does not say.
    pub admins_may_bypass: Option<bool>,
    /// Who approved this environment in this run.
    pub approvers: Vec<Approver>,
    /// The run and its attempt.
    pub run_id: u64,
    /// From 1.
    pub run_attempt: u32,
    /// The commit that GitHub bound the job to.
    pub sha: String,
    /// When Greengate saw all this (GitHub does not say when the approval was given).
    pub seen_at: Timestamp,
}

/// Somebody who approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Approver {
    /// The login.
    pub login: String,
    /// The comment left with the approval; empty for none.
    pub comment: String,
}
