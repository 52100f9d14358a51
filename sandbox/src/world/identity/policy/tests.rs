use super::*;

fn policy(yaml: &str) -> Policy {
    serde_saphyr::from_str(yaml).expect("a policy")
}

const UPDATE: Ask<'_> = Ask {
    action: "ecs:UpdateService",
    resource: "arn:aws:ecs:eu-west-1:123456789012:service/production/shop",
    context: &[(
        "ecs:cluster",
        "arn:aws:ecs:eu-west-1:123456789012:cluster/production",
    )],
};

#[test]
fn wildcards_stand_for_any_characters() {
    for (pattern, text, expected) in [
        ("*", "", true),
        ("*", "anything", true),
        ("ecs:*", "ecs:UpdateService", true),
        ("ecs:*", "ecr:PutImage", false),
        ("ecs:Describe*s", "ecs:DescribeServices", true),
        ("ecs:Describe*s", "ecs:DescribeService", false),
        ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "acb", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("*?", "", false),
        ("*a*a", "a", false),
        ("", "", true),
        ("", "a", false),
        ("é*", "école", true),
    ] {
        assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
    }
}

#[test]
fn a_statement_permits_what_its_action_resource_and_condition_cover() {
    let allowed = [
        "Statement: [{Effect: Allow, Action: '*', Resource: '*'}]",
        "Statement: [{Effect: Allow, Action: 'ECS:updateservice', Resource: '*'}]",
        "Statement: [{Effect: Allow, Action: [a:b, 'ecs:Update*'], Resource: ['arn:aws:ecs:*:*:service/production/*']}]",
        "Statement: [{Effect: Allow, Action: 'ecs:*', Resource: '*', Condition: {ArnEquals: {'ECS:Cluster': 'arn:aws:ecs:eu-west-1:123456789012:cluster/production'}}}]",
        "Statement: [{Effect: Allow, Action: 'ecs:*', Resource: '*', Condition: {StringEqualsIfExists: {'aws:none': 'x'}}}]",
    ];
    for yaml in allowed {
        assert_eq!(judge(&[policy(yaml)], &UPDATE), Verdict::Allowed, "{yaml}");
    }
    let unmentioned = [
        "Statement: []",
        "Statement: [{Effect: Allow, Action: 'ecs:DescribeServices', Resource: '*'}]",
        "Statement: [{Effect: Allow, Action: 'ecs:*', Resource: 'arn:aws:ecs:*:*:service/staging/*'}]",
        "Statement: [{Effect: Allow, Action: 'ecs:*', Resource: '*', Condition: {StringLike: {'ecs:cluster': '*/staging'}}}]",
        "Statement: [{Effect: Allow, Action: 'ecs:*', Resource: '*', Condition: {StringEquals: {'aws:none': 'x'}}}]",
        "Statement: [{Effect: Allow, Action: 'ecs:*', Resource: '*', Condition: {StringNotLike: {'ecs:cluster': '*/production'}}}]",
    ];
    for yaml in unmentioned {
        assert_eq!(
            judge(&[policy(yaml)], &UPDATE),
            Verdict::Unmentioned,
            "{yaml}"
        );
    }
}

#[test]
fn a_denial_outweighs_every_permission_in_either_order() {
    let allow = policy("Statement: [{Effect: Allow, Action: '*', Resource: '*'}]");
    let deny = policy("Statement: [{Effect: Deny, Action: 'ecs:Update*', Resource: '*'}]");
    let elsewhere = policy("Statement: [{Effect: Deny, Action: 'ecs:Delete*', Resource: '*'}]");
    assert_eq!(
        judge(&[allow.clone(), deny.clone()], &UPDATE),
        Verdict::Denied
    );
    assert_eq!(judge(&[deny, allow.clone()], &UPDATE), Verdict::Denied);
    assert_eq!(judge(&[elsewhere, allow], &UPDATE), Verdict::Allowed);
}

#[test]
fn an_action_without_a_resource_needs_the_star() {
    let ask = Ask {
        action: "ecr:GetAuthorizationToken",
        resource: "*",
        context: &[],
    };
    let star = policy("Statement: [{Effect: Allow, Action: 'ecr:*', Resource: '*'}]");
    let arn = policy(
        "Statement: [{Effect: Allow, Action: 'ecr:*', Resource: 'arn:aws:ecr:*:*:repository/shop'}]",
    );
    assert_eq!(judge(&[star], &ask), Verdict::Allowed);
    assert_eq!(judge(&[arn], &ask), Verdict::Unmentioned);
}

#[test]
fn what_is_not_understood_is_refused_when_read() {
    let odd = "Statement: [{Effect: Allow, Action: '*', Resource: '*', Condition: {DateLessThan: {a: b}}}]";
    let error = serde_saphyr::from_str::<Policy>(odd).expect_err("an unknown operator");
    assert!(
        error
            .to_string()
            .contains("DateLessThan is not played here"),
        "{error}"
    );
    let typo = "Statement: [{Effect: Allow, Actions: '*', Resource: '*'}]";
    assert!(serde_saphyr::from_str::<Policy>(typo).is_err());
}
