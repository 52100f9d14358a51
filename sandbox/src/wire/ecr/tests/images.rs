use super::*;

fn digest_of(world: &World, repository: &str, tag: &str) -> String {
    let digest = world.ecr.repositories[repository].resolve(tag).unwrap();
    digest.as_str().to_owned()
}

#[test]
fn an_image_is_described() {
    let mut world = world();
    let digest = digest_of(&world, "shop", "v1");
    let expected = json!([{
        "registryId": "123456789012",
        "repositoryName": "shop",
        "imageDigest": digest,
        "imageTags": ["latest", "v1"],
        "imageSizeInBytes": 1024,
        "imagePushedAt": epoch(world.now),
        "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
        "artifactMediaType": "application/vnd.oci.image.config.v1+json",
        "imageStatus": "ACTIVE",
    }]);
    for id in [
        json!({"imageTag": "v1"}),
        json!({"imageDigest": digest}),
        json!({"imageTag": "latest", "imageDigest": digest}),
    ] {
        let body = json!({"repositoryName": "shop", "imageIds": [id]});
        assert_eq!(
            answer(&mut world, "DescribeImages", &body)["imageDetails"],
            expected
        );
    }
}

#[test]
fn an_index_is_as_large_as_its_largest_image() {
    let mut world = world();
    let body = json!({"repositoryName": "shop", "imageIds": [{"imageTag": "v2"}]});
    let answer = answer(&mut world, "DescribeImages", &body);
    let index = &answer["imageDetails"][0];
    assert_eq!(
        index["imageManifestMediaType"],
        "application/vnd.oci.image.index.v1+json"
    );
    assert_eq!(index["imageSizeInBytes"], 1024);
    assert_eq!(index.get("artifactMediaType"), None);
}

#[test]
fn an_image_that_is_not_there_is_named() {
    let mut world = world();
    let code = "ImageNotFoundException";
    let ids = [json!({"imageTag": "v1"}), json!({"imageTag": "v9"})];
    let body = json!({"repositoryName": "shop", "imageIds": ids});
    let message = "The image with imageId {imageDigest:'null', imageTag:'v9'} does not exist within the repository with name 'shop' in the registry with id '123456789012'";
    assert_refused(&mut world, "DescribeImages", &body, code, message);
}

#[test]
fn images_come_page_by_page() {
    let mut world = world();
    let mut seen = Vec::new();
    let mut body = json!({"repositoryName": "shop", "maxResults": 3});
    loop {
        let page = answer(&mut world, "DescribeImages", &body);
        let images = page["imageDetails"].as_array().unwrap();
        seen.extend(images.iter().map(|image| image["imageDigest"].clone()));
        match page.get("nextToken") {
            Some(token) => body["nextToken"] = token.clone(),
            None => break,
        }
    }
    let all = world.ecr.repositories["shop"].images.keys();
    assert_eq!(
        seen,
        all.map(|digest| json!(digest.as_str())).collect::<Vec<_>>()
    );
    assert_eq!(seen.len(), 4, "v1, and an index of two images");
}

#[test]
fn lists_are_filtered_by_tags() {
    let mut world = world();
    for (status, count) in [("TAGGED", 3), ("UNTAGGED", 2), ("ANY", 5)] {
        let body = json!({"repositoryName": "shop", "filter": {"tagStatus": status}});
        let listed = answer(&mut world, "ListImages", &body);
        assert_eq!(
            listed["imageIds"].as_array().unwrap().len(),
            count,
            "{status}"
        );
    }
}

#[test]
fn manifests_are_given_and_what_is_missing_is_told() {
    let mut world = world();
    let digest = digest_of(&world, "shop", "v1");
    let other = digest_of(&world, "shop", "v2");
    let ids = json!([
        {"imageTag": "v1"},
        {"imageTag": "v9"},
        {"imageDigest": "sha256:1"},
        {},
        {"imageTag": "v1", "imageDigest": other},
    ]);
    let body = json!({"repositoryName": "shop", "imageIds": ids});
    let answered = answer(&mut world, "BatchGetImage", &body);
    let image = &answered["images"][0];
    assert_eq!(
        image["imageId"],
        json!({"imageDigest": digest, "imageTag": "v1"})
    );
    let manifest = image["imageManifest"].as_str().unwrap();
    assert_eq!(
        crate::world::ecr::digest::Digest::of(manifest.as_bytes()).as_str(),
        digest
    );
    let failures = answered["failures"].as_array().unwrap();
    let codes: Vec<_> = failures
        .iter()
        .map(|failure| failure["failureCode"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "ImageNotFound",
            "InvalidImageDigest",
            "MissingDigestAndTag",
            "ImageTagDoesNotMatchDigest"
        ]
    );
    assert_eq!(failures[0]["failureReason"], "Requested image not found");

    let docker = ["application/vnd.docker.distribution.manifest.v2+json"];
    let body = json!({"repositoryName": "shop", "imageIds": [{"imageTag": "v1"}], "acceptedMediaTypes": docker});
    let answered = answer(&mut world, "BatchGetImage", &body);
    assert_eq!(answered["failures"][0]["failureCode"], "ImageNotFound");
}

#[test]
fn an_image_gets_another_tag() {
    let mut world = world();
    let body = |repository: &str, tag: &str| json!({"repositoryName": repository, "imageIds": [{"imageTag": tag}]});
    let got = answer(&mut world, "BatchGetImage", &body("shop", "v1"));
    let manifest = got["images"][0]["imageManifest"].clone();
    let put =
        |tag: &str| json!({"repositoryName": "shop", "imageManifest": manifest, "imageTag": tag});
    let image = answer(&mut world, "PutImage", &put("production"));
    assert_eq!(image["image"]["imageId"]["imageTag"], "production");
    let described = answer(&mut world, "DescribeImages", &body("shop", "production"));
    assert_eq!(
        described["imageDetails"][0]["imageTags"],
        json!(["latest", "production", "v1"])
    );

    let digest = digest_of(&world, "shop", "v1");
    let message = format!(
        "Image with digest '{digest}' and tag 'v1' already exists in the repository with name 'shop' in registry with id '123456789012'"
    );
    assert_refused(
        &mut world,
        "PutImage",
        &put("v1"),
        "ImageAlreadyExistsException",
        &message,
    );
}

