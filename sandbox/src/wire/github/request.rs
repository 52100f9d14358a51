//! A call to GitHub, read: which repository, what in it, for whom; and GitHub's way to say no.

use super::super::Reply;
use crate::world::World;
use crate::world::github::permissions::{Level, Scope};
use crate::world::github::{Holder, Repository};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

/// A call by somebody known about a repository that they may see.
pub(super) struct Asked {
    pub(super) method: Method,
    /// `acme/shop`.
    full_name: String,
    /// What follows the repository in the path, percent-decoded.
    pub(super) rest: Vec<String>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Value,
    pub(super) holder: Holder,
    /// The name on record.
    pub(super) caller: String,
    /// The whole path, for links to other pages.
    pub(super) path: String,
}

/// GitHub says no.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    /// The permission that would do, for the header that names it.
    accepted: Option<String>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            accepted: None,
        }
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found")
    }

    pub(super) fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    pub(super) fn inaccessible() -> Self {
        let message = "Resource not accessible by integration";
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(super) fn reply(&self) -> Reply {
        let body = json!({
            "message": self.message,
            "documentation_url": "https://docs.github.com/rest",
            "status": self.status.as_str(),
        });
        let reply = Reply {
            error: Some(self.message.clone()),
            ..Reply::json(self.status, &body)
        };
        match &self.accepted {
            Some(accepted) => reply.with("x-accepted-github-permissions", accepted),
            None => reply,
        }
    }
}

impl Asked {
    pub(super) fn read(world: &World, request: &Request<Bytes>) -> Result<Self, Refusal> {
        let holder = holder(world, request)?;
        let path = request.uri().path();
        let bare = path.strip_prefix("/api/v3").unwrap_or(path);
        let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        let mut parts = bare.split('/').filter(|part| !part.is_empty()).map(decoded);
        let (Some("repos"), Some(owner), Some(name)) =
            (parts.next().as_deref(), parts.next(), parts.next())
        else {
            return Err(Refusal::not_found());
        };
        let asked = Self {
            method: request.method().clone(),
            full_name: format!("{owner}/{name}"),
            rest: parts.collect(),
            query: query(request),
            body: serde_json::from_slice(request.body()).unwrap_or(Value::Null),
            caller: name_of(&holder),
            holder,
            path: path.to_owned(),
        };
        asked.visible(world)?;
        Ok(asked)
    }

    /// A private repository is not there for the tokens of others.
    fn visible(&self, world: &World) -> Result<(), Refusal> {
        let repository = self.repository(world)?;
        let permissions = world.github.permissions(&self.holder, repository);
        if repository.private && permissions.is_none() {
            return Err(Refusal::not_found());
        }
        Ok(())
    }

    /// The repository that the call is about.
    pub(super) fn repository<'a>(&self, world: &'a World) -> Result<&'a Repository, Refusal> {
        let found = world.github.repository(&self.full_name);
        found.ok_or_else(Refusal::not_found)
    }

    /// `acme/shop`.
    pub(super) fn full_name(&self) -> &str {
        &self.full_name
    }

    /// Refuses unless the token gives this much.
    pub(super) fn need(&self, world: &World, scope: Scope, level: Level) -> Result<(), Refusal> {
        let repository = self.repository(world)?;
        let permissions = world.github.permissions(&self.holder, repository);
        if permissions.is_some_and(|given| given.give(scope, level)) {
            return Ok(());
        }
        let name = |value: Value| value.as_str().unwrap_or_default().to_owned();
        let (scope, level) = (name(json!(scope)), name(json!(level)));
        Err(Refusal {
            accepted: Some(format!("{scope}={level}")),
            ..Refusal::inaccessible()
        })
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut found = self.query.iter().filter(|(n, _)| n == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// A text field of the body.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name)?.as_str()
    }
}

fn holder(world: &World, request: &Request<Bytes>) -> Result<Holder, Refusal> {
    let unauthorized = |message| Refusal::new(StatusCode::UNAUTHORIZED, message);
    let Some(value) = request.headers().get(header::AUTHORIZATION) else {
        return Err(unauthorized("Requires authentication"));
    };
    let token = value.to_str().ok().and_then(bearer);
    let holder = token.and_then(|token| world.github.holder(token));
    holder.ok_or_else(|| unauthorized("Bad credentials"))
}

/// GitHub takes `Bearer` and `token`, in any case.
pub(in crate::wire) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let known = ["bearer", "token"];
    known
        .iter()
        .any(|k| scheme.eq_ignore_ascii_case(k))
        .then(|| token.trim())
}

fn name_of(holder: &Holder) -> String {
    match holder {
        Holder::User(login) => login.clone(),
        Holder::Job(key) => format!("job {} of run {}", key.job, key.run),
    }
}

fn query(request: &Request<Bytes>) -> Vec<(String, String)> {
    let query = request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}
