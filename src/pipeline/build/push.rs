//! Building and pushing: the BuildKit and the cache that it takes, the build, and the look whether
//! the registry holds what was built.

use super::attempt::{Attempt, Made, under};
use super::{Built, ready};
use crate::docker::builder::{Builder, CacheExport, Driver, Wanted, choose};
use crate::docker::buildx::{self, CachePlan, Ended, Plan};
use crate::docker::progress::{self, Broken};
use crate::events::EventKind;
use crate::failure::{Code, Failure};
use crate::inputs::Cache;
use anyhow::{Result, bail};

/// The tag that the cache is kept under.
const CACHE_TAG: &str = "buildcache";

impl Attempt<'_> {
    pub(super) async fn build(&self, tag: &str) -> Result<Made> {
        let (builder, cache) = self.builder(self.cache()).await?;
        let mut tags = vec![tag.to_owned()];
        let users = self.inputs.tags.iter().filter(|other| *other != tag);
        tags.extend(users.cloned());
        let plan = self.plan(builder.name(), cache, &tags);
        let ended = buildx::run(&plan, self.edges.docker, self.config, self.cancel, |step| {
            self.tell(step);
        });
        let ended = ended.await;
        builder.remove().await;
        match ended? {
            Ended::Pushed { digest } => self.seen(tag, tags, &digest).await,
            Ended::Broken(broken) => self.broken(tag, broken).await,
            Ended::Cancelled => bail!(cancelled()),
        }
    }

    fn tell(&self, step: progress::Step) {
        let progress::Step {
            name,
            seconds,
            cached,
        } = step;
        self.edges.events.emit(EventKind::BuildStepFinished {
            name,
            seconds,
            cached,
        });
    }

    /// Registries say of a tag that cannot be moved only that the request is bad, so that a push
    /// that failed is followed by a look at the tags.
    async fn broken(&self, tag: &str, broken: Broken) -> Result<Made> {
        if broken.is_overtaken() {
            return Ok(Made::Overtaken);
        }
        if broken.is_in_the_push()
            && let Ok(there) = self.what_is_there().await
        {
            if under(&there, tag).is_some() && !self.repository.mutability.may_move(tag) {
                return Ok(Made::Overtaken);
            }
            self.refuse_taken_tags(&there)?;
        }
        let failure = broken.failure(&self.repository.uri);
        if broken.is_in_the_build() && !broken.output.is_empty() {
            self.edges.events.emit(EventKind::BuildFailed {
                step: broken.named(),
                output: broken.output,
            });
        }
        Err(failure.into())
    }

    /// The BuildKit that builds, and the cache that it can do.
    async fn builder(&self, cache: CachePlan) -> Result<(Builder, CachePlan)> {
        let wanted = Wanted {
            several_platforms: self.inputs.platforms.len() > 1,
            attestations: self.inputs.provenance || self.inputs.sbom,
            cache: match &cache {
                CachePlan::Registry { export: true, .. } => CacheExport::Registry,
                CachePlan::Gha { .. } => CacheExport::Gha,
                CachePlan::None | CachePlan::Registry { .. } => CacheExport::None,
            },
        };
        let choice = choose(&self.ready.engine, wanted);
        let events = self.edges.events;
        events.note(choice.why);
        let Driver::Container { for_cache_alone } = choice.driver else {
            return Ok((Builder::of_the_daemon(), cache));
        };
        let registry = self.repository.registry();
        let run = self.job.run_id;
        let docker = self.edges.docker;
        let ours = tokio::select! {
            ours = Builder::in_a_container(docker, self.config, registry, run) => ours,
            () = self.cancel.cancelled() => bail!(cancelled()),
        };
        match ours {
            Ok(builder) => Ok((builder, cache)),
            Err(error) if for_cache_alone => {
                let failures = Failure::all_of(&error);
                let why = failures.first().and_then(|failure| failure.why.first());
                events.warn(format!(
                    "BuildKit could not be started in a container ({}), so the daemon's own builds \
                     and no cache is kept.",
                    why.cloned().unwrap_or_else(|| error.to_string())
                ));
                Ok((Builder::of_the_daemon(), CachePlan::None))
            }
            Err(error) => Err(error),
        }
    }

    fn cache(&self) -> CachePlan {
        let (uri, events) = (&self.repository.uri, self.edges.events);
        match self.inputs.cache {
            Cache::None => CachePlan::None,
            Cache::Registry => {
                let export = self.repository.mutability.may_move(CACHE_TAG);
                if !export {
                    events.note(format!(
                        "The tags of {uri} are immutable, so the build keeps no cache there: \
                         exclude {CACHE_TAG} in its tag settings, or set cache to gha or none."
                    ));
                }
                CachePlan::Registry {
                    reference: format!("{uri}:{CACHE_TAG}"),
                    export,
                }
            }
            Cache::Gha if self.edges.docker.cache_service().is_none() => {
                events.warn(
                    "The runner offers no cache service, so the build keeps no cache although \
                     cache is gha.",
                );
                CachePlan::None
            }
            Cache::Gha => CachePlan::Gha {
                scope: self.repository.name.clone(),
            },
        }
    }

    fn plan(&self, builder: &str, cache: CachePlan, tags: &[String]) -> Plan {
        let Self {
            inputs,
            job,
            repository,
            ..
        } = self;
        let references = tags.iter().map(|tag| format!("{}:{tag}", repository.uri));
        Plan {
            builder: builder.to_owned(),
            context: job.workspace.join(&inputs.context),
            file: job.workspace.join(ready::file(inputs)),
            target: inputs.target.clone(),
            platforms: inputs.platforms.clone(),
            args: inputs.args.clone(),
            secrets: inputs.secrets.clone(),
            labels: self.labels.clone(),
            references: references.collect(),
            cache,
            provenance: inputs.provenance,
            sbom: inputs.sbom,
        }
    }

    /// Sees that the registry holds what was pushed.
    async fn seen(&self, tag: &str, tags: Vec<String>, digest: &str) -> Result<Made> {
        let (ecr, name) = (self.edges.ecr, &self.repository.name);
        if ecr.image_by_digest(name, digest).await?.is_none() {
            bail!(Failure::new(
                Code::PushFailed,
                format!(
                    "{digest} was pushed to {} and is not there",
                    self.repository.uri
                ),
                "Look for a lifecycle policy or another job that removes images, and run again.",
            ));
        }
        let under_tag = ecr.image_by_tag(name, tag).await?;
        if under_tag.is_none_or(|image| image.digest != digest) {
            return Ok(Made::Overtaken);
        }
        let image = self.reference(digest);
        self.edges.events.emit(EventKind::ImagePushed {
            image: image.to_string(),
            tags: tags.clone(),
        });
        Ok(Made::Done(Built {
            image,
            pushed: true,
            tags,
        }))
    }
}

fn cancelled() -> Failure {
    Failure::new(
        Code::Cancelled,
        "the run was cancelled while the image was built",
        "Nothing was deployed. BuildKit was stopped; run the job again.",
    )
}
