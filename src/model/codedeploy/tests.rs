use super::{
    DeploymentGroup, GroupService, Routing, active_deployment, default_application, default_group,
    description,
};

#[test]
fn default_names_are_the_consoles() {
    assert_eq!(default_application("prod", "shop"), "AppECS-prod-shop");
    assert_eq!(default_group("prod", "shop"), "DgpECS-prod-shop");
    let (cluster, service) = ("c".repeat(255), "s".repeat(255));
    let name = default_application(&cluster, &service);
    assert_eq!(
        name,
        format!("AppECS-{}-{}", "c".repeat(46), "s".repeat(46))
    );
    assert_eq!(name.len(), 100, "CodeDeploy's limit");
}

#[test]
fn descriptions_are_cut_between_characters() {
    for (text, expected) in [
        ("short".to_owned(), "short".to_owned()),
        ("é".repeat(512), "é".repeat(512)),
        ("é".repeat(513), "é".repeat(512)),
        (String::new(), String::new()),
    ] {
        assert_eq!(description(&text), expected);
    }
}

#[test]
fn the_active_deployment_is_read_out_of_the_sentence() {
    for (message, expected) in [
        (
            "The Deployment Group 'DgpECS-prod-shop' already has an active Deployment 'd-A1B2C3D4E'",
            Some("d-A1B2C3D4E"),
        ),
        (
            "The Deployment Group 'd-PRODUCTION1' already has an active Deployment 'd-A1B2C3D4E'.",
            Some("d-A1B2C3D4E"),
        ),
        (
            "The Deployment Group 'd-prod' already has an active Deployment",
            None,
        ),
        ("Too many deployments in this account", None),
        ("", None),
    ] {
        assert_eq!(active_deployment(message), expected, "{message}");
    }
}

#[test]
fn shifting_takes_as_long_as_its_steps() {
    for (routing, minutes) in [
        (Routing::AllAtOnce, 0),
        (
            Routing::Canary {
                percent: 10,
                minutes: 15,
            },
            15,
        ),
        (
            Routing::Linear {
                percent: 10,
                minutes: 3,
            },
            27,
        ),
        (
            Routing::Linear {
                percent: 30,
                minutes: 1,
            },
            3,
        ),
        (
            Routing::Linear {
                percent: 0,
                minutes: 1,
            },
            99,
        ),
        (Routing::Other("New".into()), 0),
    ] {
        assert_eq!(routing.minutes(), minutes, "{routing:?}");
    }
}

#[test]
fn groups_may_keep_names_or_arns() {
    let group = |cluster: &str, service: &str| DeploymentGroup {
        application: "app".into(),
        name: "group".into(),
        compute_platform: "ECS".into(),
        services: vec![GroupService {
            cluster: cluster.into(),
            service: service.into(),
        }],
        config: None,
        ready: None,
        termination_wait_minutes: 0,
        auto_rollback: Vec::new(),
        production_listeners: Vec::new(),
        test_listeners: Vec::new(),
        alarms: Vec::new(),
        target_groups: Vec::new(),
        last_attempted: None,
    };
    assert!(group("prod", "shop").deploys("prod", "shop"));
    let arn = "arn:aws:ecs:eu-west-1:123456789012";
    let by_arn = group(
        &format!("{arn}:cluster/prod"),
        &format!("{arn}:service/prod/shop"),
    );
    assert!(by_arn.deploys("prod", "shop"));
    assert!(by_arn.deploys(&format!("{arn}:cluster/prod"), "shop"));
    assert!(!by_arn.deploys("prod", "shop-api"));
    assert!(!by_arn.deploys("staging", "shop"));
}

#[test]
fn the_name_of_a_ready_made_config_says_how_traffic_moves() {
    for (name, minutes) in [
        ("CodeDeployDefault.ECSAllAtOnce", 0),
        ("CodeDeployDefault.ECSLinear10PercentEvery3Minutes", 27),
        ("CodeDeployDefault.ECSCanary10Percent15Minutes", 15),
    ] {
        let routing = Routing::of_name(name);
        assert!(!matches!(routing, Routing::Other(_)), "{name}");
        assert_eq!(routing.minutes(), minutes, "{name}");
    }
    for own in [
        "slowly",
        "ECSAllAtOnce",
        "CodeDeployDefault.LambdaAllAtOnce",
    ] {
        assert_eq!(Routing::of_name(own), Routing::Other(own.to_owned()));
    }
}
