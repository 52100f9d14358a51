//! The tags of an image.

use super::Ecr;
use crate::aws::answer::{half, moment};
use crate::aws::error::seen;
use crate::model::image_reference::ImageReference;
use anyhow::Result;
use aws_sdk_ecr::error::ProvideErrorMetadata;
use aws_sdk_ecr::types::ImageIdentifier;
use jiff::Timestamp;

/// What an image is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// Every tag that is on it.
    pub tags: Vec<String>,
    /// When it was pushed; absent where ECR does not say.
    pub pushed_at: Option<Timestamp>,
}

impl Ecr {
    /// Every tag of `image`, which is named by its digest or a tag; `None` when it is not there.
    pub async fn tags(&self, image: &ImageReference<'_>) -> Result<Option<Tagged>> {
        const ACTION: &str = "ecr:DescribeImages";
        let id = ImageIdentifier::builder();
        let id = match image.digest {
            Some(digest) => id.image_digest(digest),
            None => id.image_tag(image.tag.unwrap_or("latest")),
        };
        let call = self.client.describe_images().repository_name(image.name());
        let call = call.image_ids(id.build());
        let ask = async || {
            let answer = match call.clone().send().await {
                Err(error) if is_absent(error.code()) => return Ok(None),
                answer => answer.map_err(seen(ACTION))?,
            };
            let image = answer.image_details().first();
            let image = image.ok_or_else(|| half(ACTION, "imageDetails"))?;
            Ok(Some(Tagged {
                tags: image.image_tags().to_vec(),
                pushed_at: image.image_pushed_at().and_then(moment),
            }))
        };
        self.asking.ask(ask).await
    }
}

fn is_absent(code: Option<&str>) -> bool {
    matches!(
        code,
        Some("ImageNotFoundException" | "RepositoryNotFoundException")
    )
}

#[cfg(test)]
mod tests;
