//! The run's AWS credentials: obtained when it begins, renewed before they end.
//!
//! The SDK asks for credentials before every request and is told not to keep them: when they are
//! renewed, and what happens when that fails, is decided here alone. A deployment of several hours
//! outlives any session this way, because every renewal begins with a new OIDC token.

mod ambient;
mod held;
mod role;

use crate::aws::ask::Asking;
use crate::clock::Clock;
use crate::events::{EventKind, Events};
use crate::failure::{Code, Failure};
use crate::github::oidc::Issuer;
use crate::http::Http;
use crate::inputs::{AwsInputs, Role};
use crate::job::Job;
use ambient::Ambient;
use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use held::{Held, Standing};
use role::Assumed;
use secrecy::SecretString;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Mutex;

/// A provider that keeps its credentials alive.
pub struct Renewed {
    source: Source,
    clock: Clock,
    events: Events,
    held: Mutex<Option<Held>>,
    /// How many have been held so far.
    number: AtomicU64,
}

/// The same for the SDK.
#[derive(Debug, Clone)]
pub(super) struct Session(pub(super) Arc<Renewed>);

/// Where credentials come from.
enum Source {
    /// `role-to-assume`, with the job's OIDC token.
    Role(Box<Assumed>),
    /// Whatever is there already.
    Ambient(Ambient),
}

impl fmt::Debug for Renewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Renewed({})", self.role().unwrap_or("ambient"))
    }
}

impl Renewed {
    /// The source that the inputs name; asks for nothing yet. `base` is how AWS is reached.
    ///
    /// # Errors
    /// When a role is to be assumed and the job has no OIDC token.
    pub async fn from_inputs(
        inputs: &AwsInputs,
        job: &Job,
        base: &SdkConfig,
        http: &Http,
        events: &Events,
    ) -> Result<Self, Failure> {
        let source = match &inputs.role {
            None => Source::Ambient(Ambient::new(base, &http.clock).await),
            Some(role) => {
                let request = job.oidc.clone().ok_or_else(|| without_oidc(role))?;
                let issuer = Issuer::new(request, http.clone(), events.clone());
                let asking = Asking::new(http.clock.clone()).telling(events.clone());
                let assumed = Assumed::new(role.clone(), base, issuer, http.clock.clone(), asking);
                Source::Role(Box::new(assumed))
            }
        };
        Ok(Self {
            source,
            clock: http.clock.clone(),
            events: events.clone(),
            held: Mutex::default(),
            number: AtomicU64::new(0),
        })
    }

    /// Obtains the first credentials, patiently.
    ///
    /// # Errors
    /// Why there are none.
    pub async fn obtain(&self) -> Result<(), Failure> {
        let first = self.source.obtain().await?;
        self.hold(&mut *self.held.lock().await, first);
        Ok(())
    }

    /// Credentials that are good now: those at hand, or new ones.
    ///
    /// # Errors
    /// Why there are none. A failed renewal is no error as long as the old ones are good.
    pub async fn current(&self) -> Result<Credentials, Failure> {
        let mut held = self.held.lock().await;
        let standing = held.as_ref().map(|held| held.standing(self.clock.now()));
        if let (Some(held), Some(Standing::Good)) = (&*held, standing) {
            return Ok(held.credentials.clone());
        }
        match (self.source.renew().await, &mut *held) {
            (Ok(new), held) => self.replaced(held, new),
            (Err(failure), Some(old)) if standing == Some(Standing::Due) => {
                self.put_off(old, &failure);
                Ok(old.credentials.clone())
            }
            (Err(failure), _) => Err(failure),
        }
    }

    /// Which credentials are at hand, counted from 1; 0 before there are any.
    pub(super) fn number(&self) -> u64 {
        self.number.load(Ordering::Relaxed)
    }

    /// AWS has ended the session of this number, which may say that it is good: the next request
    /// obtains new credentials, unless another one has already.
    pub(super) async fn ended(&self, number: u64) {
        let mut held = self.held.lock().await;
        if let Some(held) = held.as_mut().filter(|_| number == self.number()) {
            held.refuse();
        }
    }

    /// New credentials in the place of those that AWS has ended.
    ///
    /// # Errors
    /// When they are the same.
    fn replaced(&self, held: &mut Option<Held>, new: Credentials) -> Result<Credentials, Failure> {
        if held.as_ref().is_some_and(|old| old.is_refused(&new)) {
            return Err(ended_for_good());
        }
        if held.as_ref().is_some_and(Held::refused) {
            self.events
                .note("AWS ended the session before its time; a new one was obtained.");
        }
        Ok(self.hold(held, new))
    }

    fn hold(&self, held: &mut Option<Held>, new: Credentials) -> Credentials {
        self.events.mask(&new.secret_access_key().into());
        if let Some(token) = new.session_token() {
            self.events.mask(&SecretString::from(token));
        }
        if held.is_none() {
            let role = self.role().map(str::to_owned);
            self.events.emit(EventKind::CredentialsObtained { role });
        }
        *held = Some(Held::new(new.clone(), self.clock.now()));
        self.number.fetch_add(1, Ordering::Relaxed);
        new
    }

    fn put_off(&self, old: &mut Held, failure: &Failure) {
        let first = old.put_off(self.clock.now());
        if let (true, Some(ends)) = (first, old.ends) {
            let why = failure.why.first().unwrap_or(&failure.what);
            self.events.warn(format!(
                "The AWS credentials could not be renewed yet ({why}); those at hand are good \
                 until {ends}."
            ));
        }
    }

    fn role(&self) -> Option<&str> {
        match &self.source {
            Source::Role(assumed) => Some(&assumed.role.arn),
            Source::Ambient(_) => None,
        }
    }
}

impl ProvideCredentials for Session {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let provided = async {
            self.0
                .current()
                .await
                .map_err(CredentialsError::provider_error)
        };
        future::ProvideCredentials::new(provided)
    }
}

impl Source {
    async fn obtain(&self) -> Result<Credentials, Failure> {
        match self {
            Self::Role(assumed) => assumed.obtain().await,
            Self::Ambient(ambient) => ambient.obtain().await,
        }
    }

    async fn renew(&self) -> Result<Credentials, Failure> {
        match self {
            Self::Role(assumed) => assumed.renew().await,
            Self::Ambient(ambient) => ambient.obtain().await,
        }
    }
}

fn ended_for_good() -> Failure {
    Failure::new(
        Code::NoCredentials,
        "AWS has ended the session of the credentials that were there",
        "Set role-to-assume, so that the credentials are renewed as long as the run lasts; \
         credentials made before this step must outlive it.",
    )
    .because("the same credentials were there again")
}

fn without_oidc(role: &Role) -> Failure {
    Failure::new(
        Code::NoCredentials,
        format!("the job has no OIDC token to assume {} with", role.arn),
        "Add `id-token: write` to the job's `permissions:` (beside `contents: read`, which a \
         `permissions:` block takes away unless it is named); a reusable workflow needs it from \
         its caller too.",
    )
    .because("ACTIONS_ID_TOKEN_REQUEST_URL is not set")
    .because("runs for pull requests from forks never get one")
}

#[cfg(test)]
mod tests;
