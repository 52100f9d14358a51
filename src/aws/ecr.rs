//! ECR's calls, in Greengate's words.
//!
//! It asks and answers; what an absent repository or a taken tag means for a run is decided by the
//! pipeline. Host names are always the ones that ECR gives, so that every partition works.

mod blob;
mod scan;
mod tags;

pub use tags::Tagged;

use super::Aws;
use super::answer::half;
use super::ask::Asking;
use super::error::seen;
use crate::events::Events;
use crate::failure::{Code, Failure};
use crate::model::image::Mutability;
use anyhow::{Context, Result, anyhow};
use aws_sdk_ecr::error::ProvideErrorMetadata;
use aws_sdk_ecr::types::{self, ImageIdentifier, ImageTagMutability};
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};

/// What ECR may hold as an image; asked for by name, since it answers only for what is accepted.
const MANIFESTS: [&str; 4] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

/// ECR in one region of one account.
#[derive(Debug, Clone)]
pub struct Ecr {
    client: aws_sdk_ecr::Client,
    asking: Asking,
}

/// Twelve hours of access to an account's registry.
#[derive(Debug)]
pub struct Login {
    /// User and password as `AWS:<token>` in Base64, which is what a Docker configuration holds.
    pub basic: SecretString,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// `team/shop`.
    pub name: String,
    /// `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/shop`.
    pub uri: String,
    /// Which of its tags may be moved.
    pub mutability: Mutability,
}

impl Repository {
    /// The registry's host, with its port if it has one.
    pub fn registry(&self) -> &str {
        self.uri
            .split_once('/')
            .map_or(self.uri.as_str(), |(host, _)| host)
    }
}

/// An image as the registry holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The tag it was asked for by.
    pub tag: Option<String>,
    /// `sha256:…`.
    pub digest: String,
    /// Its manifest or index, byte for byte.
    pub manifest: String,
    /// The manifest's media type.
    pub media_type: Option<String>,
}

/// What came of giving an image a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tagging {
    /// The tag is on the image now, or was.
    Done,
    /// The tag is on another image and cannot be moved.
    Taken,
}

impl Ecr {
    /// ECR as `aws` reaches it.
    pub fn new(aws: &Aws) -> Self {
        Self {
            client: aws_sdk_ecr::Client::new(&aws.config),
            asking: aws.asking.clone(),
        }
    }

    /// A token for the account's registry, masked in `events` before anything else is done with it.
    pub async fn login(&self, events: &Events) -> Result<Login> {
        const ACTION: &str = "ecr:GetAuthorizationToken";
        let call = self.client.get_authorization_token();
        let ask = async || {
            let answer = call.clone().send().await.map_err(seen(ACTION))?;
            let data = answer.authorization_data().first();
            let token = data.and_then(types::AuthorizationData::authorization_token);
            let token = token.ok_or_else(|| half(ACTION, "authorizationToken"))?;
            let basic = SecretString::from(token);
            events.mask(&basic);
            events.mask(&password(&basic)?);
            Ok(Login { basic })
        };
        self.asking.ask(ask).await
    }

    /// The repository `name`, if it is there.
    pub async fn repository(&self, name: &str) -> Result<Option<Repository>> {
        const ACTION: &str = "ecr:DescribeRepositories";
        let call = self.client.describe_repositories().repository_names(name);
        let ask = async || {
            let answer = match call.clone().send().await {
                Err(error) if error.code() == Some("RepositoryNotFoundException") => {
                    return Ok(None);
                }
                answer => answer.map_err(seen(ACTION))?,
            };
            let repository = answer.repositories().first();
            let repository = repository.ok_or_else(|| half(ACTION, "repository"))?;
            self::repository(ACTION, repository).map(Some)
        };
        self.asking.ask(ask).await
    }

    /// Makes the repository `name` with the account's defaults; one that somebody made meanwhile,
    /// or that this made before its answer was lost, serves as well.
    pub async fn create_repository(&self, name: &str) -> Result<Repository> {
        const ACTION: &str = "ecr:CreateRepository";
        let call = self.client.create_repository().repository_name(name);
        let ask = async || {
            let answer = match call.clone().send().await {
                Err(error) if error.code() == Some("RepositoryAlreadyExistsException") => {
                    return Ok(None);
                }
                answer => answer.map_err(seen(ACTION))?,
            };
            let made = answer.repository();
            let made = made.ok_or_else(|| half(ACTION, "repository"))?;
            repository(ACTION, made).map(Some)
        };
        if let Some(made) = self.asking.ask(ask).await? {
            return Ok(made);
        }
        let there = self.repository(name).await?;
        there.with_context(|| format!("repository {name} came and went"))
    }

    /// The image that `tag` is on, if there is one.
    pub async fn image_by_tag(&self, repository: &str, tag: &str) -> Result<Option<Image>> {
        let found = self.images_by_tag(repository, &[tag]).await?;
        Ok(found.into_iter().next())
    }

