//! What AWS said when it said no, sorted by what can be done about it.
//!
//! The only place that takes an SDK error apart. It words what holds for every call (permissions,
//! credentials, AWS not answering); what a service's own refusal means is the caller's to say.

mod codes;
mod denied;

use crate::failure::{self, Code, Failure};
use anyhow::Chain;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use codes::{bare, kind_of_answer};
use std::error::Error;
use std::fmt;

/// A failed AWS call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsFailure {
    /// `ecs:UpdateService`: service and operation as IAM spells them.
    pub action: String,
    /// AWS's error code; empty when there was no answer.
    pub code: String,
    /// AWS's sentence, or what the connection said.
    pub message: String,
    /// AWS's request id, where one came back.
    pub request_id: Option<String>,
    /// What can be done about it.
    pub kind: Kind,
}

/// What can be done about a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Ask less often.
    Throttled,
    /// Ask again: a server error, a cut connection, a half answer.
    Transient,
    /// Not permitted: asking again does not help.
    Denied,
    /// The credentials ended or could not be had.
    Credentials,
    /// AWS understood and refused; the code says why.
    Rejected,
}

impl Kind {
    /// Whether it may pass by itself.
    pub fn passes(self) -> bool {
        matches!(self, Self::Throttled | Self::Transient)
    }
}

impl AwsFailure {
    /// The failed call in an error's chain, if there is one.
    pub fn of(error: &anyhow::Error) -> Option<&Self> {
        failure::within(error)
    }

    /// Whether the address leads nowhere: it does not resolve, or nobody listens.
    pub fn nobody_there(&self) -> bool {
        ["lookup address", "Connection refused"]
            .iter()
            .any(|words| self.message.contains(words))
    }

    /// Whether AWS refused the call, before anything came of it, because the session has ended.
    pub fn session_ended(&self) -> bool {
        matches!(bare(&self.code), "ExpiredToken" | "ExpiredTokenException")
    }
}

impl fmt::Display for AwsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.action, self.message)?;
        if !self.code.is_empty() {
            write!(f, " ({})", self.code)?;
        }
        Ok(())
    }
}

impl Error for AwsFailure {}

/// Turns the SDK's error for `action` (`ecs:UpdateService`) into an [`AwsFailure`], made for
/// `map_err`. A [`Failure`] that the credentials provider gave stays in the chain, below it.
pub fn seen<E>(action: &'static str) -> impl FnOnce(SdkError<E, HttpResponse>) -> anyhow::Error
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    move |error| {
        let cause = in_chain::<Failure>(&error).cloned();
        let failure = taken_apart(action, &error, cause.as_ref());
        match cause {
            Some(cause) => anyhow::Error::new(cause).context(failure),
            None => failure.into(),
        }
    }
}

/// What a failure that is not the called service's own refusal means to the reader; `None` for
/// [`Kind::Rejected`], which the caller words.
pub fn explain(failure: &AwsFailure) -> Option<Failure> {
    let AwsFailure { action, .. } = failure;
    let said = failure.to_string();
    let explained = match failure.kind {
        Kind::Rejected => return None,
        Kind::Denied => denied::explain(failure),
        Kind::Credentials => credentials(failure),
        Kind::Throttled => Failure::new(
            Code::AwsUnavailable,
            format!("AWS throttled {action} until the run gave up"),
            "Run again later: what is done is found and used again. Fewer runs at a time, or a longer \
             poll-interval, ask less often.",
        ),
        Kind::Transient => Failure::new(
            Code::AwsUnavailable,
            format!("AWS gave no usable answer to {action}"),
            way_to(failure),
        ),
    };
    let explained = explained.because(said);
    Some(match &failure.request_id {
        Some(id) => explained.because(format!("request id {id}")),
        None => explained,
    })
}

