//! Where a task definition is taken from: what `task-definition` names.

use crate::model::arn::Arn;
use std::path::PathBuf;

/// Where a task definition is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// What ECS holds: a family (its newest active revision), `family:revision` or an ARN.
    Registered(String),
    /// The revision that the service runs.
    Running,
}

/// The text names neither a file nor a task definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotASource;

impl Source {
    /// The source that `given` names; `is_file` tells whether it is a file in the workspace.
    ///
    /// An ARN is one. Of the rest, what is a file in the workspace is a file, and so is what no
    /// family can be named like, such as a text with a `/` or a `.`.
    ///
    /// # Errors
    /// For a revision that is no number.
    pub fn of(given: Option<&str>, is_file: bool) -> Result<Self, NotASource> {
        let Some(given) = given else {
            return Ok(Self::Running);
        };
        let file = || Self::File(PathBuf::from(given));
        if is_file {
            return Ok(file());
        }
        if is_arn(given) || is_family(given) {
            return Ok(Self::Registered(given.to_owned()));
        }
        match given.split_once(':') {
            Some((family, revision)) if is_family(family) => {
                let number = revision.parse::<u32>().is_ok_and(|number| number > 0);
                let registered = number.then(|| Self::Registered(given.to_owned()));
                registered.ok_or(NotASource)
            }
            _ => Ok(file()),
        }
    }

    /// Whether it is the newest revision of a family.
    pub fn is_newest(&self) -> bool {
        matches!(self, Self::Registered(name) if is_family(name))
    }
}

/// Whether `text` is the ARN of a revision
/// (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html>).
pub fn is_arn(text: &str) -> bool {
    let Ok(arn) = text.parse::<Arn>() else {
        return false;
    };
    let named = arn.resource.strip_prefix("task-definition/");
    let revision = named.and_then(|named| named.split_once(':'));
    arn.service == "ecs"
        && revision
            .is_some_and(|(family, revision)| is_family(family) && revision.parse::<u32>().is_ok())
}

/// Whether a family may have this name
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>).
fn is_family(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (1..=255).contains(&text.len()) && text.chars().all(letter)
}

#[cfg(test)]
mod tests {
    use super::{NotASource, Source, is_arn};

    #[test]
    fn files_are_told_from_families() {
        let file = |given: &str| Ok(Source::File(given.into()));
        let registered = |given: &str| Ok(Source::Registered(given.to_owned()));
        let arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7";
        for (given, is_file, expected) in [
            ("shop", false, registered("shop")),
            ("shop_web-2:17", false, registered("shop_web-2:17")),
            (arn, false, registered(arn)),
            ("shop", true, file("shop")),
            ("td.json", false, file("td.json")),
            ("deploy/td", false, file("deploy/td")),
            ("./td", false, file("./td")),
            ("td.v2", false, file("td.v2")),
            ("my task", false, file("my task")),
            ("shop:latest", false, Err(NotASource)),
            ("shop:0", false, Err(NotASource)),
            ("shop:", false, Err(NotASource)),
            ("shop:latest", true, file("shop:latest")),
            ("C:/td.json", false, Err(NotASource)),
        ] {
            assert_eq!(Source::of(Some(given), is_file), expected, "{given}");
        }
        assert_eq!(Source::of(None, false), Ok(Source::Running));
    }

    #[test]
    fn arns_are_those_of_revisions() {
        for (text, expected) in [
            (
                "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7",
                true,
            ),
            (
                "arn:aws-cn:ecs:cn-north-1:123456789012:task-definition/a_b-c:12",
                true,
            ),
            (
                "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop",
                false,
            ),
            (
                "arn:aws:ecs:eu-west-1:123456789012:service/main/shop",
                false,
            ),
            ("arn:aws:iam::123456789012:role/shop", false),
            ("shop:7", false),
        ] {
            assert_eq!(is_arn(text), expected, "{text}");
        }
    }

    #[test]
    fn only_a_family_can_have_a_newer_revision() {
        let newest = |given| Source::of(given, false).map(|source| source.is_newest());
        assert_eq!(newest(Some("shop")), Ok(true));
        assert_eq!(newest(Some("shop:7")), Ok(false));
        assert_eq!(newest(None), Ok(false));
    }
}
