//! Calls to services of which one or two reads are needed, made through the SDK's own runtime:
//! signing, credentials, time-outs and errors are the SDK's, the few words of the request ours.
//!
//! The crates of IAM, Systems Manager, Secrets Manager and CloudWatch have 700,000 lines, nearly as
//! many as all that are linked here taken together, and minutes of every clean build: for five
//! operations that change nothing. What is left to do without them is here, and small: where a
//! service is ([`endpoint`], AWS's own table), and a request and an answer in two protocols
//! ([`words`], [`xml`]). Who asks and how often is not: as for every other service, that is
//! [`Asking`](super::ask::Asking)'s.

mod endpoint;
mod words;
mod xml;

pub(super) use xml::Element;

use crate::aws::Aws;
use crate::aws::answer::{half, unusable};
use anyhow::{Context as _, Result};
use aws_config::{BehaviorVersion, SdkConfig};
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_sdk_sts::config::IdentityCache;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};
use bytes::Bytes;

/// A service and how it is spoken to.
#[derive(Debug)]
pub(super) struct Service {
    /// Its id, which `AWS_ENDPOINT_URL_<ID>` is named after: `Secrets Manager`.
    pub id: &'static str,
    /// Its name in addresses and signatures: `secretsmanager`.
    pub host: &'static str,
    /// How its requests are written.
    pub protocol: Protocol,
}

/// How the requests of a service are written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Protocol {
    /// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>, with the name before the
    /// dot of `X-Amz-Target`.
    Json(&'static str),
    /// <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>, with the `Version`.
    Query(&'static str),
}

/// What comes of a call: the answer's body.
pub(super) type Answered = Result<Bytes, SdkError<ErrorMetadata, HttpResponse>>;

/// The way to one service.
#[derive(Debug, Clone)]
pub(super) struct Direct {
    config: SdkConfig,
    service: &'static Service,
}

impl Direct {
    /// `service` as `aws` reaches it.
    pub(super) fn new(aws: &Aws, service: &'static Service) -> Self {
        let config = aws.config.clone();
        Self { config, service }
    }

    /// The same in another region.
    pub(super) fn in_region(mut self, region: Option<&str>) -> Self {
        if let Some(region) = region {
            let region = Region::new(region.to_owned());
            self.config = self.config.into_builder().region(region).build();
        }
        self
    }

    /// Calls `operation` with `body`, written in the service's protocol by [`words`].
    ///
    /// # Errors
    /// When there is no way to the service; what it refuses is in the answer.
    pub(super) async fn call(&self, operation: &'static str, body: String) -> Result<Answered> {
        let endpoint = endpoint::of(&self.config, self.service)?;
        let protocol = self.service.protocol;
        let http = self.config.http_client().context("no HTTP client")?;
        let time = self.config.time_source().context("no clock")?;
        let sleep = self.config.sleep_impl().context("no clock to sleep by")?;
        let timeouts = self.config.timeout_config().cloned();
        let call = Operation::builder()
            .service_name(self.service.id)
            .operation_name(operation)
            .behavior_version(BehaviorVersion::latest())
            .http_client(http)
            .time_source(time)
            .sleep_impl(sleep)
            .endpoint_url(&endpoint.url)
            .no_retry()
            .timeout_config(timeouts.unwrap_or_else(TimeoutConfig::disabled))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .runtime_plugin(self.signing(endpoint.region)?)
            .serializer(move |body| words::request(protocol, operation, body))
            .deserializer(move |response| words::answer(protocol, response))
            .build();
        Ok(call.invoke(body).await)
    }

    fn signing(&self, region: Region) -> Result<StaticRuntimePlugin> {
        let credentials = self.config.credentials_provider();
        let credentials = credentials.context("no credentials to sign with")?;
        let mut layer = Layer::new("signing");
        layer.store_put(AuthSchemeOptionResolverParams::new(()));
        layer.store_put(SigV4OperationSigningConfig {
            region: Some(SigningRegion::from(region)),
            region_set: None,
            name: Some(SigningName::from_static(self.service.host)),
            signing_options: SigningOptions::default(),
        });
        let schemes = StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]);
        let schemes = SharedAuthSchemeOptionResolver::new(schemes);
        let components = RuntimeComponentsBuilder::new("signing")
            .with_auth_scheme_option_resolver(Some(schemes))
            .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
            .with_identity_cache(Some(IdentityCache::no_cache()))
            .with_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials));
        Ok(StaticRuntimePlugin::new()
            .with_config(layer.freeze())
            .with_runtime_components(components))
    }
}

/// The fields of a query request as a body.
pub(super) fn form(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter();
    let fields = fields.map(|(name, value)| format!("{name}={}", words::encoded(value)));
    fields.collect::<Vec<_>>().join("&")
}

/// What stands inside of the element of the operation's result.
pub(super) fn result(action: &str, answer: &[u8], name: &str) -> Result<Element> {
    let answer = Element::read(answer).map_err(|error| unusable(action, &error.to_string()))?;
    let result = answer.child(name).cloned();
    result.ok_or_else(|| half(action, name))
}

#[cfg(test)]
mod tests;
