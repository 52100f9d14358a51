//! What the adapters share in reading AWS's answers: "not there" as `None`, moments, raw bodies.

use crate::aws::error::{AwsFailure, Kind, seen};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use bytes::Bytes;
use jiff::Timestamp;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

/// The answer, or `None` when the service says that the thing is not there, by `absent`; any other
/// error is that of `action`.
pub(super) fn found<T, E>(
    action: &'static str,
    result: Result<T, SdkError<E, HttpResponse>>,
    absent: impl FnOnce(&E) -> bool,
) -> anyhow::Result<Option<T>>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(SdkError::ServiceError(error)) if absent(error.err()) => Ok(None),
        Err(error) => Err(seen(action)(error)),
    }
}

/// A moment as the SDK gives it; `None` outside the years that a timestamp can show.
pub(super) fn moment(at: &DateTime) -> Option<Timestamp> {
    let nanoseconds = i32::try_from(at.subsec_nanos()).ok()?;
    Timestamp::new(at.secs(), nanoseconds).ok()
}

/// The failure of a call that AWS answered, but without what the answer is for.
pub(super) fn unusable(action: &str, message: &str) -> anyhow::Error {
    let failure = AwsFailure {
        action: action.to_owned(),
        code: String::new(),
        message: message.to_owned(),
        request_id: None,
        kind: Kind::Transient,
    };
    failure.into()
}

/// The failure of a call whose answer lacks what it is for.
pub(super) fn half(action: &str, member: &str) -> anyhow::Error {
    unusable(action, &format!("the answer has no {member}"))
}

/// Keeps the body of the last answer as it came over the wire, so that fields newer than the SDK
/// are seen.
#[derive(Debug, Clone, Default)]
pub(super) struct RawAnswer(Arc<Mutex<Bytes>>);

impl RawAnswer {
    /// The body; empty before an answer came.
    pub(super) fn body(&self) -> Bytes {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[dyn_dispatch_hint]
impl Intercept for RawAnswer {
    fn name(&self) -> &'static str {
        "RawAnswer"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Bytes::copy_from_slice(body);
        Ok(())
    }
}
