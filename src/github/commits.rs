//! Commits, and how one of them stands to another.
//!
//! <https://docs.github.com/rest/commits/commits#compare-two-commits>

use super::{GitHub, GitHubFailure, segment};
use serde::Deserialize;

/// How a commit stands to another one, its base.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Comparison {
    /// `ahead`, `behind`, `identical`, `diverged`, or a newer word.
    pub status: String,
    /// How many commits it has that its base does not have.
    #[serde(default)]
    pub ahead_by: u64,
}

impl GitHub {
    /// How `head` stands to `base`, both SHAs. Needs `contents: read`.
    ///
    /// The first page of the answer also has up to 300 changed files with their patches: those from
    /// `base` to `head`, and none where `head` is `behind`. One commit a page is the fewest.
    pub async fn compare(&self, base: &str, head: &str) -> Result<Comparison, GitHubFailure> {
        let (base, head) = (segment(base), segment(head));
        let path = format!("/compare/{base}...{head}?per_page=1");
        self.get(&path).await
    }
}
