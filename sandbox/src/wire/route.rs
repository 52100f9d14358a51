//! Whom a request is for.
//!
//! AWS's JSON services are known by `X-Amz-Target`, its query services by the service a request is
//! signed for or by its `Version`; everything else by its path.

use super::aws::Service;
use super::aws_error::AwsError;
use super::query::{Form, QueryService};
use super::{Reply, aws, control, github, oidc, query, registry, sigv4};
use crate::world::World;
use bytes::Bytes;
use http::{Method, Request, StatusCode};

/// The services that speak awsJson 1.1.
const JSON: [&Service; 6] = [
    &super::ecs::SERVICE,
    &super::codedeploy::SERVICE,
    &super::ecr::SERVICE,
    &super::logs::SERVICE,
    &super::secrets_manager::SERVICE,
    &super::ssm::SERVICE,
];

/// The services that take forms and answer XML.
const QUERY: [&QueryService; 4] = [
    &super::sts::SERVICE,
    &super::elb::SERVICE,
    &super::iam::SERVICE,
    &super::cloudwatch::SERVICE,
];

/// Whom a request is for.
pub(super) enum Route {
    Control,
    Json(&'static Service, String),
    Query(&'static QueryService, Form),
    Registry,
    GitHub,
    Oidc,
    Nobody,
}

impl Route {
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        json(request)
            .or_else(|| by_path(request.uri().path()))
            .or_else(|| form(request))
            .unwrap_or(Self::Nobody)
    }

    /// The name on record and in faults.
    pub(super) fn service(&self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Json(service, _) => service.prefix,
            Self::Query(service, _) => service.prefix,
            Self::Registry => "registry",
            Self::GitHub => "github",
            Self::Oidc => "oidc",
            Self::Nobody => "unknown",
        }
    }

    /// The operation's name, or method and path where the service has no operation names.
    pub(super) fn operation(&self, request: &Request<Bytes>) -> String {
        match self {
            Self::Json(_, operation) => operation.clone(),
            Self::Query(_, form) => form.get("Action").unwrap_or_default().to_owned(),
            _ => format!("{} {}", request.method(), request.uri().path()),
        }
    }

    pub(super) fn carry_out(&self, world: &mut World, request: &Request<Bytes>) -> Reply {
        match self {
            Self::Json(service, operation) => aws::answer(world, service, operation, request),
            Self::Query(service, form) => query::answer(world, service, form, request),
            Self::Registry => registry::answer(world, request),
            Self::Control => control::answer(world, request),
            Self::GitHub => github::answer(world, request),
            Self::Oidc => oidc::answer(world, request),
            Self::Nobody => {
                Reply::new(StatusCode::NOT_FOUND, "text/plain", "Nothing answers here.")
            }
        }
    }

    /// Says `error` as the service would.
    pub(super) fn refuse(&self, world: &mut World, error: &AwsError) -> Reply {
        match self {
            Self::Json(..) => aws::refuse(world, error),
            Self::Query(service, _) => query::refuse(world, service, error),
            Self::Registry => {
                let body = serde_json::json!({
                    "errors": [{"code": error.code, "message": error.message}]
                });
                Reply::json(error.status, &body).about(error)
            }
            _ => {
                let body = serde_json::json!({
                    "message": error.message,
                    "status": error.status.as_str(),
                });
                Reply::json(error.status, &body).about(error)
            }
        }
    }
}

fn json(request: &Request<Bytes>) -> Option<Route> {
    let target = request.headers().get("x-amz-target")?.to_str().ok()?;
    let (prefix, operation) = target.rsplit_once('.')?;
    let service = JSON.into_iter().find(|service| service.target == prefix)?;
    Some(Route::Json(service, operation.to_owned()))
}

fn form(request: &Request<Bytes>) -> Option<Route> {
    if request.uri().path() != "/" {
        return None;
    }
    let form = match *request.method() {
        Method::GET => Form::parse(request.uri().query()?.as_bytes()),
        _ => Form::parse(request.body()),
    };
    form.get("Action")?;
    let signed_for = sigv4::Authorization::of(request)
        .ok()
        .flatten()
        .map(|authorization| authorization.service);
    let service = QUERY.into_iter().find(|service| match &signed_for {
        Some(name) => name == service.signing,
        None => form.get("Version") == Some(service.version),
    })?;
    Some(Route::Query(service, form))
}

fn by_path(path: &str) -> Option<Route> {
    let first = path.split('/').nth(1)?;
    match first {
        "_sandbox" => Some(Route::Control),
        "v2" => Some(Route::Registry),
        "repos" | "api" => Some(Route::GitHub),
        "oidc" | ".well-known" => Some(Route::Oidc),
        _ => None,
    }
}
