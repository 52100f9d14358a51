use super::*;

fn location(response: &Response<Bytes>) -> String {
    response.headers()["location"].to_str().unwrap().to_owned()
}

#[test]
fn a_blob_goes_up_in_parts_and_comes_down_whole_or_in_part() {
    let mut client = Client::new();
    let begun = client.call("POST", "/v2/team/shop/blobs/uploads/", "");
    assert_eq!(begun.status(), 202);
    let upload = location(&begun);
    for (range, part, now) in [("0-4", "green", "0-4"), ("5-8", "gate", "0-8")] {
        let request = client
            .request("PATCH", &upload)
            .header("content-range", range);
        let response = client.send(request, part);
        assert_eq!(response.status(), 202);
        assert_eq!(response.headers()["range"], now);
    }
    let asked = client.call("GET", &upload, "");
    assert_eq!(
        (asked.status().as_u16(), &asked.headers()["range"]),
        (204, &HeaderValue::from_static("0-8"))
    );
    let digest = Digest::of(b"greengate!");
    let done = client.call("PUT", &format!("{upload}?digest={digest}"), "!");
    assert_eq!(done.status(), 201);
    assert_eq!(done.headers()["docker-content-digest"], digest.as_str());

    let blob = location(&done);
    let whole = client.call("GET", &blob, "");
    assert_eq!(whole.body(), "greengate!");
    let head = client.call("HEAD", &blob, "");
    assert_eq!(
        (
            head.headers()["content-length"].as_bytes(),
            head.body().len()
        ),
        (&b"10"[..], 0)
    );
    let request = client.request("GET", &blob).header("range", "bytes=5-8");
    let part = client.send(request, "");
    assert_eq!(
        (part.status().as_u16(), part.body().as_ref()),
        (206, &b"gate"[..])
    );
    assert_eq!(part.headers()["content-range"], "bytes 5-8/10");
    let request = client.request("GET", &blob).header("range", "bytes=10-");
    assert_eq!(client.send(request, "").status(), 416);
}

#[test]
fn a_part_that_does_not_follow_is_refused() {
    let mut client = Client::new();
    let upload = location(&client.call("POST", "/v2/team/shop/blobs/uploads/", ""));
    let request = client
        .request("PATCH", &upload)
        .header("content-range", "5-8");
    assert_eq!(client.send(request, "gate").status(), 416);
    let asked = client.call("GET", &upload, "");
    assert_eq!(asked.headers()["range"], "0-0");
}

#[test]
fn content_that_is_not_what_its_digest_says_is_refused() {
    let mut client = Client::new();
    let upload = location(&client.call("POST", "/v2/team/shop/blobs/uploads/", ""));
    let digest = Digest::of(b"something else");
    let response = client.call("PUT", &format!("{upload}?digest={digest}"), "content");
    assert_eq!(response.status(), 400);
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(body["errors"][0]["code"], "DIGEST_INVALID");
    let path = format!("/v2/team/shop/blobs/{digest}");
    assert_eq!(client.call("HEAD", &path, "").status(), 404);
    let upload = location(&client.call("POST", "/v2/team/shop/blobs/uploads/", ""));
    assert_eq!(client.call("PUT", &upload, "no digest").status(), 400);
}

#[test]
fn an_upload_belongs_to_its_repository_and_ends() {
    let mut client = Client::new();
    let upload = location(&client.call("POST", "/v2/team/shop/blobs/uploads/", ""));
    let elsewhere = upload.replace("team/shop", "sealed");
    let unknown = client.call("PATCH", &elsewhere, "part");
    assert_refused(
        &unknown,
        404,
        "BLOB_UPLOAD_UNKNOWN",
        "blob upload unknown to registry",
    );
    assert_eq!(client.call("DELETE", &upload, "").status(), 204);
    assert_eq!(client.call("PATCH", &upload, "part").status(), 404);
}

#[test]
fn a_blob_is_mounted_where_the_account_allows_it() {
    let mut client = Client::new();
    let digest = client.blob("team/shop", "shared");
    let path = format!("/v2/sealed/blobs/uploads/?mount={digest}&from=team/shop");
    assert_eq!(client.call("POST", &path, "").status(), 202, "switched off");
    client.world.ecr.blob_mounting = true;
    assert_eq!(client.call("POST", &path, "").status(), 201);
    let blob = |name| {
        client.world.ecr.repositories[name].layers[&digest]
            .0
            .as_ptr()
    };
    assert_eq!(blob("sealed"), blob("team/shop"), "shared, not copied");

    let missing = Digest::of(b"never pushed");
    let path = format!("/v2/sealed/blobs/uploads/?mount={missing}&from=team/shop");
    assert_eq!(client.call("POST", &path, "").status(), 202);
}

#[test]
fn a_blob_is_not_mounted_from_where_the_caller_may_not_read() {
    let mut client = Client::with(
        "Statement: [{Effect: Allow, Action: 'ecr:*', Resource: '*'}, {Effect: Deny, Action: 'ecr:GetDownloadUrlForLayer', Resource: '*/team/shop'}]",
    );
    client.world.ecr.blob_mounting = true;
    let digest = client.blob("team/shop", "secret");
    let path = format!("/v2/sealed/blobs/uploads/?mount={digest}&from=team/shop");
    assert_eq!(client.call("POST", &path, "").status(), 202);
    assert!(client.world.ecr.repositories["sealed"].layers.is_empty());
}

#[test]
fn blobs_are_not_deleted_here() {
    let mut client = Client::new();
    let digest = client.blob("team/shop", "layer");
    let path = format!("/v2/team/shop/blobs/{digest}");
    assert_eq!(client.call("DELETE", &path, "").status(), 405);
}
