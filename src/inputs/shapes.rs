//! What names of AWS and registries look like, as far as that is worth knowing before AWS is asked:
//! the slips that people make.

use super::parse::{Expected, Parsed};
use crate::model::arn::Arn;
use crate::model::image::Platform;
use crate::model::task_definition::source::is_arn;

fn word(text: &str, more: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
}

fn length(text: &str, from: usize, to: usize) -> bool {
    (from..=to).contains(&text.chars().count())
}

/// Takes `text` when it `fits`.
fn when(fits: bool, text: &str, expected: impl FnOnce() -> Expected) -> Parsed<String> {
    if fits {
        Ok(text.to_owned())
    } else {
        Err(expected())
    }
}

/// `eu-west-1`, `us-gov-east-1`.
pub(super) fn region(text: &str) -> Parsed<String> {
    let parts: Vec<_> = text.split('-').collect();
    let (number, words) = parts.split_last().unwrap_or((&"", &[]));
    let letters = |part: &&str| part.len() > 1 && part.chars().all(|c| c.is_ascii_lowercase());
    let fits = words.len() > 1
        && words.iter().all(letters)
        && matches!(number.len(), 1 | 2)
        && number.chars().all(|c| c.is_ascii_digit());
    when(fits, text, || {
        Expected::new("an AWS region such as `eu-west-1`")
    })
}

/// The ARN of an IAM role.
pub(super) fn role(text: &str) -> Parsed<String> {
    let expected = || Expected::new("a role's ARN, `arn:aws:iam::<account>:role/<name>`");
    let Ok(arn) = text.parse::<Arn>() else {
        return Err(expected());
    };
    let account = arn.account.len() == 12 && arn.account.chars().all(|c| c.is_ascii_digit());
    let named = arn
        .resource
        .strip_prefix("role/")
        .is_some_and(|name| !name.is_empty());
    when(arn.service == "iam" && account && named, text, expected)
}

/// A role session's name
/// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>).
pub(super) fn session_name(text: &str) -> Parsed<String> {
    when(length(text, 2, 64) && word(text, "_+=,.@-"), text, || {
        Expected::new("2 to 64 letters, digits or `_+=,.@-`")
    })
}

/// An ECR repository's name
/// (<https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html>).
pub(super) fn repository(text: &str) -> Parsed<String> {
    let part = |part: &str| {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.starts_with(inner)
            && part.ends_with(inner)
            && part.chars().all(|c| inner(c) || "._-".contains(c))
    };
    let fits = length(text, 2, 256) && text.split('/').all(part);
    let uri = text
        .split_once('/')
        .filter(|(host, _)| host.contains(".dkr."));
    let expected = || {
        let expected = Expected::new("the name of a repository in ECR, such as `team/shop`");
        let name = uri.map(|(_, rest)| rest.split(['@', ':']).next().unwrap_or(rest));
        match name {
            Some(name) => expected.hint(format!("without the registry: `{name}`")),
            None => expected,
        }
    };
    when(fits && uri.is_none(), text, expected)
}

/// An image's tag (<https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests>).
pub(super) fn tag(text: &str) -> Parsed<String> {
    let start = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    when(
        start && length(text, 1, 128) && word(text, "_.-"),
        text,
        || Expected::new("tags, one a line, each of up to 128 letters, digits or `_.-`"),
    )
}

/// `linux/amd64`, `linux/arm64/v8`.
pub(super) fn platform(text: &str) -> Parsed<Platform> {
    let parts: Vec<_> = text.split('/').collect();
    let lower = |part: &&str| !part.is_empty() && word(part, "") && **part == part.to_lowercase();
    let fits = matches!(parts.len(), 2 | 3) && parts.iter().all(lower);
    when(fits, text, || {
        Expected::new("platforms such as `linux/amd64`, one a line")
    })
    .map(Platform)
}

/// The id of a build secret, as a Dockerfile's `--mount=type=secret,id=` names it.
pub(super) fn secret_id(text: &str) -> bool {
    !text.is_empty() && word(text, "_.-")
}

/// The name of a cluster, service or container
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>).
pub(super) fn name(text: &str) -> Parsed<String> {
    when(length(text, 1, 255) && word(text, "_-"), text, || {
        let expected = Expected::new("a name of up to 255 letters, digits, `_` and `-`");
        match text.parse::<Arn>() {
            Ok(arn) => expected.hint(format!("not the ARN: `{}`", arn.name())),
            Err(_) => expected,
        }
    })
}

/// A cluster's name or ARN.
pub(super) fn cluster(text: &str) -> Parsed<String> {
    let arn = text
        .parse::<Arn>()
        .is_ok_and(|arn| arn.service == "ecs" && arn.resource.starts_with("cluster/"));
    if arn {
        return Ok(text.to_owned());
    }
    name(text).map_err(|_| Expected::new("the name of a cluster, or its ARN"))
}

/// A file's path, a family, `family:revision`, or the ARN of a revision.
pub(super) fn task_definition(text: &str) -> Parsed<String> {
    let fits = text.parse::<Arn>().is_err() || is_arn(text);
    when(fits, text, || {
        Expected::new("a file, a family, `family:revision` or the ARN of a task definition")
            .hint("an ARN ends in `:task-definition/<family>:<revision>`")
    })
}

/// An image: anything a task definition may name, in one word.
pub(super) fn image(text: &str) -> Parsed<String> {
    when(!text.contains(char::is_whitespace), text, || {
        Expected::new("one image")
    })
}

/// What `valueFrom` of a secret may be: a name or an ARN, in one word. A value that was put there by
/// mistake is mostly more or nothing.
pub(super) fn secret(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

/// CPU units of a task, `512` or `0.5 vCPU`
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size>).
pub(super) fn cpu(text: &str) -> Parsed<String> {
    when(size(text, "vcpu"), text, || {
        Expected::new("CPU units such as `512`, or `0.5 vCPU`")
    })
}

/// Memory of a task, `1024` (MiB) or `1 GB`.
pub(super) fn memory(text: &str) -> Parsed<String> {
    when(size(text, "gb"), text, || {
        Expected::new("MiB such as `1024`, or `1 GB`")
    })
}

fn size(text: &str, unit: &str) -> bool {
    let text = text.to_lowercase();
    match text.strip_suffix(unit) {
        Some(count) => {
            let count = count.trim();
            count.parse::<f32>().is_ok() && word(count, ".")
        }
        None => text.parse::<u32>().is_ok(),
    }
}
