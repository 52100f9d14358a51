use super::*;

#[test]
fn an_image_is_found_by_its_tag_and_by_its_digest() {
    let mut client = Client::new();
    let image = client.image("team/shop", "layer");
    let digest = digest_of(&image);
    let put = client.put("team/shop", "v1", &image);
    assert_eq!(put.status(), 201);
    assert_eq!(put.headers()["docker-content-digest"], digest.as_str());
    for reference in ["v1", digest.as_str()] {
        let path = format!("/v2/team/shop/manifests/{reference}");
        let got = client.call("GET", &path, "");
        assert_eq!(got.body(), image.to_string().as_bytes());
        assert_eq!(got.headers()["content-type"], OCI_MANIFEST);
        assert_eq!(got.headers()["docker-content-digest"], digest.as_str());
        let head = client.call("HEAD", &path, "");
        let length = image.to_string().len().to_string();
        assert_eq!(head.headers()["content-length"], length.as_str());
        assert!(head.body().is_empty());
    }
}

#[test]
fn a_client_gets_only_what_it_can_read() {
    let mut client = Client::new();
    let image = client.image("team/shop", "layer");
    client.put("team/shop", "v1", &image);
    let both = format!("{DOCKER_MANIFEST}, {OCI_MANIFEST};q=0.9");
    for (accept, status) in [(DOCKER_MANIFEST, 404), (&both, 200), ("*/*", 200)] {
        let request = client
            .request("GET", "/v2/team/shop/manifests/v1")
            .header("accept", accept);
        assert_eq!(client.send(request, "").status(), status, "{accept}");
    }
}

#[test]
fn blobs_come_before_the_manifest() {
    let mut client = Client::new();
    let image = client.image("team/shop", "layer");
    let layer = image["layers"][0]["digest"].as_str().unwrap();
    let config = image["config"]["digest"].as_str().unwrap();
    let message = format!(
        "Layers with digests '[{config}, {layer}]' required for pushing image into repository with name 'sealed' in the registry with id '123456789012' do not exist"
    );
    let response = client.put("sealed", "v1", &image);
    assert_refused(&response, 404, "BLOB_UPLOAD_UNKNOWN", &message);
}

#[test]
fn an_index_lists_images_that_are_there() {
    let mut client = Client::new();
    let image = client.image("team/shop", "layer");
    let digest = digest_of(&image);
    let index = json!({
        "schemaVersion": 2,
        "mediaType": OCI_INDEX,
        "manifests": [{"mediaType": OCI_MANIFEST, "digest": digest.as_str(), "size": 1,
            "platform": {"os": "linux", "architecture": "arm64"}}],
    });
    let message = format!(
        "Images with digests '[{digest}]' required for pushing image into repository with name 'team/shop' in the registry with id '123456789012' do not exist"
    );
    let response = client.put("team/shop", "v1", &index);
    assert_refused(&response, 400, "MANIFEST_BLOB_UNKNOWN", &message);
    assert_eq!(
        client.put("team/shop", digest.as_str(), &image).status(),
        201
    );
    assert_eq!(client.put("team/shop", "v1", &index).status(), 201);
}

#[test]
fn a_registry_cache_must_be_written_as_an_image() {
    let mut client = Client::new();
    let image = client.image("team/shop", "layer");
    let (layer, config) = (image["layers"][0].clone(), image["config"].clone());
    let index = json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [layer, config]});
    assert_eq!(client.put("team/shop", "buildcache", &index).status(), 400);
    let mut cache = image;
    cache["config"]["mediaType"] = json!("application/vnd.buildkit.cacheconfig.v0");
    assert_eq!(client.put("team/shop", "buildcache", &cache).status(), 201);
}

#[test]
fn an_immutable_tag_stays_even_for_the_image_that_has_it() {
    let mut client = Client::new();
    let (first, second) = (client.image("sealed", "one"), client.image("sealed", "two"));
    assert_eq!(client.put("sealed", "v1", &first).status(), 201);
    let message = "The image tag 'v1' already exists in the 'sealed' repository and cannot be overwritten because the tag is immutable.";
    for image in [&second, &first] {
        assert_refused(
            &client.put("sealed", "v1", image),
            400,
            "TAG_INVALID",
            message,
        );
    }
    let digest = digest_of(&first);
    assert_eq!(
        client.put("sealed", digest.as_str(), &first).status(),
        201,
        "by digest"
    );
    assert_eq!(
        client.put("sealed", "v2", &first).status(),
        201,
        "another tag"
    );
}

#[test]
fn a_mutable_tag_moves_and_the_image_it_leaves_stays() {
    let mut client = Client::new();
    let (first, second) = (
        client.image("team/shop", "one"),
        client.image("team/shop", "two"),
    );
    for image in [&first, &first, &second] {
        assert_eq!(client.put("team/shop", "latest", image).status(), 201);
    }
    let repository = &client.world.ecr.repositories["team/shop"];
    assert_eq!(repository.resolve("latest"), Some(digest_of(&second)));
    assert_eq!(repository.tags_of(&digest_of(&first)).count(), 0);
    assert_eq!(repository.images.len(), 2);
}

#[test]
fn a_manifest_has_the_digest_it_is_put_under() {
    let mut client = Client::new();
    let image = client.image("team/shop", "layer");
    let other = Digest::of(b"other");
    let message = format!(
        "The image with digest '{other}' in repository 'team/shop' and registry ID '123456789012' does not match the image digest that Amazon ECR has calculated."
    );
    let response = client.put("team/shop", other.as_str(), &image);
    assert_refused(&response, 400, "MANIFEST_INVALID", &message);
}

#[test]
fn what_ecr_does_not_keep_is_unsupported() {
    let mut client = Client::new();
    let mut image = client.image("team/shop", "layer");
    image["layers"] = json!([]);
    let message =
        "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'";
    let response = client.put("team/shop", "v1", &image);
    assert_refused(&response, 405, "UNSUPPORTED", message);
    let image = client.image("team/shop", "layer");
    assert_eq!(client.put("team/shop", ".v1", &image).status(), 400);
}

#[test]
fn tags_are_listed_page_by_page() {
    let mut client = Client::new();
    let image = client.image("team/shop", "layer");
    for tag in ["v1", "v2", "v3"] {
        client.put("team/shop", tag, &image);
    }
    let list = |client: &mut Client, query: &str| {
        let response = client.call("GET", &format!("/v2/team/shop/tags/list{query}"), "");
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        (body, response.headers().get("link").cloned())
    };
    let (all, more) = list(&mut client, "");
    assert_eq!(
        all,
        json!({"name": "team/shop", "tags": ["v1", "v2", "v3"]})
    );
    assert_eq!(more, None);
    let (page, more) = list(&mut client, "?n=2");
    assert_eq!(page["tags"], json!(["v1", "v2"]));
    assert_eq!(
        more.unwrap(),
        "</v2/team/shop/tags/list?n=2&last=v2>; rel=\"next\""
    );
    let (page, more) = list(&mut client, "?n=2&last=v2");
    assert_eq!((&page["tags"], more), (&json!(["v3"]), None));
}
