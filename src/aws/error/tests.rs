use super::codes::kind_of_answer;
use super::{AwsFailure, Kind, explain, seen};
use crate::failure::{Code, Failure};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;

type Refused = SdkError<GetCallerIdentityError, HttpResponse>;

fn answered(status: u16, code: &str, message: &str) -> AwsFailure {
    let meta = ErrorMetadata::builder().code(code).message(message).build();
    let mut raw = HttpResponse::new(status.try_into().expect("a status"), SdkBody::empty());
    raw.headers_mut().insert("x-amzn-requestid", "req-1");
    let error: Refused = SdkError::service_error(GetCallerIdentityError::generic(meta), raw);
    let error = seen("ecs:UpdateService")(error).context("deploying shop");
    AwsFailure::of(&error).expect("a failed call").clone()
}

#[test]
fn answers_are_sorted_by_code_sentence_and_status() {
    use Kind::{Credentials, Denied, Rejected, Throttled, Transient};
    let revision = "Too many concurrent attempts to create a new revision of the specified family.";
    let pass_role = "User: u is not authorized to perform: iam:PassRole on resource: r";
    for (status, code, message, kind) in [
        (400, "ThrottlingException", "Rate exceeded", Throttled),
        (400, "ClientException", revision, Throttled),
        (429, "", "", Throttled),
        (400, "ExpiredTokenException", "", Credentials),
        (403, "InvalidClientTokenId", "", Credentials),
        (400, "UnrecognizedClientException", "", Credentials),
        (400, "AccessDeniedException", "", Denied),
        (403, "AccessDenied", "", Denied),
        (400, "ClientException", pass_role, Denied),
        (500, "ServerException", "", Transient),
        (400, "ServerException", "", Transient),
        (503, "", "", Transient),
        (400, "com.amazonaws.ecs#ThrottlingException", "", Throttled),
        (400, "ServiceNotFoundException", "", Rejected),
        (400, "LimitExceededException", "", Rejected),
        (403, "", "", Transient),
    ] {
        assert_eq!(
            kind_of_answer(status, code, message),
            kind,
            "{code} {message}"
        );
    }
}

#[test]
fn a_refused_call_keeps_code_sentence_and_request_id_below_a_context() {
    let failure = answered(400, "ServiceNotFoundException", "Service not found.");
    assert_eq!(failure.kind, Kind::Rejected);
    assert_eq!(failure.request_id.as_deref(), Some("req-1"));
    assert_eq!(
        failure.to_string(),
        "ecs:UpdateService: Service not found. (ServiceNotFoundException)"
    );
    assert!(explain(&failure).is_none());
}

#[test]
fn a_denied_call_names_action_resource_and_statement() {
    let failure = answered(
        400,
        "AccessDeniedException",
        "User: arn:aws:sts::1:assumed-role/ci/s is not authorized to perform: iam:PassRole on \
         resource: arn:aws:iam::1:role/task because no identity-based policy allows the \
         iam:PassRole action",
    );
    let refused = explain(&failure).expect("an explanation");
    assert_eq!(refused.code, Code::AccessDenied);
    assert_eq!(
        refused.what,
        "no permission for iam:PassRole on arn:aws:iam::1:role/task"
    );
    assert_eq!(refused.why[0], "asked as arn:aws:sts::1:assumed-role/ci/s");
    assert_eq!(refused.why[1], "needed by ecs:UpdateService");
    assert_eq!(
        refused.help,
        r#"Add to the role's policy (docs/permissions.md has all that a run needs): {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::1:role/task","Condition":{"StringEquals":{"iam:PassedToService":"ecs.amazonaws.com"}}}"#
    );
}

#[test]
fn a_role_of_a_task_definition_is_passed_to_tasks() {
    for (action, service) in [
        ("ecs:RegisterTaskDefinition", "ecs-tasks.amazonaws.com"),
        ("ecs:UpdateService", "ecs.amazonaws.com"),
    ] {
        let failure = AwsFailure {
            action: action.to_owned(),
            code: "AccessDeniedException".to_owned(),
            message: "User: u is not authorized to perform: iam:PassRole on resource: r".to_owned(),
            request_id: None,
            kind: Kind::Denied,
        };
        let refused = explain(&failure).expect("an explanation");
        let condition = format!(r#""iam:PassedToService":"{service}""#);
        assert!(refused.help.contains(&condition), "{}", refused.help);
    }
}

#[test]
fn an_explicit_deny_is_not_answered_with_a_statement_that_cannot_help() {
    let failure = answered(
        400,
        "AccessDeniedException",
        "User: u is not authorized to perform: ecs:UpdateService on resource: r with an explicit \
         deny in a service control policy",
    );
    let refused = explain(&failure).expect("an explanation");
    assert!(refused.help.contains("denies ecs:UpdateService explicitly"));
    assert!(!refused.help.contains("Effect"));
}

#[test]
fn a_cut_connection_is_transient_and_says_what_the_connection_said() {
    let cut = ConnectorError::io("connection reset by peer".into());
    let error = seen("ecs:DescribeServices")(Refused::dispatch_failure(cut));
    let failure = AwsFailure::of(&error).expect("a failed call");
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::Transient, ""));
    assert_eq!(failure.message, "connection reset by peer");
    let explained = explain(failure).expect("an explanation");
    assert_eq!(explained.code, Code::AwsUnavailable);
    assert!(explained.help.starts_with("Run again"));
}

