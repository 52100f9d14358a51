//! The five operations over the wire: how they are asked, signed and understood.

use crate::aws::Aws;
use crate::aws::canned::{Calls, failed, on_the_wire};
use crate::aws::error::Kind;
use crate::aws::iam::{Asked, Decision, Role};
use crate::model::secret::Standing;
use serde_json::json;

/// AWS that answers one call, and what it is asked.
fn once(status: u16, body: &'static str) -> (Aws, Calls) {
    on_the_wire(move |_| Some((status, body)))
}

/// URL, body, and what the one call is signed for: `eu-west-1/ssm`.
fn asked(calls: &Calls) -> (String, String, String) {
    let calls = calls.lock().expect("the calls");
    let [call] = calls.as_slice() else {
        panic!("one call, not {}", calls.len());
    };
    let signature = call.headers()["authorization"].to_str().expect("a text");
    let scope: Vec<_> = signature.split('/').skip(2).take(2).collect();
    let body = String::from_utf8(call.body().to_vec()).expect("a text");
    (call.uri().to_string(), body, scope.join("/"))
}

const ROLE: &str = "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
    <GetRoleResult><Role><Path>/ops/</Path><Arn>arn:aws:iam::1:role/ops/web</Arn>\
    <AssumeRolePolicyDocument>%7B%22Statement%22%3A%5B%5D%7D</AssumeRolePolicyDocument>\
    </Role></GetRoleResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetRoleResponse>";

#[tokio::test]
async fn a_role_is_read_where_iam_is() {
    let (aws, calls) = once(200, ROLE);
    let found = aws.iam().role("web").await.expect("an answer");
    let expected = Role {
        arn: "arn:aws:iam::1:role/ops/web".to_owned(),
        trust: json!({"Statement": []}),
    };
    assert_eq!(found, Some(expected));
    let (url, body, signed) = asked(&calls);
    assert_eq!(url, "https://iam.amazonaws.com/");
    assert_eq!(body, "Action=GetRole&Version=2010-05-08&RoleName=web");
    assert_eq!(signed, "us-east-1/iam");
}

