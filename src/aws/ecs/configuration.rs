//! The deployment configuration of services on the wire: as ECS shows it, and as it is sent, neither
//! through the SDK's types.

use super::document::replace_body;
use crate::model::deployment_configuration::DeploymentConfiguration;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What an answer about services shows of how they are deployed.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Shown {
    /// DescribeServices has many.
    #[serde(default)]
    services: Vec<OfService>,
    /// UpdateService has one.
    service: Option<OfService>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfService {
    service_arn: Option<String>,
    deployment_configuration: Option<Map<String, Value>>,
}

impl Shown {
    /// Reads an answer that the SDK has read too: what is none says nothing.
    pub(super) fn of(body: &Bytes) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// The one of the service of this ARN.
    pub(super) fn configuration(&self, service: Option<&str>) -> DeploymentConfiguration {
        let mut all = self.services.iter().chain(&self.service);
        let found = all.find(|it| it.service_arn.as_deref() == service);
        let document = found.and_then(|it| it.deployment_configuration.clone());
        DeploymentConfiguration::of(document.unwrap_or_default())
    }
}

/// The request that the SDK made with the document in it, before it is signed.
///
/// # Errors
/// Where the SDK has made no JSON.
pub(super) fn with(
    mut request: HttpRequest,
    configuration: Option<&DeploymentConfiguration>,
) -> Result<HttpRequest, serde_json::Error> {
    if let Some(configuration) = configuration {
        let made = request.body().bytes().unwrap_or_default();
        let mut body: Map<String, Value> = serde_json::from_slice(made)?;
        let document = Value::Object(configuration.document().clone());
        body.insert("deploymentConfiguration".to_owned(), document);
        replace_body(&mut request, &serde_json::to_vec(&body)?.into());
    }
    Ok(request)
}
