//! Scans: started, and what they found.

use super::images::Id;
use super::input::{Input, invalid, must_be_there};
use super::{compact, epoch, pages, repository};
use crate::wire::aws_error::AwsError;
use crate::world::World;
use crate::world::ecr::scan::{self, Finding, Refused, Severity, Status};
use crate::world::ecr::{Image, Repository, digest::Digest};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(super) fn start(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let (id, digest) = image_id(world, input)?;
    let name = repository(world, input)?.name.clone();
    let (now, account) = (world.now, world.account.clone());
    let repository = world.ecr.repositories.get_mut(&name);
    if let Some(image) = repository.and_then(|found| found.images.get_mut(&digest)) {
        scan::start(image, now).map_err(refused)?;
    }
    Ok(json!({
        "registryId": account,
        "repositoryName": name,
        "imageId": whole(id, &digest),
        "imageScanStatus": {"status": "IN_PROGRESS"},
    }))
}

fn refused(refused: Refused) -> AwsError {
    match refused {
        Refused::Unsupported => AwsError::client(
            "UnsupportedImageTypeException",
            "The image is of a type that cannot be scanned: a manifest list has no layers of its own.",
        ),
        Refused::OverQuota => AwsError::client(
            "LimitExceededException",
            "The scan quota per image has been exceeded. Wait and try again.",
        ),
    }
}

pub(super) fn describe_findings(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let (id, digest) = image_id(world, input)?;
    let repository = repository(world, input)?;
    let image = repository.images.get(&digest);
    let status = image.and_then(|image| scan::status(repository, image, world.now));
    let status = status.ok_or_else(|| no_scan(id, &digest, repository, &world.account))?;
    let mut findings = match status {
        Status::Complete(at) => Some(findings(repository, input, at)?),
        Status::InProgress | Status::Failed => None,
    };
    let next = findings.as_mut().and_then(|page| page.remove("nextToken"));
    Ok(compact(json!({
        "registryId": world.account,
        "repositoryName": repository.name,
        "imageId": whole(id, &digest),
        "imageScanStatus": status_json(status),
        "imageScanFindings": findings,
        "nextToken": next,
    })))
}

fn findings(
    repository: &Repository,
    input: Input<'_>,
    at: Timestamp,
) -> Result<Map<String, Value>, AwsError> {
    let findings = repository.scanner.findings.iter().map(finding_json);
    let mut all = summary(repository, at);
    if let Value::Object(page) = pages::page(input, "findings", findings.collect())? {
        all.extend(page);
    }
    Ok(all)
}

/// What `DescribeImages` says of an image's scan: its status, and in short what it found.
pub(super) fn of_image(
    world: &World,
    repository: &Repository,
    image: &Image,
) -> (Option<Value>, Option<Map<String, Value>>) {
    let status = scan::status(repository, image, world.now);
    let summary = match status {
        Some(Status::Complete(at)) => Some(summary(repository, at)),
        _ => None,
    };
    (status.map(status_json), summary)
}

fn summary(repository: &Repository, at: Timestamp) -> Map<String, Value> {
    let mut counts: BTreeMap<Severity, u32> = BTreeMap::new();
    for finding in &repository.scanner.findings {
        *counts.entry(finding.severity).or_default() += 1;
    }
    Map::from_iter([
        ("imageScanCompletedAt".to_owned(), epoch(at)),
        ("vulnerabilitySourceUpdatedAt".to_owned(), epoch(at)),
        ("findingSeverityCounts".to_owned(), json!(counts)),
    ])
}

fn status_json(status: Status) -> Value {
    match status {
        Status::InProgress => json!({"status": "IN_PROGRESS"}),
        Status::Complete(_) => json!({
            "status": "COMPLETE",
            "description": "The scan was completed successfully.",
        }),
        Status::Failed => json!({
            "status": "FAILED",
            "description": "UnsupportedImageError: The operating system and/or package manager are not supported.",
        }),
    }
}

fn finding_json(finding: &Finding) -> Value {
    let attributes = [
        ("package_name", &finding.package),
        ("package_version", &finding.version),
    ];
    let attributes = attributes.into_iter();
    let attributes: Vec<Value> = attributes
        .filter_map(|(key, value)| Some(json!({"key": key, "value": value.as_ref()?})))
        .collect();
    compact(json!({
        "name": finding.name,
        "description": finding.description,
        "uri": finding.uri,
        "severity": finding.severity,
        "attributes": attributes,
    }))
}

fn image_id<'a>(world: &World, input: Input<'a>) -> Result<(Id<'a>, Digest), AwsError> {
    let repository = repository(world, input)?;
    let id = input.structure("imageId")?;
    let id = Id::read(id.ok_or_else(|| must_be_there("imageId"))?)?;
    if id.digest.is_none() && id.tag.is_none() {
        return Err(invalid(
            "imageId",
            "one of imageDigest and imageTag must be given",
        ));
    }
    match id.find(repository) {
        Ok(digest) => Ok((id, digest)),
        Err(_) => Err(id.not_found(repository, &world.account)),
    }
}

fn whole(id: Id<'_>, digest: &Digest) -> Value {
    Id {
        digest: Some(digest.as_str()),
        tag: id.tag,
    }
    .to_json()
}

fn no_scan(id: Id<'_>, digest: &Digest, repository: &Repository, registry: &str) -> AwsError {
    let message = format!(
        "Image scan does not exist for the image with '{{imageDigest:'{digest}', imageTag:'{}'}}' in the repository with name '{}' in the registry with id '{registry}'",
        id.tag.unwrap_or("null"),
        repository.name,
    );
    AwsError::client("ScanNotFoundException", message)
}
