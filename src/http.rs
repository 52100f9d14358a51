//! The one HTTP stack: rustls with ring behind the SDK's connector, shared by AWS and GitHub.

use aws_smithy_http_client::{Builder, tls::Provider, tls::rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// A client over TLS with the system's certificates.
pub fn client() -> SharedHttpClient {
    Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https()
}
