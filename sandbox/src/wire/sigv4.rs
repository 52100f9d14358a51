//! AWS Signature Version 4, from the side of the one who verifies.
//!
//! Knows nothing of accounts: it is given the secret that the request claims to be signed with.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

mod canonical;

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, header};
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

const MISMATCH: &str = "The request signature we calculated does not match the signature you \
     provided. Check your AWS Secret Access Key and signing method. Consult the service \
     documentation for details.";

/// What an `Authorization` header claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authorization {
    /// The access key id.
    pub(super) key: String,
    /// `20260102`.
    pub(super) date: String,
    /// `eu-west-1`.
    pub(super) region: String,
    /// `ecs`.
    pub(super) service: String,
    /// Names of the signed headers, in lower case.
    pub(super) signed: Vec<String>,
    /// 64 hexadecimal digits.
    pub(super) signature: String,
}

impl Authorization {
    /// Reads the header of `request`: none if it is not signed with this algorithm, and AWS's
    /// sentence if it cannot be read.
    pub(super) fn of(request: &Request<Bytes>) -> Result<Option<Self>, String> {
        let Some(value) = request.headers().get(header::AUTHORIZATION) else {
            return Ok(None);
        };
        let text = value
            .to_str()
            .map_err(|_| "Authorization header is not text.".to_owned())?;
        match text.strip_prefix(ALGORITHM) {
            None => Ok(None),
            Some(fields) => Self::read(fields).map(Some),
        }
    }

    fn read(fields: &str) -> Result<Self, String> {
        let field = |name: &str| {
            let mut found = fields.split(',').filter_map(|f| f.trim().split_once('='));
            found
                .find(|(n, _)| *n == name)
                .map(|(_, value)| value)
                .ok_or_else(|| format!("Authorization header requires '{name}' parameter."))
        };
        let credential = field("Credential")?;
        let mut scope = credential.split('/').map(str::to_owned);
        let (Some(key), Some(date), Some(region), Some(service), Some(end), None) = (
            scope.next(),
            scope.next(),
            scope.next(),
            scope.next(),
            scope.next(),
            scope.next(),
        ) else {
            return Err(format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 keyid/date/region/service/term, got '{credential}'"
            ));
        };
        if end != "aws4_request" {
            return Err(format!(
                "Credential should be scoped with a valid terminator: 'aws4_request', not '{end}'."
            ));
        }
        Ok(Self {
            key,
            date,
            region,
            service,
            signed: field("SignedHeaders")?
                .split(';')
                .map(str::to_owned)
                .collect(),
            signature: field("Signature")?.to_owned(),
        })
    }

    fn scope(&self) -> String {
        format!(
            "{}/{}/{}/aws4_request",
            self.date, self.region, self.service
        )
    }
}

/// Is `request` signed as `authorization` says, with `secret`? Otherwise AWS's sentence.
pub(super) fn verify(
    authorization: &Authorization,
    request: &Request<Bytes>,
    secret: &str,
) -> Result<(), String> {
    must_be_signed(authorization, request)?;
    let time = time(authorization, request)?;
    let payload = payload_hash(request)?;
    let canonical = canonical::request(authorization, request, &payload);
    let canonical = hex::encode(Sha256::digest(canonical));
    let text = format!(
        "{ALGORITHM}\n{time}\n{}\n{canonical}",
        authorization.scope()
    );
    let expected = hex::encode(hmac(&signing_key(authorization, secret), &text));
    if expected == authorization.signature {
        Ok(())
    } else {
        Err(MISMATCH.to_owned())
    }
}

/// The host, and a session token where there is one, are part of every signature.
fn must_be_signed(authorization: &Authorization, request: &Request<Bytes>) -> Result<(), String> {
    let signed = |name: &str| authorization.signed.iter().any(|header| header == name);
    if !signed("host") {
        return Err(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned(),
        );
    }
    if request.headers().contains_key("x-amz-security-token") && !signed("x-amz-security-token") {
        return Err(MISMATCH.to_owned());
    }
    Ok(())
}

/// The time of the signature: `20260102T030405Z`.
fn time(authorization: &Authorization, request: &Request<Bytes>) -> Result<String, String> {
    let time = canonical::header(request, "x-amz-date").unwrap_or_default();
    if time.is_empty() || !authorization.signed.iter().any(|h| h == "x-amz-date") {
        return Err(
            "Authorization header requires existence of a signed 'X-Amz-Date' header.".to_owned(),
        );
    }
    if !time.starts_with(&authorization.date) {
        return Err(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
             HTTP: '{}' != '{}', from '{time}'.",
            authorization.date,
            time.get(..8).unwrap_or(&time),
        ));
    }
    Ok(time)
}

fn payload_hash(request: &Request<Bytes>) -> Result<String, String> {
    let actual = hex::encode(Sha256::digest(request.body()));
    match canonical::header(request, "x-amz-content-sha256") {
        Some(claimed) if claimed != actual => Err(
            "The provided 'x-amz-content-sha256' header does not match what was computed."
                .to_owned(),
        ),
        _ => Ok(actual),
    }
}

fn signing_key(authorization: &Authorization, secret: &str) -> Vec<u8> {
    let first = format!("AWS4{secret}").into_bytes();
    let Authorization {
        date,
        region,
        service,
        ..
    } = authorization;
    [date, region, service, "aws4_request"]
        .iter()
        .fold(first, |key, part| hmac(&key, part))
}

/// A key of any length will do, so there is always an answer.
fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
