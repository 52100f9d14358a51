//! Under which tag the image of a commit and its inputs is looked for and pushed.
//!
//! Pure. The commit's own tag comes first. Where that is on an image of other inputs, a tag with
//! their hash in it is taken; where none can be moved and a rebuild is wanted, one that is of this
//! run alone.

use crate::job::Job;

/// The tags of a commit and its inputs, in the order in which they are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tags {
    /// `sha-<commit>`.
    pub(super) commit: String,
    /// `sha-<commit>-<8 hex of the hash>`.
    pub(super) inputs: String,
    /// `sha-<commit>-<8 hex of the hash>-r<run>.<attempt>`.
    pub(super) run: String,
}

/// What a tag is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// Nothing.
    Nothing,
    /// An image of this commit and the same inputs.
    Same,
    /// Another image.
    Other,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The image is there.
    Reuse,
    /// Build, and push under this tag.
    Build,
    /// Look at the next tag.
    Next,
    /// Build, and push under the tag of the run.
    BuildForRun,
}

impl Tags {
    pub(super) fn new(job: &Job, hash: &str) -> Self {
        let short: String = hash.chars().take(8).collect();
        let commit = format!("sha-{}", job.sha);
        let inputs = format!("{commit}-{short}");
        let run = format!("{inputs}-r{}.{}", job.run_id, job.run_attempt);
        Self {
            commit,
            inputs,
            run,
        }
    }
}

/// What to do with a tag that is on `held`, that `may_move` or not.
pub(super) fn step(held: Held, may_move: bool, rebuild: bool) -> Step {
    match (held, rebuild, may_move) {
        (Held::Nothing, _, _) | (Held::Same, true, true) => Step::Build,
        (Held::Same, false, _) => Step::Reuse,
        (Held::Same, true, false) => Step::BuildForRun,
        (Held::Other, _, _) => Step::Next,
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, Step, Tags, step};
    use crate::job::Job;
    use crate::rollout::overtaking::commit_of;

    #[test]
    fn every_case_is_decided() {
        let table = [
            (Held::Nothing, true, false, Step::Build),
            (Held::Nothing, false, false, Step::Build),
            (Held::Nothing, true, true, Step::Build),
            (Held::Nothing, false, true, Step::Build),
            (Held::Same, true, false, Step::Reuse),
            (Held::Same, false, false, Step::Reuse),
            (Held::Same, true, true, Step::Build),
            (Held::Same, false, true, Step::BuildForRun),
            (Held::Other, true, false, Step::Next),
            (Held::Other, false, false, Step::Next),
            (Held::Other, true, true, Step::Next),
            (Held::Other, false, true, Step::Next),
        ];
        for (held, may_move, rebuild, expected) in table {
            let decided = step(held, may_move, rebuild);
            assert_eq!(decided, expected, "{held:?} {may_move} {rebuild}");
        }
    }

    #[test]
    fn every_tag_tells_the_commit() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        let variables = [
            ("GITHUB_REPOSITORY", "shop/web"),
            ("GITHUB_SHA", sha),
            ("GITHUB_RUN_ID", "77"),
            ("GITHUB_ACTOR", "ann"),
            ("GITHUB_WORKSPACE", "/github/workspace"),
        ];
        let job = Job::read(&variables.into_iter().collect()).expect("a job");
        let tags = Tags::new(&job, "0badcafe99");
        for tag in [tags.commit, tags.inputs, tags.run] {
            assert_eq!(commit_of(&tag), Some(sha), "{tag}");
        }
    }
}
