//! The images of the task: there, made for its platform, and let pass by their scan.

use super::{Facts, Rows, side_by_side};
use crate::aws::ecr::Image;
use crate::failure::{Code, Failure};
use crate::http::Http;
use crate::model::image::Platform;
use crate::model::image_reference::ImageReference;
use crate::model::registry::Registry;
use crate::pipeline::images::Held;
use crate::preflight::{Check, image, scan};
use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use serde_json::Value;

/// What stands for an image in a document that is only built after the checks.
pub(in crate::pipeline) const TO_BE_BUILT: &str = "image";

impl Facts<'_> {
    /// Every image of the task, each once.
    pub(super) async fn images(&self) -> Vec<Check> {
        let (Some(task), Some(_)) = (self.task, self.held) else {
            return Vec::new();
        };
        let wanted = image::wanted(task, self.fargate());
        let mut images: Vec<_> = task
            .images
            .iter()
            .map(|(_, image)| image.as_str())
            .collect();
        images.sort_unstable();
        images.dedup();
        let each = images
            .into_iter()
            .map(|image| -> Rows<'_> { Box::pin(self.image(image, wanted.clone())) });
        let checks = side_by_side(each.collect()).await;
        checks.into_iter().flatten().collect()
    }

    async fn image(&self, text: &str, wanted: Option<Platform>) -> Vec<Check> {
        if text == TO_BE_BUILT && self.run.inputs.builds() {
            return vec![self.to_be_built(wanted.as_ref())];
        }
        let mut held = self.held.unwrap_or_default().iter();
        let held = held.find(|held| held.deployed == text);
        if let Some(Held {
            repository, image, ..
        }) = held
        {
            return self.judged(text, repository, image, wanted.as_ref()).await;
        }
        let reference = ImageReference::parse(text);
        let ours = self
            .registry()
            .is_some_and(|registry| registry.holds(&reference));
        if !ours {
            let why = "it is in no registry of this account and region";
            return vec![Check::skipped(image::NAME, text, why)];
        }
        let (ecr, repository) = (self.aws.ecr(), reference.name());
        let found = async {
            match reference.digest {
                Some(digest) => ecr.image_by_digest(repository, digest).await,
                None => {
                    ecr.image_by_tag(repository, reference.tag.unwrap_or("latest"))
                        .await
                }
            }
        };
        match self.reads.read(found).await {
            Ok(Some(image)) => self.judged(text, repository, &image, wanted.as_ref()).await,
            Ok(None) => vec![Check::failed(image::NAME, text, not_there(text))],
            Err(why) => vec![Check::skipped(image::NAME, text, why)],
        }
    }

    fn registry(&self) -> Option<Registry> {
        Some(Registry::beside(&self.service_arn()?, self.aws.endpoint()))
    }

    fn to_be_built(&self, wanted: Option<&Platform>) -> Check {
        let subject = "the one to be built";
        match (wanted, self.built_for.as_deref()) {
            (Some(wanted), Some(platforms)) => image::check(subject, platforms, wanted),
            (Some(_), None) => {
                Check::skipped(image::NAME, subject, "what it is built for is not known")
            }
            (None, _) => Check::ok(image::NAME, subject, "the instances decide the platform"),
        }
    }

    /// The platforms of an image: an index has them, of a single image the configuration does.
    async fn made_for(&self, repository: &str, found: &Image) -> Result<Vec<Platform>> {
        if let Some(inside) = image::in_index(&found.manifest) {
            return Ok(inside.into_iter().map(|(platform, _)| platform).collect());
        }
        let digest = image::configuration(&found.manifest);
        let digest = digest.context("its manifest names no configuration")?;
        let address = self.aws.ecr().address_of(repository, &digest).await?;
        let request = http::Request::get(address).body(Bytes::new())?;
        let http = Http::new(self.run.http.clone(), self.run.clock.clone());
        let answer = http.send(request).await?;
        let (status, body) = (answer.status(), answer.into_body());
        ensure!(
            status.is_success(),
            "its configuration was answered with {status}"
        );
        ensure!(body.len() <= MOST, "its configuration is too long");
        let said: Value = serde_json::from_slice(&body)?;
        Ok(image::platform(&said).into_iter().collect())
    }

    /// An image that is there: its platform, and its scan if that is asked for.
    async fn judged(
        &self,
        text: &str,
        repository: &str,
        found: &Image,
        wanted: Option<&Platform>,
    ) -> Vec<Check> {
        let subject = named(text, repository);
        let check = match wanted {
            None => Check::ok(
                image::NAME,
                &subject,
                "there; the instances decide the platform",
            ),
            Some(wanted) => match self.reads.read(self.made_for(repository, found)).await {
                Ok(platforms) => image::check(&subject, &platforms, wanted),
                Err(why) => {
                    let why = format!("there, but for which platform is not known: {why}");
                    Check::skipped(image::NAME, &subject, why)
                }
            },
        };
        let mut checks = vec![check];
        if let Some(least) = self.run.inputs.build.scan_fail_on {
            let digest = scanned(found, wanted);
            let ecr = self.aws.ecr();
            checks.push(match self.reads.read(ecr.scan(repository, &digest)).await {
                Ok(found) => scan::check(&subject, found.as_ref(), least),
                Err(why) => Check::skipped(scan::NAME, &subject, why),
            });
        }
        checks
    }
}

/// What is read of an image's configuration at most: it has all of its history in it.
const MOST: usize = 4 * 1024 * 1024;

/// What ECR scans of an image: in an index, the image for the platform.
pub(in crate::pipeline) fn scanned(image: &Image, wanted: Option<&Platform>) -> String {
    let inside = image::in_index(&image.manifest).unwrap_or_default();
    let fits = |it: &&(Platform, String)| wanted.is_none_or(|wanted| it.0.0.starts_with(&wanted.0));
    let found = inside.iter().find(fits);
    found.map_or_else(|| image.digest.clone(), |(_, digest)| digest.clone())
}

/// The image without its registry, its digest short.
fn named(text: &str, repository: &str) -> String {
    let reference = ImageReference::parse(text);
    match (reference.tag, reference.digest) {
        (_, Some(digest)) => format!("{repository}@{}", digest.get(..19).unwrap_or(digest)),
        (Some(tag), None) => format!("{repository}:{tag}"),
        (None, None) => repository.to_owned(),
    }
}

fn not_there(image: &str) -> Failure {
    let help =
        "Check its tag or digest in the task definition. A lifecycle policy may have removed it.";
    Failure::new(
        Code::NoImage,
        format!("image {image} is not in its repository"),
        help,
    )
}
