//! Commits of a repository, and how one of them stands to another.

use super::Repository;
use jiff::Timestamp;

/// A commit.
#[derive(Debug, Clone)]
pub struct Commit {
    /// 40 hexadecimal digits.
    pub sha: String,
    /// The commit that it was made on; none for the first one.
    pub parent: Option<String>,
    /// The login of who made it.
    pub author: String,
    /// When it was made.
    pub at: Timestamp,
}

/// How `head` stands to `base`.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// What is compared with.
    pub base: &'a Commit,
    /// What is compared.
    pub head: &'a Commit,
    /// The newest commit that both come from.
    pub merge_base: &'a Commit,
    /// The commits of `head` that `base` does not have, oldest first.
    pub ahead: Vec<&'a Commit>,
    /// How many commits of `base` `head` does not have.
    pub behind_by: usize,
}

impl Comparison<'_> {
    /// `identical`, `ahead`, `behind` or `diverged`.
    pub fn status(&self) -> &'static str {
        match (self.ahead.is_empty(), self.behind_by) {
            (true, 0) => "identical",
            (false, 0) => "ahead",
            (true, _) => "behind",
            (false, _) => "diverged",
        }
    }
}

impl Repository {
    /// The commit of this name: a SHA, or the default branch for the newest one.
    pub fn commit(&self, name: &str) -> Option<&Commit> {
        if name == self.default_branch {
            return self.commits.last();
        }
        self.commits.iter().find(|commit| commit.sha == name)
    }

    /// How `head` stands to `base`; `None` where they have no commit in common.
    pub fn compare<'a>(&'a self, base: &'a Commit, head: &'a Commit) -> Option<Comparison<'a>> {
        let (of_base, of_head) = (self.history(base), self.history(head));
        let place = |commit: &Commit| of_base.iter().position(|known| known.sha == commit.sha);
        let (at, behind_by) = of_head
            .iter()
            .enumerate()
            .find_map(|(at, commit)| Some((at, place(commit)?)))?;
        let ahead = of_head.iter().take(at).rev().copied();
        Some(Comparison {
            base,
            head,
            merge_base: of_head.get(at)?,
            ahead: ahead.collect(),
            behind_by,
        })
    }

    /// The commit and all that it comes from, newest first.
    fn history<'a>(&'a self, commit: &'a Commit) -> Vec<&'a Commit> {
        let parent = |commit: &&Commit| self.commit(commit.parent.as_deref()?);
        std::iter::successors(Some(commit), parent).collect()
    }

    /// Takes up a commit that is new here, made on the newest one.
    pub(super) fn push(&mut self, sha: &str, author: &str, at: Timestamp) {
        if self.commit(sha).is_none() {
            let parent = self.commits.last().map(|newest| newest.sha.clone());
            self.commits.push(Commit {
                sha: sha.to_owned(),
                parent,
                author: author.to_owned(),
                at,
            });
        }
    }
}
