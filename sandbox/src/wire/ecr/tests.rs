use super::*;
use crate::world::ecr::Seed;
use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::SignedDuration;

mod images;
mod scans;

const SEED: &str = "
repositories:
  - name: shop
    images:
      - tags: [v1, latest]
      - tags: [v2]
        platforms: [linux/amd64, linux/arm64]
  - name: team/sealed
    mutability: IMMUTABLE
    images: [{tags: [v1]}]
  - name: scanned
    scan-on-push: true
    images: [{tags: [v1]}]
    scan:
      findings:
        - {name: CVE-2026-1, severity: CRITICAL, package: openssl, version: '3.0'}
        - {name: CVE-2026-2, severity: LOW, description: Small., uri: 'https://example.com/2'}
        - {name: CVE-2026-3, severity: LOW}
";

fn world() -> World {
    let start = "2026-11-23T10:00:00Z".parse().unwrap();
    let mut world = World::new(start, "123456789012", "eu-west-1");
    let seed: Seed = serde_saphyr::from_str(SEED).unwrap();
    seed.seed(&mut world).unwrap();
    world
}

fn ask(world: &mut World, operation: &str, body: &Value) -> Result<Value, AwsError> {
    let caller = Caller {
        arn: "arn:aws:iam::123456789012:user/ops".to_owned(),
    };
    call(world, &caller, operation, body)
}

fn answer(world: &mut World, operation: &str, body: &Value) -> Value {
    ask(world, operation, body).unwrap()
}

#[track_caller]
fn assert_refused(world: &mut World, operation: &str, body: &Value, code: &str, message: &str) {
    let error = ask(world, operation, body).unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.message.as_str()),
        (code, message)
    );
}

#[test]
fn a_token_is_for_user_aws_and_twelve_hours() {
    let mut world = world();
    let answer = answer(&mut world, "GetAuthorizationToken", &json!({}));
    let data = &answer["authorizationData"][0];
    let token = BASE64_STANDARD.decode(data["authorizationToken"].as_str().unwrap());
    assert!(token.unwrap().starts_with(b"AWS:"));
    assert_eq!(data["proxyEndpoint"], "http://127.0.0.1:4566");
    let expires = world.now + SignedDuration::from_hours(12);
    assert_eq!(data["expiresAt"], epoch(expires));
}

#[test]
fn repositories_are_described_with_the_sandbox_as_their_registry() {
    let mut world = world();
    let body = json!({"repositoryNames": ["team/sealed"]});
    let answer = answer(&mut world, "DescribeRepositories", &body);
    assert_eq!(
        answer["repositories"],
        json!([{
            "repositoryArn": "arn:aws:ecr:eu-west-1:123456789012:repository/team/sealed",
            "registryId": "123456789012",
            "repositoryName": "team/sealed",
            "repositoryUri": "127.0.0.1:4566/team/sealed",
            "createdAt": epoch(world.now),
            "imageTagMutability": "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": false},
            "encryptionConfiguration": {"encryptionType": "AES256"},
        }])
    );
}

#[test]
fn a_repository_that_is_not_there_is_named() {
    let mut world = world();
    let code = "RepositoryNotFoundException";
    let message =
        "The repository with name 'nope' does not exist in the registry with id '123456789012'";
    let body = json!({"repositoryNames": ["shop", "nope"]});
    assert_refused(&mut world, "DescribeRepositories", &body, code, message);
    for operation in ["DescribeImages", "ListImages", "PutImage", "BatchGetImage"] {
        let body = json!({"repositoryName": "nope"});
        assert_refused(&mut world, operation, &body, code, message);
    }
    let body = json!({"repositoryName": "shop", "registryId": "210987654321"});
    let message =
        "The repository with name 'shop' does not exist in the registry with id '210987654321'";
    assert_refused(&mut world, "DescribeImages", &body, code, message);
}

