//! Every well-known cause as the sandbox plays it, in AWS's words, recognised by its own.

use super::Failing;
use greengate::diagnosis::{Diagnosis, Kind};
use greengate::pipeline::diagnose::diagnose;
use std::time::Duration;

/// How the tasks end, the kind of the cause, and what the user must be told.
const CAUSES: &[(&str, Kind, &[&str])] = &[
    (
        "cannot-pull: {}",
        Kind::ImageNotFound,
        &["shop:v2", "list-images --repository-name shop`"],
    ),
    (
        "cannot-pull: { because: denied }",
        Kind::ImageForbidden,
        &["shop-execution", "ecr:GetAuthorizationToken"],
    ),
    (
        "cannot-pull: { because: forbidden }",
        Kind::ImageForbidden,
        &["shop:v2", "ecr:BatchGetImage"],
    ),
    (
        "cannot-pull: { because: unreachable }",
        Kind::NoRoute,
        &["Amazon ECR", "ecr.api, ecr.dkr, s3"],
    ),
    (
        "cannot-pull: { because: platform }",
        Kind::WrongPlatform,
        &["shop:v2", "linux/amd64"],
    ),
    (
        "cannot-pull: { because: rate-limit }",
        Kind::RegistryLimit,
        &["pull-through cache"],
    ),
    (
        "cannot-pull-secret: {}",
        Kind::SecretMissing,
        &["`/shop/api-key` (`API_KEY` of container web)"],
    ),
    (
        "cannot-pull-secret: { because: denied }",
        Kind::SecretForbidden,
        &["shop-execution", "API_KEY", "`ssm:GetParameters`"],
    ),
    (
        "cannot-pull-secret: { because: unreachable }",
        Kind::NoRoute,
        &["AWS Systems Manager", "VPC endpoints for ssm"],
    ),
    (
        "log-group-missing: {}",
        Kind::LogGroupMissing,
        &["create-log-group --log-group-name /ecs/shop-staging`"],
    ),
    (
        "role-not-assumed: {}",
        Kind::RoleNotAssumable,
        &["role/shop-task", "ecs-tasks.amazonaws.com"],
    ),
    (
        "no-capacity: {}",
        Kind::NoCapacity,
        &["AWS has no capacity"],
    ),
    (
        "no-capacity: { of: quota }",
        Kind::NoCapacity,
        &["vCPUs", "Service Quotas"],
    ),
    (
        "no-capacity: { of: memory }",
        Kind::NoCapacity,
        &["insufficient memory"],
    ),
    (
        "no-capacity: { of: instances }",
        Kind::NoCapacity,
        &["capacity provider"],
    ),
    (
        "no-capacity: { of: cpu, with-task: true }",
        Kind::NoCapacity,
        &["RESOURCE:CPU"],
    ),
    (
        "exits: { code: 3, log: [no database] }",
        Kind::ContainerExited,
        &["container web ended with exit code 3", "no database"],
    ),
    (
        "out-of-memory: {}",
        Kind::OutOfMemory,
        &["container web wanted more memory than its 512 MiB"],
    ),
    (
        "exec-format-error: {}",
        Kind::WrongPlatform,
        &["shop:v2", "linux/amd64"],
    ),
    (
        "unhealthy: { check: container, after: 30s }",
        Kind::ContainerHealth,
        &["container web (`healthy`)"],
    ),
    (
        "cannot-start: { reason: 'CannotStartContainerError: failed to get container status' }",
        Kind::TaskFailed,
        &["failed to get container status"],
    ),
];

/// What is diagnosed two minutes after a deployment whose tasks end like this.
async fn diagnosed(ends: &str) -> Diagnosis {
    let behaviours = format!(
        "behaviours:
    - match: {{ service: shop, nth-revision: 1 }}
      ends: {{ {ends} }}"
    );
    let failing = Failing::new(&[("behaviours: []", &behaviours)], |http| http);
    let aws = failing.aws().await;
    let (target, mut suspect) = failing.started(&aws).await;
    failing.shop.clock.sleep(Duration::from_mins(2)).await;
    let services = aws.ecs().services("staging", &["shop".to_owned()]).await;
    let service = services.unwrap().into_iter().flatten().next().unwrap();
    let events = service.events.into_iter().rev();
    let events = events.filter(|event| event.at >= suspect.since);
    suspect.snapshot.events = events.collect();
    diagnose(&failing.run(), &aws, &target, &suspect).await
}

#[tokio::test(start_paused = true)]
async fn every_cause_is_recognised_and_answered() {
    for (ends, kind, named) in CAUSES {
        let diagnosis = diagnosed(ends).await;
        let cause = diagnosis.cause();
        let cause = cause.unwrap_or_else(|| panic!("{ends}: {diagnosis:#?}"));
        assert_eq!(cause.kind, *kind, "{ends}: {diagnosis:#?}");
        let told = format!("{}\n{}", cause.sentence, cause.advice);
        for name in *named {
            assert!(told.contains(name), "{ends}: {name} is not in:\n{told}");
        }
        assert_eq!(diagnosis.evidence().unread, [], "{ends}");
    }
}

#[tokio::test(start_paused = true)]
async fn tasks_that_others_stop_are_no_cause() {
    for ends in [
        "interrupted: { after: 20s }",
        "stopped-by-user: { after: 20s }",
    ] {
        let diagnosis = diagnosed(ends).await;
        assert_eq!(diagnosis.cause(), None, "{ends}: {diagnosis:#?}");
        assert!(diagnosis.evidence().tasks.is_empty(), "{ends}");
    }
}
