//! Creating and describing repositories.

use super::input::{Input, invalid};
use super::{compact, epoch, no_repository, pages, repository_arn};
use crate::wire::aws_error::AwsError;
use crate::world::World;
use crate::world::ecr::tag::{Mode, Mutability};
use crate::world::ecr::{Encryption, Repository};
use serde::Deserialize;
use serde_json::{Value, json};

/// The expression that ECR cites for names.
const NAME: &str = "(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*";

pub(super) fn describe(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let registry = input.text("registryId")?.unwrap_or(&world.account);
    let names = input.texts("repositoryNames", 100)?;
    let repositories = &world.ecr.repositories;
    let found: Vec<&Repository> = match &names {
        Some(names) => names
            .iter()
            .map(|name| {
                let found = repositories.get(*name);
                found.ok_or_else(|| no_repository(name, registry))
            })
            .collect::<Result<_, _>>()?,
        None => repositories.values().collect(),
    };
    let described = found.into_iter().map(|r| description(world, r)).collect();
    pages::page(input, "repositories", described)
}

pub(super) fn create(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = input.required_text("repositoryName")?;
    if !is_repository_name(name) {
        let constraint = format!("must satisfy regular expression '{NAME}'");
        return Err(invalid("repositoryName", &constraint));
    }
    let mut repository = Repository::new(name, world.now);
    repository.mutability = mutability(input)?;
    repository.scan_on_push = match input.structure("imageScanningConfiguration")? {
        Some(scanning) => scanning.flag("scanOnPush")?.unwrap_or(false),
        None => false,
    };
    repository.encryption = encryption(input)?;
    check_tags(input)?;
    if world.ecr.repositories.contains_key(name) {
        let message = format!(
            "The repository with name '{name}' already exists in the registry with id '{}'",
            world.account
        );
        return Err(AwsError::client(
            "RepositoryAlreadyExistsException",
            message,
        ));
    }
    let described = description(world, &repository);
    world.ecr.repositories.insert(name.to_owned(), repository);
    Ok(json!({"repository": described}))
}

fn mutability(input: Input<'_>) -> Result<Mutability, AwsError> {
    let mode = match input.text("imageTagMutability")? {
        None => Mode::default(),
        Some(text) => Mode::deserialize(Value::from(text)).map_err(|_| {
            let modes = "Member must satisfy enum value set: [IMMUTABLE, MUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION]";
            invalid("imageTagMutability", modes)
        })?,
    };
    let filters = input.list("imageTagMutabilityExclusionFilters", 5)?;
    let excluding = matches!(
        mode,
        Mode::ImmutableWithExclusion | Mode::MutableWithExclusion
    );
    if excluding != filters.is_some() {
        let constraint = "goes with IMMUTABLE_WITH_EXCLUSION and MUTABLE_WITH_EXCLUSION";
        return Err(invalid("imageTagMutabilityExclusionFilters", constraint));
    }
    let exclusions = filters.unwrap_or_default().iter().map(|filter| {
        let filter = Input(filter);
        match filter.required_text("filterType")? {
            "WILDCARD" => Ok(filter.required_text("filter")?.to_owned()),
            _ => Err(invalid(
                "filterType",
                "Member must satisfy enum value set: [WILDCARD]",
            )),
        }
    });
    Ok(Mutability {
        mode,
        exclusions: exclusions.collect::<Result<_, _>>()?,
    })
}

fn encryption(input: Input<'_>) -> Result<Encryption, AwsError> {
    let Some(encryption) = input.structure("encryptionConfiguration")? else {
        return Ok(Encryption::default());
    };
    let kind = encryption.required_text("encryptionType")?;
    if !["AES256", "KMS", "KMS_DSSE"].contains(&kind) {
        let kinds = "Member must satisfy enum value set: [KMS, AES256, KMS_DSSE]";
        return Err(invalid("encryptionConfiguration.encryptionType", kinds));
    }
    Ok(Encryption {
        kind: kind.to_owned(),
        key: encryption.text("kmsKey")?.map(str::to_owned),
    })
}

fn check_tags(input: Input<'_>) -> Result<(), AwsError> {
    for tag in input.list("tags", 50)?.unwrap_or_default() {
        Input(tag).required_text("Key")?;
        Input(tag).required_text("Value")?;
    }
    Ok(())
}

fn description(world: &World, repository: &Repository) -> Value {
    let exclusions = repository.mutability.exclusions.iter();
    let exclusions: Vec<Value> = exclusions
        .map(|filter| json!({"filterType": "WILDCARD", "filter": filter}))
        .collect();
    let encryption = json!({
        "encryptionType": repository.encryption.kind,
        "kmsKey": repository.encryption.key,
    });
    compact(json!({
        "repositoryArn": repository_arn(world, &repository.name),
        "registryId": world.account,
        "repositoryName": repository.name,
        "repositoryUri": format!("{}/{}", world.address, repository.name),
        "createdAt": epoch(repository.created_at),
        "imageTagMutability": repository.mutability.mode,
        "imageTagMutabilityExclusionFilters": Some(exclusions).filter(|all| !all.is_empty()),
        "imageScanningConfiguration": {"scanOnPush": repository.scan_on_push},
        "encryptionConfiguration": compact(encryption),
    }))
}

/// Lower-case words, joined by one `.`, one or two `_` or any number of `-`, with slashes between
/// them; 2 to 256 characters in all.
fn is_repository_name(name: &str) -> bool {
    (2..=256).contains(&name.len()) && name.split('/').all(is_component)
}

fn is_component(component: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let separates =
        |run: &str| matches!(run, "" | "." | "_" | "__") || run.bytes().all(|byte| byte == b'-');
    component.starts_with(word) && component.ends_with(word) && component.split(word).all(separates)
}
