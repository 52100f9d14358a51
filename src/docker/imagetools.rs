//! What buildx can tell of an image that is in a registry, without a daemon.

use super::Docker;
use super::child::Call;
use super::login::PrivateConfig;
use crate::failure::{Code, Failure};
use crate::model::image::ImageRef;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;

/// The labels of `image`: those of its first platform where it has several, since one build gives
/// all of them the same. Attestations are passed over. Empty for an image without labels.
pub async fn labels(
    docker: &Docker,
    config: &PrivateConfig,
    image: &ImageRef,
) -> Result<BTreeMap<String, String>> {
    let reference = image.to_string();
    let call = Call {
        arguments: ["imagetools", "inspect", "--format", "{{json .Image}}"]
            .into_iter()
            .chain([reference.as_str()])
            .map(Into::into)
            .collect(),
        environment: config.environment(docker),
        directory: None,
    };
    let answer = call.answer().await?;
    if !answer.good {
        bail!(unreadable(image, &answer.errors));
    }
    let said = serde_json::from_str(&answer.output);
    Ok(labels_in(
        &said.with_context(|| format!("reading {image}"))?,
    ))
}

fn unreadable(image: &ImageRef, errors: &str) -> Failure {
    let denied = ["401", "403", "denied", "not authorized"];
    let (code, help) = if denied.iter().any(|word| errors.contains(word)) {
        let help = "Allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the repository.";
        (Code::AccessDenied, help)
    } else {
        let help = "Run again; if it persists, look at the runner's way to the registry.";
        (Code::AwsUnavailable, help)
    };
    let what = format!("the labels of {image} cannot be read");
    Failure::new(code, what, help).because(errors.trim())
}

/// The labels in an image's configuration, or in the first of one by platform.
fn labels_in(said: &Value) -> BTreeMap<String, String> {
    let alone = said.get("config");
    let mut platforms = said.as_object().into_iter().flatten();
    let first = platforms.find_map(|(_, image)| image.get("config"));
    let labels = alone.or(first).and_then(|config| config.get("Labels"));
    let labels = labels.and_then(Value::as_object).into_iter().flatten();
    labels
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::labels_in;
    use serde_json::json;

    #[test]
    fn labels_are_found_with_one_platform_and_with_several() {
        let image = json!({"os": "linux", "config": {"Env": [], "Labels": {"a": "1"}}});
        let several = json!({"linux/amd64": image, "linux/arm64": image});
        for said in [&image, &several] {
            assert_eq!(labels_in(said).get("a").map(String::as_str), Some("1"));
        }
        for said in [json!(null), json!({}), json!({"config": {"Labels": null}})] {
            assert!(labels_in(&said).is_empty(), "{said}");
        }
    }
}
