//! Comments on pull requests: one that is kept up to date instead of said again.
//!
//! <https://docs.github.com/rest/issues/comments>

use super::{GitHub, GitHubFailure};
use http::Method;
use serde::{Deserialize, Serialize};

/// Comments on one page: the most that GitHub gives.
const PAGE: usize = 100;

/// Pages that are looked through.
const PAGES: usize = 30;

/// Who may write to a repository, as GitHub names them beside a comment
/// (<https://docs.github.com/graphql/reference/enums#commentauthorassociation>).
const WRITERS: [&str; 3] = ["OWNER", "MEMBER", "COLLABORATOR"];

#[derive(Deserialize)]
struct Comment {
    id: u64,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    html_url: String,
    #[serde(default)]
    author_association: String,
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    #[serde(rename = "type")]
    kind: String,
}

impl Comment {
    /// Whether it begins with `marker` and may be ours: that of an app, as the job's token is one's, or
    /// of somebody whose token may be used in its place. What a stranger wrote so is not touched.
    fn is_kept_by(&self, marker: &str) -> bool {
        let begins = self
            .body
            .as_deref()
            .is_some_and(|it| it.starts_with(marker));
        let by_an_app = self.user.as_ref().is_some_and(|user| user.kind == "Bot");
        begins && (by_an_app || WRITERS.contains(&self.author_association.as_str()))
    }
}

#[derive(Serialize)]
struct Said<'a> {
    body: &'a str,
}

impl GitHub {
    /// Says `body`, which begins with `marker`, on the pull request `number`: in the place of the
    /// comment that begins so already, or in a new one. Needs `pull-requests: write`; the address
    /// of the comment.
    ///
    /// # Errors
    /// What GitHub refused. An answer that was lost is looked for before anything is said again.
    pub async fn keep_comment(
        &self,
        number: u64,
        marker: &str,
        body: &str,
    ) -> Result<String, GitHubFailure> {
        match self.say(number, marker, body).await {
            Err(failure) if failure.passes() => self.say(number, marker, body).await,
            said => said,
        }
    }

    async fn say(&self, number: u64, marker: &str, body: &str) -> Result<String, GitHubFailure> {
        let said = Said { body };
        let there = self.comment_of(number, marker).await?;
        let (method, path) = there.map_or_else(
            || (Method::POST, format!("/issues/{number}/comments")),
            |Comment { id, .. }| (Method::PATCH, format!("/issues/comments/{id}")),
        );
        let comment: Comment = self.write(method, &path, &said).await?;
        Ok(comment.html_url)
    }

    async fn comment_of(
        &self,
        number: u64,
        marker: &str,
    ) -> Result<Option<Comment>, GitHubFailure> {
        for page in 1..=PAGES {
            let path = format!("/issues/{number}/comments?per_page={PAGE}&page={page}");
            let comments: Vec<Comment> = self.get(&path).await?;
            let last = comments.len() < PAGE;
            let found = comments.into_iter().find(|it| it.is_kept_by(marker));
            if found.is_some() || last {
                return Ok(found);
            }
        }
        Ok(None)
    }
}