    /// The image with `digest`, if it is there.
    pub async fn image_by_digest(&self, repository: &str, digest: &str) -> Result<Option<Image>> {
        let id = ImageIdentifier::builder().image_digest(digest).build();
        let found = self.images(repository, vec![id]).await?;
        Ok(found.into_iter().next())
    }

    /// The images that `tags` (at most 100) are on; tags that are on none are left out.
    pub async fn images_by_tag(&self, repository: &str, tags: &[&str]) -> Result<Vec<Image>> {
        let id = |tag: &&str| ImageIdentifier::builder().image_tag(*tag).build();
        self.images(repository, tags.iter().map(id).collect()).await
    }

    async fn images(&self, repository: &str, ids: Vec<ImageIdentifier>) -> Result<Vec<Image>> {
        const ACTION: &str = "ecr:BatchGetImage";
        let call = self.client.batch_get_image().repository_name(repository);
        let call = call.set_image_ids(Some(ids));
        let call = call.set_accepted_media_types(Some(MANIFESTS.map(str::to_owned).to_vec()));
        let ask = async || {
            let answer = call.clone().send().await.map_err(seen(ACTION))?;
            let broken = answer.failures().iter().find(|failure| {
                failure.failure_code() != Some(&types::ImageFailureCode::ImageNotFound)
            });
            if let Some(failure) = broken {
                return Err(unreadable(repository, failure));
            }
            if answer.images().is_empty() && answer.failures().is_empty() {
                return Err(half(ACTION, "images and no failures"));
            }
            answer.images().iter().map(|it| image(ACTION, it)).collect()
        };
        self.asking.ask(ask).await
    }

    /// Puts `tag` on `image`, which is in `repository` already. Asking twice does no harm.
    pub async fn tag_image(&self, repository: &str, image: &Image, tag: &str) -> Result<Tagging> {
        let call = self.client.put_image().repository_name(repository);
        let call = call
            .image_manifest(&image.manifest)
            .set_image_manifest_media_type(image.media_type.clone())
            .image_digest(&image.digest)
            .image_tag(tag);
        let ask = async || match call.clone().send().await {
            Ok(_) => Ok(Tagging::Done),
            Err(error) if error.code() == Some("ImageAlreadyExistsException") => Ok(Tagging::Done),
            Err(error) if error.code() == Some("ImageTagAlreadyExistsException") => {
                Ok(Tagging::Taken)
            }
            Err(error) => Err(seen("ecr:PutImage")(error)),
        };
        self.asking.ask(ask).await
    }
}

fn password(basic: &SecretString) -> Result<SecretString> {
    let refused = || anyhow!("ECR's authorization token is not user:password in Base64");
    let bytes = BASE64_STANDARD.decode(basic.expose_secret());
    let text = String::from_utf8(bytes.map_err(|_| refused())?).map_err(|_| refused())?;
    let (_, password) = text.split_once(':').ok_or_else(refused)?;
    Ok(SecretString::from(password))
}

fn repository(action: &str, said: &types::Repository) -> Result<Repository> {
    let filters = said.image_tag_mutability_exclusion_filters().iter();
    let wildcards = filters.map(|filter| filter.filter().to_owned()).collect();
    let mutability = match said.image_tag_mutability() {
        Some(ImageTagMutability::Immutable) => Mutability::ImmutableExcept(Vec::new()),
        Some(ImageTagMutability::ImmutableWithExclusion) => Mutability::ImmutableExcept(wildcards),
        Some(ImageTagMutability::MutableWithExclusion) => Mutability::MutableExcept(wildcards),
        _ => Mutability::MUTABLE,
    };
    Ok(Repository {
        name: said.repository_name().unwrap_or_default().to_owned(),
        uri: said
            .repository_uri()
            .ok_or_else(|| half(action, "repositoryUri"))?
            .to_owned(),
        mutability,
    })
}

fn image(action: &str, said: &types::Image) -> Result<Image> {
    let id = said.image_id();
    let digest = id.and_then(ImageIdentifier::image_digest);
    Ok(Image {
        tag: id.and_then(ImageIdentifier::image_tag).map(str::to_owned),
        digest: digest
            .ok_or_else(|| half(action, "imageDigest"))?
            .to_owned(),
        manifest: said.image_manifest().unwrap_or_default().to_owned(),
        media_type: said.image_manifest_media_type().map(str::to_owned),
    })
}

fn unreadable(repository: &str, failure: &types::ImageFailure) -> anyhow::Error {
    let code = failure
        .failure_code()
        .map_or("", types::ImageFailureCode::as_str);
    let reason = failure.failure_reason().unwrap_or("no reason given");
    Failure::new(
        Code::AwsUnavailable,
        format!("ECR cannot read an image of {repository}"),
        "Look at the image in the repository: it may have to be removed there.",
    )
    .because(format!("{reason} ({code})"))
    .into()
}
