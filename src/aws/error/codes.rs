//! What AWS's error codes come to. Pure.

use super::Kind;

/// The kind of an answer by its HTTP status, error code and sentence.
///
/// The codes are those of <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>
/// and of the SDK's own retry rules.
pub(super) fn kind_of_answer(status: u16, code: &str, message: &str) -> Kind {
    let code = bare(code);
    let throttled = message.contains("Too many concurrent attempts to create a new revision")
        || message.starts_with("Rate exceeded");
    match code {
        _ if throttled => Kind::Throttled,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "ProvisionedThroughputExceededException"
        | "BandwidthLimitExceeded"
        | "PriorRequestNotComplete"
        | "SlowDown" => Kind::Throttled,
        "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException" => Kind::Credentials,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "UnauthorizedException"
        | "NotAuthorized"
        | "OptInRequired" => Kind::Denied,
        _ if message.contains("is not authorized to perform") => Kind::Denied,
        "RequestTimeout"
        | "RequestTimeoutException"
        | "InternalFailure"
        | "InternalError"
        | "InternalServerError"
        | "InternalServerException"
        | "ServerException"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "IDPCommunicationError" => Kind::Transient,
        _ if status == 429 => Kind::Throttled,
        _ if status >= 500 => Kind::Transient,
        // Not AWS but something on the way to it: its own refusals have a code.
        "" => Kind::Transient,
        _ => Kind::Rejected,
    }
}

/// A few services write `Namespace#Code` or `Code:http://…`.
pub(super) fn bare(code: &str) -> &str {
    let code = code.rsplit('#').next().unwrap_or(code);
    code.split(':').next().unwrap_or(code)
}
