use super::{Trust, Whom, judged};
use serde_json::{Value, json};

const WHOM: Whom<'_> = Whom {
    partition: "aws",
    account: "123456789012",
    region: "eu-west-1",
};

fn said(trust: &Value) -> &'static str {
    match judged(trust, &WHOM) {
        Trust::Trusts => "trusts",
        Trust::TrustsNot(_) => "trusts not",
        Trust::NotJudged(_) => "not judged",
    }
}

fn ecs() -> Value {
    json!({"Service": "ecs-tasks.amazonaws.com"})
}

fn statement(effect: &str, principal: &Value, action: &Value, condition: &Value) -> Value {
    json!({"Effect": effect, "Principal": principal, "Action": action, "Condition": condition})
}

#[test]
fn a_trust_policy_is_read_in_every_way_it_is_written() {
    let assume = json!("sts:AssumeRole");
    let many = json!({"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]});
    let both = json!(["sts:TagSession", "sts:AssumeRole"]);
    let other = json!({"Service": "ecs.amazonaws.com"});
    let name = json!({"AWS": "ecs-tasks.amazonaws.com"});
    for (principal, action, expected) in [
        (&ecs(), &assume, "trusts"),
        (&many, &both, "trusts"),
        (&json!("*"), &json!("STS:*"), "trusts"),
        (&json!({"AWS": "*"}), &assume, "trusts"),
        (&ecs(), &json!("sts:assume?ole"), "trusts"),
        (&other, &assume, "trusts not"),
        (&name, &assume, "trusts not"),
        (&ecs(), &json!("sts:TagSession"), "trusts not"),
        (&ecs(), &json!("sts:AssumeRoleWithSAML"), "trusts not"),
    ] {
        let allow = statement("Allow", principal, action, &json!({}));
        let trust = json!({ "Statement": allow });
        assert_eq!(said(&trust), expected, "{trust}");
        let trust = json!({ "Statement": [allow] });
        assert_eq!(said(&trust), expected, "{trust}");
        let deny = statement("Deny", principal, action, &json!({}));
        let ours = statement("Allow", &ecs(), &assume, &json!({}));
        let trust = json!({ "Statement": [ours, deny] });
        let denied = if expected == "trusts" {
            "trusts not"
        } else {
            "trusts"
        };
        assert_eq!(said(&trust), denied, "{trust}");
    }
    for nothing in [json!({"Statement": []}), json!("nonsense"), json!({})] {
        assert_eq!(said(&nothing), "trusts not", "{nothing}");
    }
}

/// A condition, and what comes of a statement that allows or denies on it.
fn conditions() -> Vec<(Value, &'static str, &'static str)> {
    let arn = |arn: &str| json!({"ArnLike": {"aws:SourceArn": arn}});
    let account = |account: Value| json!({"StringEquals": {"aws:SourceAccount": account}});
    let other = json!({"StringEquals": {"aws:SourceAccount": "1", "sts:ExternalId": "x"}});
    let (holds, fails, unknown) = (
        ("trusts", "trusts not"),
        ("trusts not", "trusts"),
        ("not judged", "not judged"),
    );
    let rows = [
        (account(json!("123456789012")), holds),
        (
            json!({"StringEquals": {"AWS:sourceaccount": ["1", "123456789012"]}}),
            holds,
        ),
        (account(json!("1")), fails),
        (arn("arn:aws:ecs:eu-west-1:123456789012:*"), holds),
        (arn("arn:aws:ecs:*:123456789012:*"), holds),
        (arn("arn:aws:ecs:us-east-1:123456789012:*"), fails),
        (arn("arn:aws:ecs:eu-west-1:123456789012:cluster/a"), unknown),
        (
            json!({"ArnLikeIfExists": {"aws:SourceArn": "arn:aws:ecs:*"}}),
            holds,
        ),
        (
            json!({"StringNotEquals": {"aws:SourceAccount": "1"}}),
            unknown,
        ),
        (json!({"StringEquals": {"sts:ExternalId": "x"}}), unknown),
        (other, fails),
    ];
    let rows = rows.into_iter();
    rows.map(|(condition, (allows, denies))| (condition, allows, denies))
        .collect()
}

#[test]
fn the_conditions_that_aws_advises_are_judged_and_others_are_not() {
    for (condition, allows, denies) in conditions() {
        let assume = json!("sts:AssumeRole");
        let allow = statement("Allow", &ecs(), &assume, &condition);
        assert_eq!(
            said(&json!({ "Statement": [allow] })),
            allows,
            "{condition}"
        );
        let deny = statement("Deny", &ecs(), &assume, &condition);
        let ours = statement("Allow", &ecs(), &assume, &json!({}));
        assert_eq!(
            said(&json!({ "Statement": [deny, ours] })),
            denies,
            "{condition}"
        );
    }
}

#[test]
fn what_stands_in_the_way_is_told() {
    let condition = json!({"StringEquals": {"aws:SourceAccount": "1"}});
    let allow = statement("Allow", &ecs(), &json!("sts:AssumeRole"), &condition);
    let expected = "it does so only where aws:SourceAccount is 1; the service is in 123456789012, \
                    eu-west-1";
    let judged = judged(&json!({ "Statement": allow }), &WHOM);
    assert_eq!(judged, Trust::TrustsNot(vec![expected.to_owned()]));
}

#[test]
fn a_statement_about_all_but_some_is_not_judged_where_it_may_be_about_ecs() {
    let all_but =
        json!({"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "sts:AssumeRole"});
    assert_eq!(said(&json!({ "Statement": all_but })), "not judged");
    let not_action = json!({"Effect": "Allow", "Principal": ecs(), "NotAction": "sts:TagSession"});
    assert_eq!(said(&json!({ "Statement": not_action })), "not judged");
    let other =
        json!({"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "sts:TagSession"});
    assert_eq!(said(&json!({ "Statement": other })), "trusts not");
}
