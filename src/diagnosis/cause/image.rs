//! The image cannot be pulled, or is for another platform
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html>).

use super::words::{Said, of_container, shown};
use super::{About, Cause, Kind, View, network, role};
use crate::model::image_reference::ImageReference;

/// What every failed pull has one of.
const PULL: [&str; 9] = [
    "cannotpullcontainererror",
    "cannotpullecrcontainererror",
    "pull image manifest",
    "ref pull has been retried",
    "inspect image has been retried",
    "can't pull the image",
    "pull access denied",
    "failed to normalize image reference",
    "failed to resolve ref",
];

/// The image has nothing for the task's platform; or a program that the kernel cannot run.
pub(super) fn platform(view: View<'_>, said: &Said<'_>, about: About<'_>) -> Option<Cause> {
    let other = [
        "descriptor matching platform",
        "no matching manifest for",
        "exec format error",
    ];
    let wanted = said
        .word_after("matching platform ")
        .or_else(|| said.word_after("no matching manifest for "));
    said.has_one_of(&other)
        .then(|| wrong_platform(view, about, wanted))
}

/// `wanted` is the platform that the image lacks, where AWS names it: `linux/amd64`.
pub(super) fn wrong_platform(view: View<'_>, about: About<'_>, wanted: Option<&str>) -> Cause {
    let architecture = view.scene.workload.architecture.as_deref();
    let usual = match architecture {
        Some("ARM64") => "linux/arm64",
        _ => "linux/amd64",
    };
    let wanted = shown(wanted.unwrap_or(usual));
    let image = image(view, about);
    Cause {
        kind: Kind::WrongPlatform,
        sentence: format!("{image} is not built for {wanted}, which the task runs on"),
        advice: format!(
            "Build it for that platform (`platforms: {wanted}`), or set \
             `runtimePlatform.cpuArchitecture` of the task definition to the one it is built for. \
             A start script without a `#!` line fails the same way."
        ),
    }
}

/// The image cannot be pulled.
pub(super) fn pull(view: View<'_>, said: &Said<'_>, about: About<'_>) -> Option<Cause> {
    if !said.has_one_of(&PULL) {
        return None;
    }
    let rules = [limit, disk, malformed, forbidden, unreachable, not_found];
    let pulled = Pulled::of(view, said, about);
    rules.into_iter().find_map(|rule| rule(view, said, &pulled))
}

/// The image that is spoken of.
struct Pulled {
    /// As the subject of a sentence.
    subject: String,
    reference: Option<String>,
    logs_in: bool,
}

impl Pulled {
    fn of(view: View<'_>, said: &Said<'_>, about: About<'_>) -> Self {
        let (container, reference) = container_and_image(view, about, said);
        let named = container.and_then(|name| view.scene.workload.container(name));
        Self {
            subject: subject(container, reference.as_deref()),
            reference,
            logs_in: named.is_some_and(|container| container.logs_in),
        }
    }

    /// The name of the repository, when it is ECR's.
    fn ecr_repository(&self) -> Option<&str> {
        let image = self.reference.as_deref()?;
        let image = ImageReference::parse(image);
        image.repository.contains(".dkr.ecr").then(|| image.name())
    }

    /// Whether somebody other than AWS is asked for it.
    fn is_foreign(&self) -> bool {
        self.reference.is_some() && self.ecr_repository().is_none()
    }
}

fn limit(_: View<'_>, said: &Said<'_>, pulled: &Pulled) -> Option<Cause> {
    let words = ["toomanyrequests", "too many requests", "pull rate limit"];
    said.has_one_of(&words).then(|| Cause {
        kind: Kind::RegistryLimit,
        sentence: format!(
            "{} cannot be pulled: its registry allows no more pulls for now",
            pulled.subject
        ),
        advice:
            "Pull it through ECR (a pull-through cache rule, or a copy in a repository of your \
                 own), or give the container `repositoryCredentials` of an account with a higher \
                 limit."
                .to_owned(),
    })
}

fn disk(_: View<'_>, said: &Said<'_>, pulled: &Pulled) -> Option<Cause> {
    said.has("no space left on device").then(|| Cause {
        kind: Kind::DiskFull,
        sentence: format!("{} does not fit on the task's disk", pulled.subject),
        advice: "Make the image smaller, or give the task more room: `ephemeralStorage` on \
                 Fargate, a larger volume for container instances."
            .to_owned(),
    })
}

fn malformed(_: View<'_>, said: &Said<'_>, pulled: &Pulled) -> Option<Cause> {
    let words = [
        "failed to normalize image reference",
        "invalid reference format",
    ];
    said.has_one_of(&words).then(|| Cause {
        kind: Kind::ImageNotFound,
        sentence: format!("{} is no image's name", pulled.subject),
        advice: "Write it as `registry/repository:tag` or `registry/repository@sha256:…` in the \
                 task definition, or set `image`; a tag that came out empty leaves a colon behind."
            .to_owned(),
    })
}

