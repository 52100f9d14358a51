use super::AppSpec;
use crate::failure::Code;
use crate::model::service::tests::shop;
use crate::model::service::{CapacityProvider, Controller, LoadBalancer, Network, Service};
use crate::model::task_definition::TaskDefinition;
use serde_json::Value;
use sha2::{Digest, Sha256};

const REVISION: &str = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7";

fn service() -> Service {
    Service {
        cluster_arn: "arn:aws:ecs:eu-west-1:123456789012:cluster/prod".into(),
        arn: "arn:aws:ecs:eu-west-1:123456789012:service/prod/shop".into(),
        controller: Controller::CodeDeploy,
        task_definition: REVISION.replace(":7", ":6"),
        load_balancers: vec![LoadBalancer {
            container: "web".into(),
            port: 8080,
            target_group: None,
            alternate: None,
            production_rule: None,
            test_rule: None,
        }],
        platform_version: Some("1.4.0".into()),
        network: Some(Network {
            subnets: vec!["subnet-1".into(), "subnet-2".into()],
            security_groups: vec!["sg-1".into()],
            assign_public_ip: Some("DISABLED".into()),
        }),
        capacity_providers: vec![CapacityProvider {
            name: "FARGATE_SPOT".into(),
            base: 1,
            weight: 2,
        }],
        ..shop()
    }
}

/// A service on EC2 instances with nothing to fill in but its load balancer.
fn plain_service() -> Service {
    Service {
        platform_version: None,
        network: None,
        capacity_providers: Vec::new(),
        ..service()
    }
}

fn completed(text: &str, service: &Service) -> String {
    let spec = AppSpec::parse(text, "appspec.yaml").expect("an AppSpec");
    spec.for_service(service, REVISION).content().json
}

#[test]
fn without_a_file_everything_comes_from_the_service() {
    let content = AppSpec::generated()
        .for_service(&service(), REVISION)
        .content();
    assert_eq!(
        content.json,
        r#"{"version":0.0,"Resources":[{"TargetService":{"Type":"AWS::ECS::Service","Properties":{"TaskDefinition":"arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7","LoadBalancerInfo":{"ContainerName":"web","ContainerPort":8080},"PlatformVersion":"1.4.0","NetworkConfiguration":{"AwsvpcConfiguration":{"Subnets":["subnet-1","subnet-2"],"SecurityGroups":["sg-1"],"AssignPublicIp":"DISABLED"}},"CapacityProviderStrategy":[{"CapacityProvider":"FARGATE_SPOT","Base":1,"Weight":2}]}}}]}"#
    );
    assert_eq!(
        content.sha256,
        hex::encode(Sha256::digest(content.json.as_bytes()))
    );
    let content = AppSpec::generated()
        .for_service(&plain_service(), REVISION)
        .content();
    assert_eq!(
        content.json,
        r#"{"version":0.0,"Resources":[{"TargetService":{"Type":"AWS::ECS::Service","Properties":{"TaskDefinition":"arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7","LoadBalancerInfo":{"ContainerName":"web","ContainerPort":8080}}}}]}"#
    );
}

#[test]
fn what_the_file_says_is_kept() {
    let file = "\
version: 0.0
Resources:
  - Shop:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: proxy
          ContainerPort: 80
        PlatformVersion: LATEST
        NetworkConfiguration:
          AwsvpcConfiguration: {Subnets: [subnet-9]}
        CapacityProviderStrategy: []
Hooks:
  - BeforeInstall: check
  - AfterAllowTestTraffic: arn:aws:lambda:eu-west-1:123456789012:function:smoke
  - AfterAllowTraffic: announce
";
    assert_eq!(
        completed(file, &service()),
        r#"{"version":0.0,"Resources":[{"Shop":{"Type":"AWS::ECS::Service","Properties":{"TaskDefinition":"arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7","LoadBalancerInfo":{"ContainerName":"proxy","ContainerPort":80},"PlatformVersion":"LATEST","NetworkConfiguration":{"AwsvpcConfiguration":{"Subnets":["subnet-9"]}},"CapacityProviderStrategy":[]}}}],"Hooks":[{"BeforeInstall":"check"},{"AfterAllowTestTraffic":"arn:aws:lambda:eu-west-1:123456789012:function:smoke"},{"AfterAllowTraffic":"announce"}]}"#
    );
}