#[test]
fn a_push_by_the_api_is_refused_in_its_own_words() {
    let mut world = world();
    let got = answer(
        &mut world,
        "BatchGetImage",
        &json!({"repositoryName": "shop", "imageIds": [{"imageTag": "v2"}]}),
    );
    let index = got["images"][0]["imageManifest"].clone();
    let code = |world: &mut World, body: Value| ask(world, "PutImage", &body).unwrap_err().code;
    let to_sealed =
        json!({"repositoryName": "team/sealed", "imageManifest": index, "imageTag": "v2"});
    assert_eq!(
        code(&mut world, to_sealed),
        "ReferencedImagesNotFoundException"
    );
    let got = answer(
        &mut world,
        "BatchGetImage",
        &json!({"repositoryName": "team/sealed", "imageIds": [{"imageTag": "v1"}]}),
    );
    let image = got["images"][0]["imageManifest"].clone();
    let taken = json!({"repositoryName": "team/sealed", "imageManifest": image, "imageTag": "v1"});
    assert_eq!(code(&mut world, taken), "ImageTagAlreadyExistsException");
    let empty = answer(
        &mut world,
        "CreateRepository",
        &json!({"repositoryName": "empty"}),
    );
    let to_empty =
        json!({"repositoryName": empty["repository"]["repositoryName"], "imageManifest": image});
    assert_eq!(code(&mut world, to_empty), "LayersNotFoundException");
    let junk = json!({"repositoryName": "shop", "imageManifest": "{}"});
    assert_eq!(code(&mut world, junk), "InvalidParameterException");
    let other = digest_of(&world, "shop", "v1");
    let mismatch = json!({"repositoryName": "shop", "imageManifest": index, "imageDigest": other});
    assert_eq!(
        code(&mut world, mismatch),
        "ImageDigestDoesNotMatchException"
    );
}

#[test]
fn an_image_goes_with_its_last_tag() {
    let mut world = world();
    let digest = digest_of(&world, "shop", "v1");
    let delete = |ids: Value| json!({"repositoryName": "shop", "imageIds": ids});
    let gone = answer(
        &mut world,
        "BatchDeleteImage",
        &delete(json!([{"imageTag": "latest"}])),
    );
    assert_eq!(
        gone,
        json!({"imageIds": [{"imageDigest": digest, "imageTag": "latest"}], "failures": []})
    );
    assert_eq!(digest_of(&world, "shop", "v1"), digest);
    answer(
        &mut world,
        "BatchDeleteImage",
        &delete(json!([{"imageTag": "v1"}])),
    );
    assert_eq!(world.ecr.repositories["shop"].resolve(&digest), None);
}

#[test]
fn an_image_that_an_index_lists_stays() {
    let mut world = world();
    let index = digest_of(&world, "shop", "v2");
    let repository = &world.ecr.repositories["shop"];
    let key = crate::world::ecr::digest::Digest::parse(&index).unwrap();
    let child = repository.images[&key].parsed.images()[0].digest.clone();
    let ids = json!([{"imageDigest": child.as_str()}]);
    let answered = answer(
        &mut world,
        "BatchDeleteImage",
        &json!({"repositoryName": "shop", "imageIds": ids}),
    );
    let failure = &answered["failures"][0];
    assert_eq!(failure["failureCode"], "ImageReferencedByManifestList");
    assert_eq!(
        failure["failureReason"],
        format!("Requested image referenced by manifest list: [{index}]")
    );
}

#[test]
fn layers_are_checked_and_can_be_fetched() {
    let mut world = world();
    let layer = crate::world::ecr::digest::Digest::of(&[0; 1024]);
    let other = crate::world::ecr::digest::Digest::of(b"other");
    let digests = json!([layer.as_str(), other.as_str(), "junk"]);
    let body = json!({"repositoryName": "shop", "layerDigests": digests});
    let checked = answer(&mut world, "BatchCheckLayerAvailability", &body);
    assert_eq!(
        checked["layers"],
        json!([
            {"layerDigest": layer.as_str(), "layerAvailability": "AVAILABLE", "layerSize": 1024,
                "mediaType": "application/vnd.oci.image.layer.v1.tar"},
            {"layerDigest": other.as_str(), "layerAvailability": "UNAVAILABLE"},
        ])
    );
    assert_eq!(checked["failures"][0]["failureCode"], "InvalidLayerDigest");

    let body = json!({"repositoryName": "shop", "layerDigest": layer.as_str()});
    let fetched = answer(&mut world, "GetDownloadUrlForLayer", &body);
    let url: http::Uri = fetched["downloadUrl"].as_str().unwrap().parse().unwrap();
    let path = url.path_and_query().unwrap().as_str();
    let request = http::Request::get(path).body(bytes::Bytes::new()).unwrap();
    let reply = crate::wire::registry::answer(&mut world, &request);
    assert_eq!(reply.response.body().len(), 1024);
    let body = json!({"repositoryName": "shop", "layerDigest": other.as_str()});
    let message = format!(
        "The layer with digest '{other}' does not exist within the repository with name 'shop' in the registry with id '123456789012'"
    );
    assert_refused(
        &mut world,
        "GetDownloadUrlForLayer",
        &body,
        "LayersNotFoundException",
        &message,
    );
}
