use super::*;
use crate::wire::registry::presigned;
use crate::world::ecr::Seed;
use crate::world::ecr::digest::Digest;
use crate::world::ecr::manifest::{DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST};
use crate::world::ecr::token;
use crate::world::identity::User;
use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::SignedDuration;
use serde_json::{Value, json};

mod manifests;
mod uploads;

const ACCOUNT: &str = "123456789012";

/// A world with a user, a mutable repository `team/shop`, an immutable one `sealed`, and a token.
struct Client {
    world: World,
    password: String,
}

impl Client {
    fn new() -> Self {
        Self::with("Statement: [{Effect: Allow, Action: 'ecr:*', Resource: '*'}]")
    }

    fn with(policy: &str) -> Self {
        let start = "2026-11-23T10:00:00Z".parse().unwrap();
        let mut world = World::new(start, ACCOUNT, "eu-west-1");
        let policies = vec![serde_saphyr::from_str(policy).unwrap()];
        let users = &mut world.identity.users;
        users.insert("ops".to_owned(), User { policies });
        let seed: Seed = serde_saphyr::from_str(
            "repositories: [{name: team/shop}, {name: sealed, mutability: IMMUTABLE}]",
        )
        .unwrap();
        seed.seed(&mut world).unwrap();
        let caller = Caller {
            arn: format!("arn:aws:iam::{ACCOUNT}:user/ops"),
        };
        let (password, _) = token::issue(&mut world, &caller);
        Self { world, password }
    }

    fn request(&self, method: &str, path: &str) -> http::request::Builder {
        let credentials = BASE64_STANDARD.encode(format!("AWS:{}", self.password));
        Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Basic {credentials}"))
    }

    fn send(&mut self, request: http::request::Builder, body: impl Into<Bytes>) -> Response<Bytes> {
        let request = request.body(body.into()).unwrap();
        answer(&mut self.world, &request).response
    }

    fn call(&mut self, method: &str, path: &str, body: impl Into<Bytes>) -> Response<Bytes> {
        let request = self.request(method, path);
        self.send(request, body)
    }

    /// Uploads a blob in one piece and gives its digest.
    fn blob(&mut self, name: &str, content: &str) -> Digest {
        let digest = Digest::of(content.as_bytes());
        let path = format!("/v2/{name}/blobs/uploads/?digest={digest}");
        assert_eq!(self.call("POST", &path, content.to_owned()).status(), 201);
        digest
    }

    fn put(&mut self, name: &str, reference: &str, manifest: &Value) -> Response<Bytes> {
        let media_type = manifest["mediaType"].as_str().unwrap().to_owned();
        let path = format!("/v2/{name}/manifests/{reference}");
        let request = self
            .request("PUT", &path)
            .header("content-type", media_type);
        self.send(request, manifest.to_string())
    }

    /// An image whose blobs are there.
    fn image(&mut self, name: &str, content: &str) -> Value {
        let layer = self.blob(name, content);
        let config = self.blob(name, "{}");
        json!({
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config.as_str(), "size": 2},
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": layer.as_str(), "size": content.len()}],
        })
    }
}

fn digest_of(manifest: &Value) -> Digest {
    Digest::of(manifest.to_string().as_bytes())
}

#[track_caller]
fn assert_refused(response: &Response<Bytes>, status: u16, code: &str, message: &str) {
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    let expected = json!({"errors": [{"code": code, "message": message}]});
    assert_eq!((response.status().as_u16(), &body), (status, &expected));
}

#[test]
fn without_a_password_the_registry_asks_for_one_as_ecr_does() {
    let mut client = Client::new();
    for request in [
        Request::get("/v2/"),
        Request::get("/v2/team/shop/manifests/v1"),
    ] {
        let response = client.send(request, "");
        assert_eq!(response.status(), 401);
        assert_eq!(
            response.headers()["www-authenticate"],
            "Basic realm=\"http://127.0.0.1:4566/\",service=\"ecr.amazonaws.com\""
        );
        assert_eq!(
            response.headers()["docker-distribution-api-version"],
            "registry/2.0"
        );
        assert_eq!(response.body(), "Not Authorized\n");
    }
}

#[test]
fn a_token_opens_the_registry_for_twelve_hours() {
    let mut client = Client::new();
    assert_eq!(client.call("GET", "/v2/", "").status(), 200);
    let expires = client.world.now + SignedDuration::from_hours(12);
    client
        .world
        .advance_to(expires - SignedDuration::from_secs(1));
    assert_eq!(client.call("GET", "/v2/", "").status(), 200);
    client.world.advance_to(expires);
    assert_refused(
        &client.call("GET", "/v2/", ""),
        403,
        "DENIED",
        "Your authorization token has expired. Reauthenticate and try again.",
    );
}

