//! Whether a deployment would put an older commit in the place of a newer one.
//!
//! Knows deployed commits by the tags of their images, and how they stand to the run's by what
//! GitHub says of the two. Decides only on what is certain: what is not known is no reason to
//! refuse.

/// The commit that a tag of an image names, when it is one that Greengate gives: `sha-<commit>`,
/// alone or with more after a hyphen.
pub fn commit_of(tag: &str) -> Option<&str> {
    let rest = tag.strip_prefix("sha-")?;
    let (commit, more) = rest.split_at_checked(40)?;
    let hexadecimal = commit
        .bytes()
        .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    (hexadecimal && (more.is_empty() || more.starts_with('-'))).then_some(commit)
}

/// How a deployed commit stands to the one that a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is the same.
    Same,
    /// The run's comes from it.
    Older,
    /// It comes from the run's and is so many commits ahead of it.
    Newer(u64),
    /// Neither comes from the other.
    Diverged,
    /// Nobody could say.
    Unknown,
}

impl Standing {
    /// What GitHub's `status` of a comparison means when the run's commit is the base
    /// (<https://docs.github.com/rest/commits/commits#compare-two-commits>).
    pub fn of(status: &str, ahead_by: u64) -> Self {
        match status {
            "identical" => Self::Same,
            "behind" => Self::Older,
            "ahead" => Self::Newer(ahead_by),
            "diverged" => Self::Diverged,
            _ => Self::Unknown,
        }
    }
}

/// What deploying the run's commit would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overtaking {
    /// No step back.
    No,
    /// A step back: every deployed commit that is known is newer.
    Yes,
    /// Nobody can say.
    Unknown,
}

/// What deploying the run's commit would be, given how each deployed commit stands to it. Images
/// can be built of several commits and services of several images: one commit that is not newer is
/// enough for the run to be no step back.
pub fn judge(deployed: &[Standing]) -> Overtaking {
    use Standing::{Diverged, Newer, Older, Same};
    let any = |wanted: fn(&Standing) -> bool| deployed.iter().any(wanted);
    if any(|it| matches!(it, Same | Older)) {
        Overtaking::No
    } else if any(|it| *it == Diverged) {
        Overtaking::Unknown
    } else if any(|it| matches!(it, Newer(_))) {
        Overtaking::Yes
    } else {
        Overtaking::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::{Overtaking, Standing, commit_of, judge};
    use Standing::{Diverged, Newer, Older, Same, Unknown};
    use proptest::prelude::*;

    #[test]
    fn tags_name_commits() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        for (tag, named) in [
            (format!("sha-{commit}"), true),
            (format!("sha-{commit}-0badcafe"), true),
            (format!("sha-{commit}-0badcafe-r77.1"), true),
            (format!("sha-{commit}0"), false),
            (format!("sha-{}", &commit[..7]), false),
            (format!("sha-{}", commit.to_uppercase()), false),
            (format!("v-{commit}"), false),
            (commit.to_owned(), false),
            (format!("sha-{}é", &commit[..39]), false),
            ("latest".to_owned(), false),
        ] {
            assert_eq!(commit_of(&tag), named.then_some(commit), "{tag}");
        }
    }

    #[test]
    fn githubs_words_are_read_from_the_runs_side() {
        for (status, standing) in [
            ("identical", Same),
            ("behind", Older),
            ("ahead", Newer(3)),
            ("diverged", Diverged),
            ("sideways", Unknown),
        ] {
            assert_eq!(Standing::of(status, 3), standing, "{status}");
        }
    }

    #[test]
    fn only_newer_commits_are_overtaken() {
        for (deployed, judged) in [
            (vec![], Overtaking::Unknown),
            (vec![Same], Overtaking::No),
            (vec![Older], Overtaking::No),
            (vec![Newer(1)], Overtaking::Yes),
            (vec![Diverged], Overtaking::Unknown),
            (vec![Unknown], Overtaking::Unknown),
            (vec![Newer(1), Newer(2)], Overtaking::Yes),
            (vec![Newer(1), Unknown], Overtaking::Yes),
            (vec![Newer(1), Diverged], Overtaking::Unknown),
            (vec![Newer(1), Older], Overtaking::No),
            (vec![Diverged, Same], Overtaking::No),
        ] {
            assert_eq!(judge(&deployed), judged, "{deployed:?}");
        }
    }

    fn standing() -> impl Strategy<Value = Standing> {
        prop_oneof![
            Just(Same),
            Just(Older),
            (1_u64..9).prop_map(Newer),
            Just(Diverged),
            Just(Unknown),
        ]
    }

    proptest! {
        #[test]
        fn the_order_and_what_is_unknown_decide_nothing(
            mut deployed in prop::collection::vec(standing(), 0..6),
        ) {
            let judged = judge(&deployed);
            deployed.reverse();
            deployed.push(Unknown);
            prop_assert_eq!(judge(&deployed), judged);
        }

        #[test]
        fn a_refusal_is_certain(deployed in prop::collection::vec(standing(), 0..6)) {
            let newer = deployed.iter().filter(|it| matches!(it, Newer(_))).count();
            let unknown = deployed.iter().filter(|it| **it == Unknown).count();
            let certain = newer > 0 && newer + unknown == deployed.len();
            prop_assert_eq!(judge(&deployed) == Overtaking::Yes, certain);
        }

        #[test]
        fn any_tag_is_read(tag in ".{0,60}") {
            if let Some(commit) = commit_of(&tag) {
                let prefix = format!("sha-{commit}");
                prop_assert!(tag.starts_with(&prefix));
            }
        }
    }
}
