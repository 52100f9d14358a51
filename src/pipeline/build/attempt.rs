//! One attempt to have the image: looked for, and reused where it is there.

use super::tags::{Held, Step, Tags, step};
use super::{Built, Edges, Ready, labels};
use crate::aws::ecr::{Image, Repository, Tagging};
use crate::docker::imagetools;
use crate::docker::login::PrivateConfig;
use crate::events::EventKind;
use crate::failure::{Code, Failure};
use crate::inputs::BuildInputs;
use crate::job::Job;
use crate::model::image::ImageRef;
use anyhow::{Result, bail};
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

/// All that an attempt needs to know.
pub(super) struct Attempt<'a> {
    pub(super) edges: Edges<'a>,
    pub(super) inputs: &'a BuildInputs,
    pub(super) job: &'a Job,
    pub(super) ready: &'a Ready,
    pub(super) repository: &'a Repository,
    pub(super) config: &'a PrivateConfig,
    pub(super) tags: Tags,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) cancel: &'a CancellationToken,
}

/// What came of an attempt.
pub(super) enum Made {
    /// The image is in the registry.
    Done(Built),
    /// Another run pushed the tag meanwhile.
    Overtaken,
}

/// What was found.
enum Found {
    There(Image),
    ToBuild(String),
}

impl Attempt<'_> {
    pub(super) async fn make(&self) -> Result<Made> {
        let there = self.what_is_there().await?;
        match self.find(&there).await? {
            Found::There(image) => Ok(Made::Done(self.reuse(&image, &there).await?)),
            Found::ToBuild(tag) => {
                self.refuse_taken_tags(&there)?;
                self.build(&tag).await
            }
        }
    }

    /// The images that the tags of interest are on, by one call.
    pub(super) async fn what_is_there(&self) -> Result<Vec<Image>> {
        let ours = [&self.tags.commit, &self.tags.inputs];
        let tags = ours.into_iter().chain(&self.inputs.tags);
        let tags: Vec<_> = tags.map(String::as_str).collect();
        let ecr = self.edges.ecr;
        ecr.images_by_tag(&self.repository.name, &tags).await
    }

    async fn find(&self, there: &[Image]) -> Result<Found> {
        for tag in [&self.tags.commit, &self.tags.inputs] {
            let image = under(there, tag);
            let held = match image {
                None => Held::Nothing,
                Some(image) => self.held(image).await?,
            };
            let may_move = self.repository.mutability.may_move(tag);
            match (step(held, may_move, self.inputs.rebuild), image) {
                (Step::Reuse, Some(image)) => return Ok(Found::There(image.clone())),
                (Step::Build, _) => return Ok(Found::ToBuild(tag.clone())),
                (Step::BuildForRun, _) => break,
                (Step::Next | Step::Reuse, _) => {}
            }
        }
        Ok(Found::ToBuild(self.tags.run.clone()))
    }

    async fn held(&self, image: &Image) -> Result<Held> {
        let reference = self.reference(&image.digest);
        let there = imagetools::labels(self.edges.docker, self.config, &reference).await?;
        Ok(if labels::same(&there, &self.labels) {
            Held::Same
        } else {
            Held::Other
        })
    }

    /// Takes the image that is there, with the user's tags put on it.
    async fn reuse(&self, image: &Image, there: &[Image]) -> Result<Built> {
        let found_by = image.tag.clone().unwrap_or_default();
        let reference = self.reference(&image.digest);
        self.edges.events.emit(EventKind::ImageReused {
            image: reference.to_string(),
            tag: found_by.clone(),
        });
        let mut tags = vec![found_by];
        for tag in &self.inputs.tags {
            let has = under(there, tag).is_some_and(|other| other.digest == image.digest);
            if !has {
                self.put_tag(image, tag).await?;
            }
            tags.push(tag.clone());
        }
        tags.dedup();
        Ok(Built {
            image: reference,
            pushed: false,
            tags,
        })
    }

    async fn put_tag(&self, image: &Image, tag: &str) -> Result<()> {
        let ecr = self.edges.ecr;
        match ecr.tag_image(&self.repository.name, image, tag).await? {
            Tagging::Taken => bail!(self.taken(tag)),
            Tagging::Done => {
                self.edges.events.note(format!("Put tag {tag} on it."));
                Ok(())
            }
        }
    }

    /// A build whose push cannot succeed is not begun.
    pub(super) fn refuse_taken_tags(&self, there: &[Image]) -> Result<()> {
        let fixed = |tag: &&String| !self.repository.mutability.may_move(tag);
        let mut taken = self.inputs.tags.iter().filter(fixed);
        match taken.find(|tag| under(there, tag).is_some()) {
            Some(tag) => bail!(self.taken(tag)),
            None => Ok(()),
        }
    }

    fn taken(&self, tag: &str) -> Failure {
        let uri = &self.repository.uri;
        Failure::new(
            Code::PushFailed,
            format!("tag {tag} of {uri} is on another image and cannot be moved"),
            "The repository's tags are immutable. Take a tag that is new for every commit, or \
             exclude this one in the repository's tag settings.",
        )
    }

    pub(super) fn reference(&self, digest: &str) -> ImageRef {
        ImageRef {
            repository: self.repository.uri.clone(),
            digest: digest.to_owned(),
        }
    }
}

/// The image that `tag` is on.
pub(super) fn under<'a>(there: &'a [Image], tag: &str) -> Option<&'a Image> {
    there.iter().find(|image| image.tag.as_deref() == Some(tag))
}