/// The credentials are there, and AWS does not take them: each way has its own cause.
fn credentials(failure: &AwsFailure) -> Failure {
    let AwsFailure {
        action, message, ..
    } = failure;
    let (what, help) = match bare(&failure.code) {
        _ if message.contains("scoped to a valid region") => (
            format!("AWS takes {action} for a call to another region"),
            "Check aws-region, and that AWS_ENDPOINT_URL, if it is set, is an address in that \
             region.",
        ),
        "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidAccessKeyId" => (
            format!("AWS does not know the credentials for {action}"),
            "Check that the account has aws-region enabled (the newer regions are not, by \
             themselves), that the access key is not deleted, and that region and credentials are \
             of the same partition (aws, aws-cn, aws-us-gov).",
        ),
        "RequestExpired" | "SignatureDoesNotMatch" | "InvalidSignatureException" => (
            format!("AWS did not accept the signature of {action}"),
            "Check the runner's clock, which may be minutes off, and that no proxy on the way \
             changes requests.",
        ),
        _ => (
            format!("AWS did not accept the credentials for {action}"),
            "Set role-to-assume, so that the credentials are renewed as long as the run lasts; \
             credentials made before this step must outlive it.",
        ),
    };
    Failure::new(Code::NoCredentials, what, help)
}

/// An address that does not resolve is more often a region that is none than an outage.
fn way_to(failure: &AwsFailure) -> &'static str {
    if failure.message.contains("lookup address") {
        return "Check that aws-region is a region, and that the runner can resolve its address.";
    }
    "Run again; if it persists, look at the region's status on \
     https://health.aws.amazon.com/health/status and at the runner's way to it."
}

fn taken_apart<E>(
    action: &str,
    error: &SdkError<E, HttpResponse>,
    cause: Option<&Failure>,
) -> AwsFailure
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let (code, message) = match error {
        SdkError::ServiceError(service) => words_of(service.err(), service.raw()),
        other => (String::new(), innermost(other)),
    };
    AwsFailure {
        action: action.to_owned(),
        kind: kind_of(error, &code, &message, cause),
        request_id: error.request_id().map(str::to_owned),
        code,
        message,
    }
}

/// AWS's code and sentence; what the HTTP answer says where there is none.
fn words_of<E: ProvideErrorMetadata>(error: &E, raw: &HttpResponse) -> (String, String) {
    let status = raw.status().as_u16();
    let sentence = error.message().filter(|message| !message.is_empty());
    let sentence = sentence.map_or_else(|| format!("HTTP status {status}"), str::to_owned);
    (error.code().unwrap_or_default().to_owned(), sentence)
}

fn kind_of<E>(
    error: &SdkError<E, HttpResponse>,
    code: &str,
    message: &str,
    cause: Option<&Failure>,
) -> Kind
where
    E: Error + Send + Sync + 'static,
{
    if let Some(cause) = cause {
        return kind_of_own(cause);
    }
    match in_chain::<CredentialsError>(error) {
        Some(CredentialsError::ProviderTimedOut(_)) => return Kind::Transient,
        Some(_) => return Kind::Credentials,
        None => {}
    }
    match error {
        SdkError::ServiceError(service) => {
            kind_of_answer(service.raw().status().as_u16(), code, message)
        }
        SdkError::ConstructionFailure(_) => Kind::Rejected,
        _ => Kind::Transient,
    }
}

/// Our own credentials provider fails with a [`Failure`]: one that may pass, or one that stays.
fn kind_of_own(cause: &Failure) -> Kind {
    match cause.code {
        Code::AwsUnavailable => Kind::Transient,
        _ => Kind::Credentials,
    }
}

fn in_chain<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    Chain::new(error).find_map(|error| error.downcast_ref())
}

/// The SDK's outer errors say only "dispatch failure"; the innermost one says what happened.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let innermost = Chain::new(error).last();
    innermost.unwrap_or(error).to_string()
}

/// All of `error` that a user can act on: its failures, or else the failed call that it is. Nothing
/// where it is a bug.
pub fn failures(error: &anyhow::Error) -> Vec<Failure> {
    let failures = Failure::all_of(error);
    if failures.is_empty() {
        return AwsFailure::of(error).map(worded).into_iter().collect();
    }
    failures.into_iter().cloned().collect()
}

/// A failed call as a failure, where nobody knows better.
pub fn worded(failure: &AwsFailure) -> Failure {
    explain(failure).unwrap_or_else(|| {
        let what = format!("AWS refuses {}", failure.action);
        let help = "Correct what AWS names, and look the code up in its documentation.";
        Failure::new(Code::AwsUnavailable, what, help).because(failure.to_string())
    })
}

#[cfg(test)]
mod tests;
