use super::Elb;
use crate::aws::canned::{failed, over};
use crate::aws::error::Kind;
use crate::http::tests::answering;
use crate::model::target_group::{TargetGroup, TargetHealth};
use bytes::Bytes;
use http::Response;
use std::sync::{Arc, Mutex};

const ARN: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/4fe7";

/// Elastic Load Balancing that answers everything with `status` and `body`, and what it is asked.
fn elb(status: u16, body: String) -> (Elb, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let kept = Arc::clone(&asked);
    let http = answering(move |request| {
        let form = String::from_utf8(request.body().to_vec()).expect("a form");
        kept.lock().expect("no panic").push(form);
        let response = Response::builder().status(status);
        let response = response.header("content-type", "text/xml");
        response.body(Bytes::from(body.clone())).ok()
    });
    (Elb::new(&over(http)), asked)
}

fn answer(operation: &str, result: &str) -> String {
    format!(
        r#"<{operation}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><{operation}Result>{result}</{operation}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{operation}Response>"#
    )
}

fn refusal(code: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>"
    )
}

#[tokio::test]
async fn a_target_group_is_asked_for_by_name_or_arn() {
    let group = format!(
        "<TargetGroups><member><TargetGroupArn>{ARN}</TargetGroupArn><TargetGroupName>shop</TargetGroupName><HealthCheckProtocol>HTTP</HealthCheckProtocol><HealthCheckPort>traffic-port</HealthCheckPort><HealthCheckPath>/health</HealthCheckPath><Matcher><HttpCode>200-299</HttpCode></Matcher></member></TargetGroups>"
    );
    let (elb, asked) = elb(200, answer("DescribeTargetGroups", &group));
    let expected = TargetGroup {
        arn: ARN.to_owned(),
        name: "shop".to_owned(),
        protocol: Some("HTTP".to_owned()),
        port: Some("traffic-port".to_owned()),
        path: Some("/health".to_owned()),
        matcher: Some("200-299".to_owned()),
    };
    for name in ["shop", ARN] {
        let found = elb.target_group(name).await.expect("an answer");
        assert_eq!(found, Some(expected.clone()));
    }
    let asked = asked.lock().expect("no panic");
    assert!(asked[0].contains("Names.member.1=shop"), "{asked:?}");
    assert!(
        asked[1].contains("TargetGroupArns.member.1=arn"),
        "{asked:?}"
    );
}

#[tokio::test]
async fn targets_are_described_in_aws_words() {
    let targets = "<TargetHealthDescriptions><member><Target><Id>10.0.1.23</Id><Port>8080</Port></Target><HealthCheckPort>8080</HealthCheckPort><TargetHealth><State>unhealthy</State><Reason>Target.ResponseCodeMismatch</Reason><Description>Health checks failed with these codes: [404]</Description></TargetHealth></member><member><Target><Id>10.0.1.24</Id></Target><TargetHealth><State>dreaming</State></TargetHealth></member></TargetHealthDescriptions>";
    let (elb, _) = elb(200, answer("DescribeTargetHealth", targets));
    let found = elb.target_health(ARN).await.expect("an answer");
    let expected = TargetHealth {
        group: ARN.to_owned(),
        id: "10.0.1.23".to_owned(),
        port: Some(8080),
        checked_port: Some("8080".to_owned()),
        state: "unhealthy".to_owned(),
        reason: Some("Target.ResponseCodeMismatch".to_owned()),
        description: Some("Health checks failed with these codes: [404]".to_owned()),
    };
    assert_eq!(found[0], expected);
    assert_eq!(
        (found[1].state.as_str(), found[1].port, found[1].is_bad()),
        ("dreaming", None, false)
    );
}

#[tokio::test]
async fn a_group_that_is_gone_is_none_and_a_refusal_is_named() {
    let (gone, _) = elb(400, refusal("TargetGroupNotFound"));
    assert_eq!(gone.target_group("shop").await.expect("an answer"), None);
    assert_eq!(gone.target_health(ARN).await.expect("an answer"), []);
    let (denied, _) = elb(403, refusal("AccessDenied"));
    let failure = failed(denied.target_health(ARN).await);
    assert_eq!(
        (failure.action.as_str(), failure.kind),
        ("elasticloadbalancing:DescribeTargetHealth", Kind::Denied)
    );
}