#[test]
fn keys_are_found_in_any_case_and_stay_as_written() {
    let file = r#"{"resources": [{"shop": {"type": "aws::ecs::service", "properties": {
        "taskDefinition": null, "loadBalancerInfo": {"containerName": "proxy"}}}},
        {"other": {"Type": "AWS::Lambda::Function", "Properties": {"Name": "f"}}},
        {"second": {"properties": null}}], "hooks": null}"#;
    assert_eq!(
        completed(file, &plain_service()),
        r#"{"version":0.0,"resources":[{"shop":{"type":"aws::ecs::service","properties":{"taskDefinition":"arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7","loadBalancerInfo":{"containerName":"proxy","ContainerPort":8080}}}},{"other":{"Type":"AWS::Lambda::Function","Properties":{"Name":"f"}}},{"second":{"properties":{"TaskDefinition":"arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7","LoadBalancerInfo":{"ContainerName":"web","ContainerPort":8080}}}}],"hooks":null}"#
    );
}

#[test]
fn completing_twice_is_completing_once() {
    let once = AppSpec::generated().for_service(&service(), REVISION);
    let again = once.content().json;
    assert_eq!(completed(&again, &service()), again);
}

#[test]
fn a_file_that_is_no_appspec_says_what_was_expected() {
    for (text, expected) in [
        ("[]", "expected an object at the top"),
        ("{}", "expected `Resources`, a list"),
        ("Resources: {}", "expected `Resources`, a list"),
        ("Resources: [shop]", "expected objects in `Resources`"),
        (
            "Resources: [{shop: web}]",
            "expected an object in the resource `shop`",
        ),
        (
            "Resources: [{shop: {Properties: web}}]",
            "expected an object in `Properties` of the resource `shop`",
        ),
        (
            "Resources: [{shop: {Properties: {LoadBalancerInfo: web}}}]",
            "expected an object in `LoadBalancerInfo`",
        ),
        (
            "Resources: []",
            "expected a resource of the type AWS::ECS::Service",
        ),
        (
            "Resources: [{f: {Type: 'AWS::Lambda::Function'}}]",
            "expected a resource of the type AWS::ECS::Service",
        ),
        (
            "Resources: [{shop: {Properties: {TaskDefinition: a, taskDefinition: b}}}]",
            "`taskDefinition` stands twice",
        ),
    ] {
        let failure = AppSpec::parse(text, "appspec.yaml").expect_err(text);
        assert_eq!(failure.code, Code::MalformedFile);
        assert_eq!(
            failure.what,
            format!("appspec.yaml is no AppSpec for ECS: {expected}")
        );
    }
}

#[test]
fn container_and_port_must_be_in_the_task_definition() {
    let task = |containers: &str| {
        let text = format!(r#"{{"family": "shop", "containerDefinitions": {containers}}}"#);
        TaskDefinition::parse(&text, "task.json").expect("a task definition")
    };
    let mut unserved = service();
    unserved.load_balancers.clear();
    for (service, containers, expected) in [
        (
            service(),
            r#"[{"name": "web", "portMappings": [{"containerPort": 8080}]}]"#,
            None,
        ),
        (
            service(),
            r#"[{"name": "app"}, {"name": "proxy"}]"#,
            Some(
                "the task definition shop has no container \"web\" to take the traffic; its \
                 containers are app, proxy",
            ),
        ),
        (
            service(),
            r#"[{"name": "web", "portMappings": [{"containerPort": 80}, {"containerPort": 81}]}]"#,
            Some(
                "the container \"web\" of the task definition shop does not map port 8080, which \
                 takes the traffic; it maps 80, 81",
            ),
        ),
        (
            service(),
            r#"[{"name": "web"}]"#,
            Some(
                "the container \"web\" of the task definition shop does not map port 8080, which \
                 takes the traffic; it maps none",
            ),
        ),
        (
            unserved,
            r#"[{"name": "web"}]"#,
            Some("the AppSpec and the service name no container to take the traffic"),
        ),
    ] {
        let spec = AppSpec::generated().for_service(&service, REVISION);
        let problems = spec.problems(&task(containers));
        assert_eq!(problems, expected.into_iter().collect::<Vec<_>>());
    }
    let text = "Resources: [{s: {Properties: {LoadBalancerInfo: {ContainerPort: '8080'}}}}]";
    let spec = AppSpec::parse(text, "appspec.yaml").expect("an AppSpec");
    let spec = spec.for_service(&service(), REVISION);
    assert_eq!(
        spec.problems(&task(r#"[{"name": "web"}]"#)),
        ["the AppSpec's ContainerPort for \"web\" is no whole number"]
    );
}

#[test]
fn the_content_is_json_whatever_the_hooks_hold() {
    let file =
        "Resources: [{s: {Type: 'AWS::ECS::Service'}}]\nHooks:\n  - AfterInstall: \"a\\\"b\\n\"\n";
    let json = completed(file, &plain_service());
    let value: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        value.pointer("/Hooks/0/AfterInstall"),
        Some(&Value::from("a\"b\n"))
    );
}
