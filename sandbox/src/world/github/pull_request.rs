//! Pull requests and what is said on them. To GitHub, a pull request is an issue, too.
//!
//! <https://docs.github.com/en/rest/issues/comments>

use jiff::Timestamp;

/// The longest comment, in characters.
pub const LONGEST: usize = 65_536;

/// A pull request.
#[derive(Debug, Clone)]
pub struct PullRequest {
    /// `#7`.
    pub number: u64,
    /// Oldest first.
    pub comments: Vec<Comment>,
}

/// A comment on a pull request.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Unique in GitHub.
    pub id: u64,
    /// The login of who wrote it.
    pub author: String,
    /// Markdown.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl PullRequest {
    /// One on which nothing is said.
    pub fn new(number: u64) -> Self {
        Self {
            number,
            comments: Vec::new(),
        }
    }
}
