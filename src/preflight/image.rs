//! Whether an image is made for the platform that the task runs on
//! (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html>).

use super::Check;
use super::task::Task;
use crate::failure::{Code, Failure};
use crate::model::image::Platform;
use serde_json::Value;

/// What the check is called.
pub const NAME: &str = "image";

/// The platform that `task` runs on: Fargate's is `linux/amd64` unless the document says so. `None`
/// where the instances decide.
pub fn wanted(task: &Task, fargate: bool) -> Option<Platform> {
    let said = task.architecture.is_some() || task.system.is_some();
    if !said && !fargate && !task.on_fargate() {
        return None;
    }
    let windows = task
        .system
        .as_deref()
        .is_some_and(|it| it.starts_with("WINDOWS"));
    let system = if windows { "windows" } else { "linux" };
    let architecture = match task.architecture.as_deref() {
        Some("ARM64") => "arm64",
        _ => "amd64",
    };
    Some(Platform(format!("{system}/{architecture}")))
}

/// The images in an index, by platform and digest, those that are none (attestations) left out;
/// `None` when the text is the manifest of one image, which says nothing of its platform.
pub fn in_index(manifest: &str) -> Option<Vec<(Platform, String)>> {
    let manifest: Value = serde_json::from_str(manifest).ok()?;
    let entries = manifest.get("manifests")?.as_array()?.iter();
    let entry = |entry: &Value| {
        let platform = platform(entry.get("platform")?)?;
        let digest = entry.get("digest")?.as_str()?;
        Some((platform, digest.to_owned()))
    };
    Some(entries.filter_map(entry).collect())
}

/// The digest of the configuration of one image, by its manifest.
pub fn configuration(manifest: &str) -> Option<String> {
    let manifest: Value = serde_json::from_str(manifest).ok()?;
    let digest = manifest.get("config")?.get("digest")?.as_str()?;
    Some(digest.to_owned())
}

/// `os/architecture` of an index's entry or an image's configuration; `None` for an attestation.
pub fn platform(said: &Value) -> Option<Platform> {
    let system = said.get("os")?.as_str()?;
    let architecture = said.get("architecture")?.as_str()?;
    (system != "unknown").then(|| Platform(format!("{system}/{architecture}")))
}

/// Whether one of `platforms` is the `wanted` one: a variant (`linux/arm64/v8`) fits too.
fn has(platforms: &[Platform], wanted: &Platform) -> bool {
    platforms.iter().any(|platform| {
        let rest = platform.0.strip_prefix(&wanted.0);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// The image `subject`, which was made for `platforms`.
pub fn check(subject: &str, platforms: &[Platform], wanted: &Platform) -> Check {
    let failure = (!has(platforms, wanted)).then(|| {
        let made: Vec<_> = platforms.iter().map(|it| it.0.as_str()).collect();
        let help = format!(
            "Build the image with `platforms: {}`, or set `runtimePlatform` in the task definition \
             to what it is made for.",
            wanted.0
        );
        Failure::new(
            Code::WrongPlatform,
            format!(
                "the task runs on {}, and the image {subject} is not made for it",
                wanted.0
            ),
            help,
        )
        .because(match made.as_slice() {
            [] => "it is made for no platform".to_owned(),
            made => format!("it is made for {}", made.join(", ")),
        })
    });
    Check::judged(NAME, subject, wanted.0.clone(), failure)
}

#[cfg(test)]
mod tests {
    use super::{check, configuration, in_index, wanted};
    use crate::model::image::Platform;
    use crate::preflight::task::Task;

    fn platform(text: &str) -> Platform {
        Platform(text.to_owned())
    }

    #[test]
    fn the_task_says_where_it_runs() {
        for (system, architecture, fargate, expected) in [
            (None, None, true, Some("linux/amd64")),
            (None, Some("ARM64"), true, Some("linux/arm64")),
            (Some("LINUX"), Some("X86_64"), false, Some("linux/amd64")),
            (
                Some("WINDOWS_SERVER_2022_CORE"),
                None,
                true,
                Some("windows/amd64"),
            ),
            (None, None, false, None),
        ] {
            let task = Task {
                system: system.map(str::to_owned),
                architecture: architecture.map(str::to_owned),
                ..Task::default()
            };
            assert_eq!(wanted(&task, fargate), expected.map(platform));
        }
    }

    #[test]
    fn an_index_says_what_is_in_it() {
        let index = r#"{"manifests": [
            {"digest": "sha256:a", "platform": {"os": "linux", "architecture": "amd64"}},
            {"digest": "sha256:b", "platform": {"os": "unknown", "architecture": "unknown"}},
            {"digest": "sha256:c"}]}"#;
        let found = in_index(index).unwrap();
        assert_eq!(found, [(platform("linux/amd64"), "sha256:a".to_owned())]);
        let image = r#"{"config": {"digest": "sha256:d"}, "layers": []}"#;
        assert_eq!((in_index(image), in_index(index).is_some()), (None, true));
        assert_eq!(configuration(image).as_deref(), Some("sha256:d"));
        assert_eq!(configuration(index), None);
        assert_eq!(in_index("no JSON"), None);
    }

    #[test]
    fn an_image_must_be_made_for_the_task() {
        let arm = platform("linux/arm64");
        for (made, fits) in [
            (&["linux/amd64", "linux/arm64"][..], true),
            (&["linux/arm64/v8"][..], true),
            (&["linux/amd64"][..], false),
            (&["linux/arm"][..], false),
            (&[][..], false),
        ] {
            let made: Vec<_> = made.iter().map(|it| platform(it)).collect();
            assert_eq!(
                check("shop:1", &made, &arm).failure().is_none(),
                fits,
                "{made:?}"
            );
        }
    }
}