#[test]
fn a_made_up_token_opens_nothing() {
    let mut client = Client::new();
    client.password = "guess".to_owned();
    let response = client.call("GET", "/v2/", "");
    assert_refused(
        &response,
        400,
        "DENIED",
        "Your Authorization Token is invalid.",
    );
    let other = BASE64_STANDARD.encode("me:secret");
    let request = Request::get("/v2/").header("authorization", format!("Basic {other}"));
    assert_eq!(client.send(request, "").status(), 401);
}

#[test]
fn the_password_is_nowhere_in_the_world() {
    let client = Client::new();
    assert!(!format!("{:?}", client.world).contains(&client.password));
}

#[test]
fn every_step_needs_its_own_permission() {
    let repository = "arn:aws:ecr:eu-west-1:123456789012:repository/team/shop";
    for (method, path, action) in [
        ("HEAD", "blobs/sha256:00", "BatchCheckLayerAvailability"),
        ("GET", "blobs/sha256:00", "GetDownloadUrlForLayer"),
        ("POST", "blobs/uploads/", "InitiateLayerUpload"),
        ("PATCH", "blobs/uploads/1", "UploadLayerPart"),
        ("PUT", "blobs/uploads/1", "CompleteLayerUpload"),
        ("PUT", "manifests/v1", "PutImage"),
        ("GET", "manifests/v1", "BatchGetImage"),
        ("HEAD", "manifests/v1", "BatchGetImage"),
        ("GET", "tags/list", "ListImages"),
    ] {
        let path = format!("/v2/team/shop/{path}");
        let policy = |effect| {
            format!("{{Effect: {effect}, Action: 'ecr:{action}', Resource: '{repository}'}}")
        };
        let mut may = Client::with(&format!("Statement: [{}]", policy("Allow")));
        assert_ne!(may.call(method, &path, "").status(), 403, "{method} {path}");
        let mut may_not = Client::with("Statement: []");
        let response = may_not.call(method, &path, "");
        assert_eq!(response.status(), 403, "{method} {path}");
        if method != "HEAD" {
            let message = format!(
                "User: arn:aws:iam::{ACCOUNT}:user/ops is not authorized to perform: ecr:{action} on resource: {repository} because no identity-based policy allows the ecr:{action} action"
            );
            assert_refused(&response, 403, "DENIED", &message);
        }
    }
}

#[test]
fn a_layer_that_comes_in_one_piece_is_a_part_too() {
    let allow = |actions: &str| {
        format!("Statement: [{{Effect: Allow, Action: [{actions}], Resource: '*'}}]")
    };
    let path = "/v2/team/shop/blobs/uploads/1";
    let mut ends = Client::with(&allow("'ecr:CompleteLayerUpload'"));
    assert_eq!(ends.call("PUT", path, "layer").status(), 403);
    assert_eq!(ends.call("PUT", path, "").status(), 404);
    let mut sends = Client::with(&allow("'ecr:CompleteLayerUpload', 'ecr:UploadLayerPart'"));
    assert_eq!(sends.call("PUT", path, "layer").status(), 404);
}

#[test]
fn a_repository_must_exist() {
    let mut client = Client::new();
    let message = "The repository with name 'team/other' does not exist in the registry with id '123456789012'";
    for (method, path) in [
        ("POST", "/v2/team/other/blobs/uploads/"),
        ("GET", "/v2/team/other/manifests/v1"),
        ("GET", "/v2/team/other/tags/list"),
    ] {
        assert_refused(&client.call(method, path, ""), 404, "NAME_UNKNOWN", message);
    }
}

#[test]
fn the_reply_says_who_asked_and_what_was_refused() {
    let mut client = Client::new();
    let request = client.request("GET", "/v2/team/shop/manifests/v1");
    let reply = answer(&mut client.world, &request.body(Bytes::new()).unwrap());
    assert_eq!(reply.caller, "arn:aws:iam::123456789012:user/ops");
    assert_eq!(reply.error.as_deref(), Some("MANIFEST_UNKNOWN"));
}

#[test]
fn a_presigned_url_opens_one_blob_for_an_hour() {
    let mut client = Client::new();
    let digest = client.blob("team/shop", "layer");
    let url = presigned::url(&client.world, "team/shop", &digest);
    let path = url.strip_prefix("http://127.0.0.1:4566").unwrap();
    assert_eq!(client.send(Request::get(path), "").body(), "layer");
    let other = path.replace("team/shop", "sealed");
    assert_eq!(client.send(Request::get(&other), "").status(), 401);
    let longer = path.replace("Expires=1", "Expires=2");
    assert_eq!(client.send(Request::get(&longer), "").status(), 401);
    let later = client.world.now + SignedDuration::from_hours(1);
    client.world.advance_to(later);
    assert_eq!(client.send(Request::get(path), "").status(), 401);
}
