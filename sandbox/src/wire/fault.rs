//! How a scripted fault is said in the words of the service it strikes.

use super::aws_error::AwsError;
use super::route::Route;
use crate::world::script::Outcome;
use http::StatusCode;

/// The error that `outcome` comes to; none if the connection is cut.
pub(super) fn error(route: &Route, outcome: Outcome) -> Option<AwsError> {
    match outcome {
        Outcome::Error(error) => Some(error),
        Outcome::Throttle => Some(throttled(route)),
        Outcome::Broken(status) => Some(broken(route, status)),
        Outcome::Cut => None,
    }
}

fn throttled(route: &Route) -> AwsError {
    let (code, message, status) = match route {
        Route::Json(..) => (
            "ThrottlingException",
            "Rate exceeded",
            StatusCode::BAD_REQUEST,
        ),
        Route::Query(..) => ("Throttling", "Rate exceeded", StatusCode::BAD_REQUEST),
        Route::Registry => (
            "TOOMANYREQUESTS",
            "Rate exceeded",
            StatusCode::TOO_MANY_REQUESTS,
        ),
        _ => (
            "rate limited",
            "API rate limit exceeded for installation.",
            StatusCode::FORBIDDEN,
        ),
    };
    AwsError {
        status,
        ..AwsError::client(code, message)
    }
}

fn broken(route: &Route, status: StatusCode) -> AwsError {
    let unavailable = status == StatusCode::SERVICE_UNAVAILABLE;
    let (code, message) = match route {
        Route::Json(..) if unavailable => (
            "ServiceUnavailableException",
            "Service is unable to handle request.",
        ),
        Route::Query(..) if unavailable => {
            ("ServiceUnavailable", "Service is unable to handle request.")
        }
        Route::Json(..) | Route::Query(..) => (
            "InternalFailure",
            "The request processing has failed because of an unknown error, exception or failure.",
        ),
        Route::Registry => ("UNKNOWN", "unknown error"),
        _ => ("server error", "Server Error"),
    };
    AwsError {
        status,
        ..AwsError::client(code, message)
    }
}
