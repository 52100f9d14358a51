//! A panic: a bug, told like every other failure. Its message may hold anything, so that it reaches
//! a reader through the sinks and in no other way.

use crate::report::diagnostics;
use anyhow::anyhow;
use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Mutex, PoisonError};

/// Where the last panic was.
static PLACE: Mutex<Option<String>> = Mutex::new(None);

/// From now on a panic prints only where it was; what it says is told where it is caught.
pub fn keep_to_ourselves() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        diagnostics::panicked(place.as_deref().unwrap_or("an unknown place"));
        *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
}

/// What `work` comes to; a panic in it is an error without a code. What it held is dropped, files
/// with secrets in them among it.
pub(super) async fn caught<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let mut work = pin!(work);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or_else(|panic| std::task::Poll::Ready(Err(error(panic.as_ref()))))
    })
    .await
}

fn error(panic: &(dyn Any + Send)) -> anyhow::Error {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    let place = PLACE.lock().unwrap_or_else(PoisonError::into_inner).take();
    let text = text.unwrap_or_else(|| "a panic without a message".to_owned());
    match place {
        Some(place) => anyhow!(text).context(format!("Greengate panicked at {place}")),
        None => anyhow!(text).context("Greengate panicked"),
    }
}

#[cfg(test)]
mod tests {
    use super::caught;

    #[tokio::test]
    async fn a_panic_is_an_error_with_its_message() {
        let held = tempfile::tempdir().expect("a directory");
        let path = held.path().to_owned();
        let work = async move {
            let _held = held;
            tokio::task::yield_now().await;
            assert!(!path.exists(), "no {}", "way");
            Ok(())
        };
        let error = caught(work).await.unwrap_err();
        assert!(format!("{error:#}").ends_with("no way"), "{error:#}");
    }

    #[tokio::test]
    async fn what_does_not_panic_is_as_it_is() {
        let good = caught(async { Ok(1) }).await;
        assert_eq!(good.expect("a number"), 1);
        let bad = caught::<()>(async { Err(anyhow::anyhow!("no")) }).await;
        assert_eq!(bad.unwrap_err().to_string(), "no");
    }
}
