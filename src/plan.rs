//! What a deployment would do, for somebody who is to say yes to it: what would change, how the
//! traffic would move and for how long, and what the change costs a month.
//!
//! Decides from what was read; reads and writes nothing itself. The differences of the task
//! definition are `crate::model::task_definition`'s, the checks are `crate::preflight`'s.

pub mod cost;
pub mod course;
pub mod transfer;

use cost::Cost;
use course::Course;
use serde::Serialize;
use transfer::Transfer;

/// What would be done to one service.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Plan {
    /// The ARN of the revision that serves; absent where none does.
    pub serving: Option<String>,
    /// The revision that would be deployed.
    pub revision: Revision,
    /// The images in it, as `container=image`.
    pub images: Vec<String>,
    /// Where the image would be pushed to that is not built yet, as `repository:tag`; absent where
    /// none is to be built.
    pub pushed: Option<String>,
    /// What would change, in this order; empty: nothing.
    pub changes: Vec<Change>,
    /// How it would be deployed; absent where that is not known.
    pub course: Option<Course>,
    /// What its tasks cost; absent where they have no price that is known.
    pub cost: Option<Cost>,
    /// How it is given to ECS, where that is asked for and CodeDeploy deploys it.
    pub transfer: Option<Transfer>,
}

/// The revision that would be deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Revision {
    /// One that is registered already.
    Registered {
        /// Its ARN.
        arn: String,
    },
    /// One that would be registered.
    New {
        /// The family.
        family: String,
    },
}

/// Something that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Change {
    /// The revision that serves.
    Revision,
    /// How many tasks there are to be.
    Tasks {
        /// Now.
        from: i32,
        /// Then.
        to: i32,
    },
    /// How ECS deploys the service.
    Configuration {
        /// The strategy so far.
        from: String,
        /// The strategy from then on, which may be the same.
        to: String,
    },
    /// The tasks alone: a deployment of what serves.
    Deployment,
}

/// What the inputs ask for beside the revision.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// The number of tasks; absent: as it is.
    pub tasks: Option<i32>,
    /// Another deployment configuration: the strategy so far, and from then on.
    pub configuration: Option<(String, String)>,
    /// A deployment in any case.
    pub force: bool,
}

/// What would change when `revision` takes the place of the one that is `serving` with `tasks`.
pub fn changes(
    serving: Option<&str>,
    tasks: i32,
    revision: &Revision,
    asked: Asked,
) -> Vec<Change> {
    let same = matches!(revision, Revision::Registered { arn } if serving == Some(arn));
    let other = asked.tasks.filter(|asked| *asked != tasks);
    let changes = [
        (!same).then_some(Change::Revision),
        other.map(|to| Change::Tasks { from: tasks, to }),
        asked
            .configuration
            .map(|(from, to)| Change::Configuration { from, to }),
        (same && asked.force).then_some(Change::Deployment),
    ];
    changes.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::{Asked, Change, Revision, changes};

    #[test]
    fn what_changes_is_told_apart() {
        let registered = |arn: &str| Revision::Registered {
            arn: arn.to_owned(),
        };
        let new = Revision::New {
            family: "shop".to_owned(),
        };
        let asked = |tasks, force| Asked {
            tasks,
            force,
            configuration: None,
        };
        let none = Asked::default;
        let tasks = Change::Tasks { from: 2, to: 4 };
        for (serving, revision, asked, expected) in [
            (Some("a"), registered("a"), none(), vec![]),
            (Some("a"), registered("a"), asked(Some(2), false), vec![]),
            (Some("a"), registered("b"), none(), vec![Change::Revision]),
            (None, registered("b"), none(), vec![Change::Revision]),
            (Some("a"), new.clone(), none(), vec![Change::Revision]),
            (
                Some("a"),
                new,
                asked(Some(4), true),
                vec![Change::Revision, tasks.clone()],
            ),
            (
                Some("a"),
                registered("a"),
                Asked {
                    configuration: Some(("A".to_owned(), "B".to_owned())),
                    ..none()
                },
                vec![Change::Configuration {
                    from: "A".to_owned(),
                    to: "B".to_owned(),
                }],
            ),
            (
                Some("a"),
                registered("a"),
                asked(Some(4), true),
                vec![tasks, Change::Deployment],
            ),
        ] {
            let row = format!("{serving:?} {revision:?} {asked:?}");
            assert_eq!(changes(serving, 2, &revision, asked), expected, "{row}");
        }
    }
}