#[test]
fn a_repository_is_created_once() {
    let mut world = world();
    let body = json!({
        "repositoryName": "team/new",
        "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": "buildcache*"}],
        "imageScanningConfiguration": {"scanOnPush": true},
        "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": "alias/ecr"},
        "tags": [{"Key": "team", "Value": "green"}],
    });
    let created = answer(&mut world, "CreateRepository", &body);
    for member in [
        "imageTagMutability",
        "imageTagMutabilityExclusionFilters",
        "imageScanningConfiguration",
        "encryptionConfiguration",
    ] {
        assert_eq!(created["repository"][member], body[member]);
    }
    assert!(world.ecr.repositories["team/new"].mutability.freezes("v1"));
    assert!(
        !world.ecr.repositories["team/new"]
            .mutability
            .freezes("buildcache")
    );
    let message =
        "The repository with name 'team/new' already exists in the registry with id '123456789012'";
    let code = "RepositoryAlreadyExistsException";
    assert_refused(&mut world, "CreateRepository", &body, code, message);
}

#[test]
fn a_repository_s_name_is_checked() {
    let mut world = world();
    for name in [
        "a", "Shop", "shop/", "/shop", "a//b", "shop:v1", "a..b", "-a", "a___b", "shöp",
    ] {
        let body = json!({"repositoryName": name});
        let error = ask(&mut world, "CreateRepository", &body).unwrap_err();
        assert_eq!(error.code, "InvalidParameterException", "{name}");
    }
    for name in ["ab", "a.b", "a__b", "a---b", "0/1/2", "team_a/shop-api"] {
        answer(
            &mut world,
            "CreateRepository",
            &json!({"repositoryName": name}),
        );
    }
}

#[test]
fn bad_input_is_refused_by_name() {
    let mut world = world();
    let invalid = "InvalidParameterException";
    for (operation, body, code, message) in [
        (
            "DescribeImages",
            json!({}),
            invalid,
            "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'Member must not be null'",
        ),
        (
            "DescribeImages",
            json!({"repositoryName": 1}),
            "SerializationException",
            "Value at 'repositoryName' is not a string",
        ),
        (
            "DescribeImages",
            json!({"repositoryName": "shop", "imageIds": []}),
            invalid,
            "Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length between 1 and 100'",
        ),
        (
            "DescribeImages",
            json!({"repositoryName": "shop", "maxResults": 0}),
            invalid,
            "Invalid parameter at 'maxResults' failed to satisfy constraint: 'must be between 1 and 1000'",
        ),
        (
            "DescribeImages",
            json!({"repositoryName": "shop", "maxResults": 1, "imageIds": [{"imageTag": "v1"}]}),
            invalid,
            "Invalid parameter at 'maxResults' failed to satisfy constraint: 'cannot be used with imageIds'",
        ),
        (
            "ListImages",
            json!({"repositoryName": "shop", "nextToken": "?"}),
            invalid,
            "Invalid parameter at 'nextToken' failed to satisfy constraint: 'must be a token of an earlier answer'",
        ),
        (
            "CreateRepository",
            json!({"repositoryName": "new", "imageTagMutability": "SOMETIMES"}),
            invalid,
            "Invalid parameter at 'imageTagMutability' failed to satisfy constraint: 'Member must satisfy enum value set: [IMMUTABLE, MUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION]'",
        ),
    ] {
        assert_refused(&mut world, operation, &body, code, message);
    }
}

#[test]
fn a_call_is_judged_by_the_repositories_it_names() {
    let world = world();
    let arn = |name: &str| format!("arn:aws:ecr:eu-west-1:123456789012:repository/{name}");
    let asked = |operation, body: Value| resources(&world, operation, &body);
    assert_eq!(asked("GetAuthorizationToken", json!({})), ["*"]);
    assert_eq!(
        asked("DescribeImages", json!({"repositoryName": "team/shop"})),
        [arn("team/shop")]
    );
    assert_eq!(asked("DescribeRepositories", json!({})), [arn("*")]);
    let body = json!({"repositoryNames": ["a1", "b2"]});
    assert_eq!(asked("DescribeRepositories", body), [arn("a1"), arn("b2")]);
}
