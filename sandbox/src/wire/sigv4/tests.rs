//! Against AWS's own test suite for Signature Version 4.

use super::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const VANILLA: &str = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

fn authorization(signed: &str, signature: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
         SignedHeaders={signed}, Signature={signature}"
    )
}

fn request(uri: &str, authorization: &str) -> Request<Bytes> {
    Request::get(uri)
        .header("host", "example.amazonaws.com")
        .header("x-amz-date", "20150830T123600Z")
        .header("authorization", authorization)
        .body(Bytes::new())
        .unwrap()
}

fn verified(request: &Request<Bytes>, secret: &str) -> Result<(), String> {
    let authorization = Authorization::of(request).unwrap().unwrap();
    verify(&authorization, request, secret)
}

#[test]
fn the_vectors_of_aws_verify() {
    for (uri, signature) in [
        ("/", VANILLA),
        (
            "/?Param2=value2&Param1=value1",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
    ] {
        let request = request(uri, &authorization("host;x-amz-date", signature));
        assert_eq!(verified(&request, SECRET), Ok(()), "{uri}");
    }
}

#[test]
fn any_change_to_what_was_signed_is_noticed() {
    let good = authorization("host;x-amz-date", VANILLA);
    assert_eq!(
        verified(&request("/", &good), "another"),
        Err(MISMATCH.to_owned())
    );
    assert!(verified(&request("/elsewhere", &good), SECRET).is_err());
    assert!(verified(&request("/?more=1", &good), SECRET).is_err());

    let mut body = request("/", &good);
    *body.body_mut() = Bytes::from_static(b"{}");
    assert!(verified(&body, SECRET).is_err());

    let mut host = request("/", &good);
    host.headers_mut()
        .insert("host", "evil.example".parse().unwrap());
    assert!(verified(&host, SECRET).is_err());
}

#[test]
fn what_must_be_signed_is_asked_for() {
    let no_host = request("/", &authorization("x-amz-date", VANILLA));
    assert!(verified(&no_host, SECRET).unwrap_err().contains("'Host'"));
    let no_date = request("/", &authorization("host", VANILLA));
    assert!(
        verified(&no_date, SECRET)
            .unwrap_err()
            .contains("X-Amz-Date")
    );

    let mut token = request("/", &authorization("host;x-amz-date", VANILLA));
    let value = "smuggled".parse().unwrap();
    token.headers_mut().insert("x-amz-security-token", value);
    assert!(verified(&token, SECRET).is_err());
}

#[test]
fn a_payload_hash_or_a_date_that_contradicts_is_refused() {
    let good = authorization("host;x-amz-date", VANILLA);
    let mut hash = request("/", &good);
    hash.headers_mut()
        .insert("x-amz-content-sha256", "00".parse().unwrap());
    assert!(
        verified(&hash, SECRET)
            .unwrap_err()
            .contains("x-amz-content-sha256")
    );

    let mut date = request("/", &good);
    date.headers_mut()
        .insert("x-amz-date", "20150831T123600Z".parse().unwrap());
    assert!(
        verified(&date, SECRET)
            .unwrap_err()
            .contains("'20150830' != '20150831'")
    );
}

#[test]
fn a_header_that_cannot_be_read_says_what_is_missing() {
    for (text, word) in [
        (
            "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0",
            "'Credential'",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, Signature=0",
            "'SignedHeaders'",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0",
            "exactly 5",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0",
            "terminator",
        ),
    ] {
        let error = Authorization::of(&request("/", text)).unwrap_err();
        assert!(error.contains(word), "{text}: {error}");
    }
    assert_eq!(Authorization::of(&request("/", "Basic abc")), Ok(None));
}