fn forbidden(view: View<'_>, said: &Said<'_>, pulled: &Pulled) -> Option<Cause> {
    let words = [
        "check that the role has the permissions to pull",
        "403 forbidden",
        "no basic auth credentials",
        "unauthorized",
    ];
    if !said.is_denial() && !said.has_one_of(&words) {
        return None;
    }
    let denied = said.denied();
    let role = role::execution(view, &denied);
    let advice = if pulled.is_foreign() {
        login(pulled)
    } else {
        let repository = pulled.ecr_repository().unwrap_or("the repository");
        let action = denied.action.map(|action| format!(" (refused: {action})"));
        format!(
            "Allow {role} `ecr:GetAuthorizationToken` on `*`, and `ecr:BatchGetImage` and \
             `ecr:GetDownloadUrlForLayer` on {repository}{}; the managed policy \
             AmazonECSTaskExecutionRolePolicy has them. A repository of another account must allow \
             this one in its own policy.",
            action.unwrap_or_default()
        )
    };
    Some(Cause {
        kind: Kind::ImageForbidden,
        sentence: format!("the task may not pull {}", pulled.subject),
        advice,
    })
}

/// What a registry that is not AWS's asks for.
fn login(pulled: &Pulled) -> String {
    if pulled.logs_in {
        return "Check the user name and password in the secret of `repositoryCredentials`, and \
                that they may read this repository."
            .to_owned();
    }
    "A private repository outside ECR needs `repositoryCredentials` in the container definition: \
     the ARN of a secret with user name and password, which the execution role may read."
        .to_owned()
}

fn unreachable(view: View<'_>, said: &Said<'_>, pulled: &Pulled) -> Option<Cause> {
    if !said.is_unreachable() {
        return None;
    }
    let (sentence, advice) = if said.is_unresolved() {
        (
            format!(
                "the host name of the registry of {} does not resolve",
                pulled.subject
            ),
            format!(
                "Check the registry in the image's name, and that the VPC has DNS support. {}",
                network::way_out(view, &["ecr.api", "ecr.dkr", "s3"])
            ),
        )
    } else {
        (
            format!(
                "the registry of {} could not be reached from the task",
                pulled.subject
            ),
            network::way_out(view, &["ecr.api", "ecr.dkr", "s3"]),
        )
    };
    Some(Cause {
        kind: Kind::RegistryUnreachable,
        sentence,
        advice,
    })
}

/// Everything else that keeps an image from being pulled says that it is not there, or nothing.
fn not_found(_: View<'_>, said: &Said<'_>, pulled: &Pulled) -> Option<Cause> {
    let words = [
        "not found",
        "manifest unknown",
        "name unknown",
        "does not exist",
        "(404)",
        "404 not found",
        "check whether the image exists",
        "requested access to the resource is denied",
    ];
    if !said.has_one_of(&words) {
        return None;
    }
    let hidden = said.has("access denied") || said.has("may require 'docker login'");
    let sentence = if hidden {
        format!(
            "{} is not there, or not to be seen without a login",
            pulled.subject
        )
    } else {
        format!("{} is not in its registry", pulled.subject)
    };
    let check = match pulled.ecr_repository() {
        Some(repository) => format!(
            "`aws ecr list-images --repository-name {}` shows what is there; a lifecycle policy \
             may have removed it.",
            shown(repository)
        ),
        None if hidden => login(pulled),
        None => "Check its name and tag in the registry.".to_owned(),
    };
    Some(Cause {
        kind: Kind::ImageNotFound,
        sentence,
        advice: format!("Push the image, or deploy one that is there. {check}"),
    })
}

/// The image as the subject of a sentence.
fn image(view: View<'_>, about: About<'_>) -> String {
    let (container, image) = container_and_image(view, about, &Said::new(""));
    subject(container, image.as_deref())
}

fn subject(container: Option<&str>, image: Option<&str>) -> String {
    let name = image.map(|image| format!(" `{}`", shown(image)));
    let of = of_container(container);
    format!("the image{}{of}", name.unwrap_or_default())
}

/// Which container's image: the one that AWS names, by name or by its image; the only one there
/// is.
fn container_and_image<'a>(
    view: View<'a>,
    about: About<'a>,
    said: &Said<'_>,
) -> (Option<&'a str>, Option<String>) {
    let all = &view.scene.workload.containers;
    let by_name = all
        .iter()
        .find(|it| Some(it.name.as_str()) == about.container);
    let named = |image: &str| {
        let repository = ImageReference::parse(image).repository;
        !repository.is_empty() && said.text.contains(repository)
    };
    let by_image = all.iter().find(|it| it.image.as_deref().is_some_and(named));
    let only = all.first().filter(|_| all.len() == 1);
    let found = by_name.or(by_image).or(only);
    let container = about.container.or(found.map(|it| it.name.as_str()));
    let known = about
        .image
        .or_else(|| found.and_then(|it| it.image.as_deref()));
    let image = known.or_else(|| {
        let labels = ["failed to resolve ref ", "pull access denied for "];
        labels.into_iter().find_map(|label| said.word_after(label))
    });
    (container, image.map(str::to_owned))
}
