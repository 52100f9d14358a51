use super::super::Kind;
use super::{event, holds, not_started};

const REPOSITORY: &[&str] = &[
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v9",
    "web",
];

#[test]
fn an_image_that_is_not_there() {
    let rows = [
        (
            "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v9: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v9: not found",
            Kind::ImageNotFound,
            &["shop:v9", "web", "list-images --repository-name shop`"][..],
        ),
        (
            "CannotPullContainerError: API error (404): repository 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop not found",
            Kind::ImageNotFound,
            REPOSITORY,
        ),
        (
            "CannotPullContainerError: inspect image has been retried 1 time(s): failed to resolve ref \"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v9\": 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v9: not found",
            Kind::ImageNotFound,
            REPOSITORY,
        ),
        (
            "CannotPullContainerError: Error response from daemon: manifest for 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v9 not found: manifest unknown: Requested image not found",
            Kind::ImageNotFound,
            REPOSITORY,
        ),
        (
            "CannotPullContainerError: The task can’t pull the image. Check whether the image exists. Error response from daemon: pull access denied for some/nonsense, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
            Kind::ImageNotFound,
            &["not to be seen without a login"],
        ),
        (
            "CannotPullContainerError: failed to normalize image reference \"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:\": invalid reference format",
            Kind::ImageNotFound,
            &["no image's name"],
        ),
    ];
    holds(&rows, not_started);
}

#[test]
fn an_image_that_may_not_be_pulled() {
    let rows = [
        (
            "CannotPullContainerError: The task can’t pull the image. Check that the role has the permissions to pull images from the registry. Error response from daemon: pull access denied for 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop, repository does not exist or may require 'docker login': denied: User: arn:aws:sts::123456789012:assumed-role/MyBrokenRole/xyz is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/shop because no identity-based policy allows the ecr:BatchGetImage action",
            Kind::ImageForbidden,
            &[
                "may not pull",
                "shop:v9",
                "the role MyBrokenRole",
                "ecr:BatchGetImage",
                "AmazonECSTaskExecutionRolePolicy",
            ][..],
        ),
        (
            "CannotPullECRContainerError: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/shop-execution/8ff4fbc265ee40bba57f8f709c43fef3 is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no VPC endpoint policy allows the ecr:GetAuthorizationToken action\n\tstatus code: 400, request id: 3d181671-2223-4f93-914b-92c606357e06",
            Kind::ImageForbidden,
            &[
                "the execution role shop-execution",
                "refused: ecr:GetAuthorizationToken",
            ],
        ),
        (
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:863a: unexpected status from HEAD request to https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/shop/manifests/sha256:863a: 403 Forbidden",
            Kind::ImageForbidden,
            &["shop-execution", "ecr:BatchGetImage"],
        ),
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/shop-execution/5c0a is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action",
            Kind::ImageForbidden,
            &["shop-execution", "ecr:GetAuthorizationToken"],
        ),
        (
            "CannotPullContainerError: Error response from daemon: Get https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/shop/manifests/v9: no basic auth credentials",
            Kind::ImageForbidden,
            &["shop-execution"],
        ),
    ];
    holds(&rows, not_started);
}

#[test]
fn a_registry_that_is_not_reached() {
    let rows = [
        (
            "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v9: failed to do request: Head \"https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/shop/manifests/v9\": dial tcp 3.210.148.47:443: i/o timeout",
            Kind::RegistryUnreachable,
            &["shop:v9", "DISABLED now", "sg-1", "ecr.dkr"][..],
        ),
        (
            "CannotPullContainerError: API error (500): Get https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/: net/http: request canceled while waiting for connection\"",
            Kind::RegistryUnreachable,
            &["shop:v9", "NAT gateway"],
        ),
        (
            "CannotPullContainerError: context canceled",
            Kind::RegistryUnreachable,
            &["shop:v9"],
        ),
        (
            "CannotPullECRContainerError: The task can’t pull the image. Check your network configuration. RequestError: send request failed\ncaused by: Post \"https://api.ecr.eu-west-1.amazonaws.com/\": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
            Kind::RegistryUnreachable,
            &["shop:v9"],
        ),
        (
            "CannotPullContainerError: Error response from daemon: Get \"https://123456789012.dkr.ecr.eu-west-1.amazonaws.commm/v2/\": dial tcp: lookup 123456789012.dkr.ecr.eu-west-1.amazonaws.commm on 10.0.0.2:53: no such host",
            Kind::RegistryUnreachable,
            &["does not resolve", "DNS"],
        ),
        (
            "CannotPullContainerError: The task cannot pull '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v9' from the Amazon ECR repository '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop'. There is a connection issue between the task and Amazon ECR. Check your task network configuration.",
            Kind::RegistryUnreachable,
            &["shop:v9", "subnets"],
        ),
    ];
    holds(&rows, not_started);
}

#[test]
fn a_registry_that_allows_no_more_and_a_disk_that_is_full() {
    let rows = [
        (
            "CannotPullContainerError: inspect image has been retried 5 time(s): httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/amazon/aws-otel-collector/manifests/sha256:330a: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limits",
            Kind::RegistryLimit,
            &["pull-through cache"][..],
        ),
        (
            "CannotPullContainerError: ref pull has been retried 1 time(s): failed to extract layer sha256:9f86: write /var/lib/containerd/tmp: no space left on device: unknown",
            Kind::DiskFull,
            &["ephemeralStorage"],
        ),
        (
            "CannotPullContainerError: write /var/lib/docker/tmp/GetImageBlob111111111: no space left on device",
            Kind::DiskFull,
            &["shop:v9"],
        ),
    ];
    holds(&rows, not_started);
}

#[test]
fn an_image_for_another_platform() {
    let rows = [
        (
            "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
            Kind::WrongPlatform,
            &[
                "shop:v9",
                "is not built for linux/amd64",
                "`platforms: linux/amd64`",
            ][..],
        ),
        (
            "CannotPullContainerError: no matching manifest for linux/arm64/v8 in the manifest list entries",
            Kind::WrongPlatform,
            &["linux/arm64/v8"],
        ),
        (
            "CannotStartContainerError: Error response from daemon: failed to create task for container: OCI runtime create failed: runc create failed: unable to start container process: exec /usr/local/bin/shop: exec format error: unknown",
            Kind::WrongPlatform,
            &["shop:v9", "linux/amd64"],
        ),
    ];
    holds(&rows, not_started);
}

#[test]
fn an_image_is_named_in_events_too() {
    let rows = [
        (
            "(service shop) was unable to place a task. Reason: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref amazon/aws-otel-collector:v0.43.1: not found.",
            Kind::ImageNotFound,
            &["amazon/aws-otel-collector:v0.43.1", "container telemetry"][..],
        ),
        (
            "(service shop) was unable to place a task. Reason: CannotPullContainerError: failed to resolve ref 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v9: not found.",
            Kind::ImageNotFound,
            REPOSITORY,
        ),
    ];
    holds(&rows, event);
}