#[tokio::test]
async fn a_role_that_is_not_there_is_none_and_other_refusals_say_what_they_are() {
    const ABSENT: &str = "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>";
    const DENIED: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>\
        <Message>User: x is not authorized to perform: iam:GetRole</Message></Error></ErrorResponse>";
    let (aws, _) = once(404, ABSENT);
    assert_eq!(aws.iam().role("web").await.expect("an answer"), None);
    let (aws, calls) = once(403, DENIED);
    let failure = failed(aws.iam().role("web").await);
    assert_eq!(
        (failure.action.as_str(), failure.kind),
        ("iam:GetRole", Kind::Denied)
    );
    assert!(failure.message.contains("not authorized"));
    assert_eq!(calls.lock().expect("the calls").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn half_an_answer_is_asked_for_again_as_with_every_service() {
    const HALF: &str = "<GetRoleResponse><GetRoleResult><Role><Arn>arn:aws:iam";
    let (aws, calls) = on_the_wire(|nth| match nth {
        0 => Some((200, HALF)),
        1 => Some((503, "")),
        2 => None,
        _ => Some((200, ROLE)),
    });
    assert!(aws.iam().role("web").await.expect("an answer").is_some());
    assert_eq!(calls.lock().expect("the calls").len(), 4);
}

#[tokio::test]
async fn what_policies_say_is_told_in_the_order_asked_for() {
    let (aws, calls) = once(
        200,
        "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>\
         <member><EvalResourceName>b</EvalResourceName><EvalDecision>explicitDeny</EvalDecision>\
         <MissingContextValues><member>aws:x</member></MissingContextValues></member>\
         <member><EvalResourceName>a</EvalResourceName><EvalDecision>allowed</EvalDecision></member>\
         <member><EvalResourceName>c</EvalResourceName><EvalDecision>implicitDeny</EvalDecision>\
         <MissingContextValues><member>aws:y</member></MissingContextValues></member>\
         <member><EvalResourceName>d</EvalResourceName><EvalDecision>implicitDeny</EvalDecision></member>\
         </EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>",
    );
    let asked_for = Asked {
        action: "iam:PassRole",
        resources: &["a", "b", "c", "d"],
        context: Some(("iam:PassedToService", "ecs-tasks.amazonaws.com")),
    };
    let said = aws.iam().would_allow("who", &asked_for).await;
    let expected = [
        Decision::Allowed,
        Decision::Denied,
        Decision::Depends(vec!["aws:y".to_owned()]),
        Decision::Denied,
    ];
    assert_eq!(said.expect("an answer"), expected);
    let (_, body, _) = asked(&calls);
    for part in [
        "Action=SimulatePrincipalPolicy&Version=2010-05-08&PolicySourceArn=who",
        "ActionNames.member.1=iam%3APassRole",
        "ContextEntries.member.1.ContextKeyName=iam%3APassedToService",
        "ContextEntries.member.1.ContextKeyValues.member.1=ecs-tasks.amazonaws.com",
        "ResourceArns.member.1=a&ResourceArns.member.2=b",
    ] {
        assert!(body.contains(part), "{part} is not in {body}");
    }
}

#[tokio::test]
async fn parameters_are_asked_for_by_name_in_their_region_until_the_last_page() {
    let (aws, calls) = on_the_wire(|nth| match nth {
        0 => Some((200, r#"{"Parameters": [], "NextToken": "more"}"#)),
        _ => Some((200, r#"{"Parameters": [{"Name": "/shop/key"}]}"#)),
    });
    let ssm = aws.ssm(Some("us-east-1"));
    let there = ssm.parameters(&["/shop/key", "b"]).await;
    assert_eq!(there.expect("an answer"), ["/shop/key"]);
    let calls = calls.lock().expect("the calls");
    assert_eq!(calls.len(), 2);
    let call = &calls[1];
    assert_eq!(call.uri(), "https://ssm.us-east-1.amazonaws.com/");
    assert_eq!(
        call.headers()["x-amz-target"],
        "AmazonSSM.DescribeParameters"
    );
    assert_eq!(call.headers()["content-type"], "application/x-amz-json-1.1");
    let signature = call.headers()["authorization"].to_str().expect("a text");
    assert!(
        signature.contains("/us-east-1/ssm/aws4_request"),
        "{signature}"
    );
    let body: serde_json::Value = serde_json::from_slice(call.body()).expect("JSON");
    let expected = json!({
        "ParameterFilters": [{"Key": "Name", "Option": "Equals", "Values": ["/shop/key", "b"]}],
        "MaxResults": 50, "NextToken": "more"});
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_secret_stands_as_secrets_manager_says() {
    const ABSENT: &str = r#"{"__type": "ResourceNotFoundException", "Message": "no"}"#;
    for (status, answer, standing) in [
        (200, r#"{"Name": "db"}"#, Standing::There),
        (
            200,
            r#"{"Name": "db", "DeletedDate": null}"#,
            Standing::There,
        ),
        (
            200,
            r#"{"Name": "db", "DeletedDate": 1.5E9}"#,
            Standing::Deleted,
        ),
        (400, ABSENT, Standing::Absent),
    ] {
        let (aws, calls) = once(status, answer);
        let found = aws.secrets_manager(None).secret("db").await;
        assert_eq!(found.expect("an answer"), standing, "{answer}");
        let (url, body, signed) = asked(&calls);
        assert_eq!(url, "https://secretsmanager.eu-west-1.amazonaws.com/");
        assert_eq!(
            (body.as_str(), signed.as_str()),
            (r#"{"SecretId":"db"}"#, "eu-west-1/secretsmanager")
        );
    }
    let denied = r#"{"__type": "AccessDeniedException", "Message": "no"}"#;
    let (aws, _) = once(400, denied);
    let failure = failed(aws.secrets_manager(None).secret("db").await);
    assert_eq!(failure.kind, Kind::Denied);
}

#[tokio::test]
async fn alarms_of_both_types_are_read() {
    let (aws, calls) = once(
        200,
        "<DescribeAlarmsResponse><DescribeAlarmsResult><CompositeAlarms><member>\
         <AlarmName>all</AlarmName><StateValue>ALARM</StateValue></member></CompositeAlarms>\
         <MetricAlarms><member><AlarmName>5xx &amp; more</AlarmName><StateValue>OK</StateValue>\
         <StateReason>quiet</StateReason></member></MetricAlarms></DescribeAlarmsResult></DescribeAlarmsResponse>",
    );
    let names = ["all", "5xx & more"].map(str::to_owned);
    let alarms = aws.cloudwatch().alarms(&names).await.expect("an answer");
    let told: Vec<_> = alarms
        .iter()
        .map(|it| (it.name.as_str(), it.state.as_str(), it.reason.as_deref()))
        .collect();
    let expected = [("5xx & more", "OK", Some("quiet")), ("all", "ALARM", None)];
    assert_eq!(told, expected);
    let (url, body, signed) = asked(&calls);
    assert_eq!(url, "https://monitoring.eu-west-1.amazonaws.com/");
    assert!(
        body.contains("AlarmNames.member.2=5xx%20%26%20more"),
        "{body}"
    );
    assert!(
        body.contains("AlarmTypes.member.2=CompositeAlarm"),
        "{body}"
    );
    assert_eq!(signed, "eu-west-1/monitoring");
}