#[test]
fn an_address_that_does_not_resolve_asks_for_a_look_at_the_region() {
    let lookup = "failed to lookup address information: Name or service not known";
    let error =
        seen("ecs:DescribeServices")(Refused::dispatch_failure(ConnectorError::io(lookup.into())));
    let explained = AwsFailure::of(&error)
        .and_then(explain)
        .expect("an explanation");
    assert!(explained.help.contains("aws-region"), "{}", explained.help);
}

fn without_credentials(error: CredentialsError) -> anyhow::Error {
    let cut = ConnectorError::other(error.into(), None);
    seen("ecs:DescribeServices")(Refused::dispatch_failure(cut)).context("polling")
}

#[test]
fn the_credentials_providers_own_failure_stays_in_the_chain() {
    let own = Failure::new(Code::RoleRefused, "STS refused", "look at the trust policy");
    let error = without_credentials(CredentialsError::provider_error(own));
    assert_eq!(
        AwsFailure::of(&error).map(|f| f.kind),
        Some(Kind::Credentials)
    );
    assert_eq!(Failure::all_of(&error)[0].code, Code::RoleRefused);
}

#[test]
fn an_outage_of_the_credentials_source_is_transient() {
    let own = Failure::new(Code::AwsUnavailable, "STS did not answer", "run again");
    let error = without_credentials(CredentialsError::provider_error(own));
    assert_eq!(
        AwsFailure::of(&error).map(|f| f.kind),
        Some(Kind::Transient)
    );
    assert!(!Failure::all_of(&error).is_empty());
}

#[test]
fn a_chain_without_credentials_is_a_matter_of_credentials() {
    let error = without_credentials(CredentialsError::not_loaded("nothing in the chain"));
    let failure = AwsFailure::of(&error).expect("a failed call");
    assert_eq!(failure.kind, Kind::Credentials);
    assert_eq!(explain(failure).map(|f| f.code), Some(Code::NoCredentials));
}

fn denied(action: &str, resource: &str) -> Failure {
    let sentence = format!(
        "User: u is not authorized to perform: {action} on resource: {resource} because no \
         identity-based policy allows the {action} action"
    );
    explain(&answered(400, "AccessDeniedException", &sentence)).expect("an explanation")
}

#[test]
fn a_name_that_may_be_misspelt_is_asked_after() {
    for (action, resource, words) in [
        (
            "ecs:DescribeServices",
            "arn:aws:ecs:eu-west-1:1:service/production/shp",
            "Or, if production/shp is not the service that you mean, correct the input: `service`, `cluster` or `aws-region`.",
        ),
        (
            "ecs:DescribeClusters",
            "arn:aws:ecs:eu-west-1:1:cluster/prodction",
            "Or, if prodction is not the cluster that you mean, correct the input: `cluster` or `aws-region`.",
        ),
        (
            "ecr:BatchGetImage",
            "arn:aws:ecr:eu-west-1:1:repository/team/shp",
            "Or, if team/shp is not the repository that you mean, correct the input: `repository`, `image` or `images`.",
        ),
        (
            "codedeploy:GetDeploymentConfig",
            "arn:aws-cn:codedeploy:cn-north-1:1:deploymentconfig:Slwo",
            "Or, if Slwo is not the deployment config that you mean, correct the input: `codedeploy-deployment-config`.",
        ),
    ] {
        let help = denied(action, resource).help;
        assert!(help.starts_with("Add to the role's policy ("), "{help}");
        assert!(help.ends_with(words), "{help}");
    }
    for (action, resource) in [
        (
            "ecs:UpdateService",
            "arn:aws:ecs:eu-west-1:1:service/production/shop",
        ),
        ("ecs:DescribeTaskDefinition", "*"),
        (
            "ecs:DescribeTasks",
            "arn:aws:ecs:eu-west-1:1:task/production/1",
        ),
        ("iam:PassRole", "arn:aws:iam::1:role/service/production"),
    ] {
        let help = denied(action, resource).help;
        assert!(!help.contains("correct the input"), "{help}");
    }
}

#[test]
fn credentials_that_are_not_accepted_have_a_way_out_each() {
    for (code, message, what, help) in [
        (
            "InvalidSignatureException",
            "Credential should be scoped to a valid region.",
            "AWS takes ecs:UpdateService for a call to another region",
            "Check aws-region",
        ),
        (
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            "AWS does not know the credentials for ecs:UpdateService",
            "Check that the account has aws-region enabled",
        ),
        (
            "InvalidSignatureException",
            "Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z",
            "AWS did not accept the signature of ecs:UpdateService",
            "Check the runner's clock",
        ),
        (
            "ExpiredTokenException",
            "The security token included in the request is expired",
            "AWS did not accept the credentials for ecs:UpdateService",
            "Set role-to-assume",
        ),
    ] {
        let explained = explain(&answered(400, code, message)).expect("an explanation");
        assert_eq!(
            (explained.code, explained.what.as_str()),
            (Code::NoCredentials, what)
        );
        assert!(explained.help.starts_with(help), "{}", explained.help);
    }
}
