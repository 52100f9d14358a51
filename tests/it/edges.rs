//! The edges to ECS and CodeDeploy: documents as they are, deployments from asking to the end.

use crate::shop::{Shop, role};
use greengate::aws::codedeploy::CodeDeploy;
use greengate::aws::ecs::{Ecs, UpdateService};
use greengate::model::appspec::AppSpec;
use greengate::model::codedeploy::{
    Creation, GroupLookup, NewDeployment, Routing, Target, default_application, default_group,
};
use greengate::model::service::{Controller, Service};
use greengate::model::task_definition::TaskDefinition;
use std::time::Duration;

const IMAGE: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v1";
const REVISION: &str = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop";

/// The example's task definition of `family` with an image that is there.
pub(crate) fn task_definition(family: &str) -> TaskDefinition {
    let text = match family {
        "shop-staging" => include_str!("../../examples/shop/task-definition.staging.json"),
        _ => include_str!("../../examples/shop/task-definition.json"),
    };
    let mut document = TaskDefinition::parse(text, "task-definition.json").unwrap();
    assert_eq!(document.family(), family);
    document.set_image("web", IMAGE).unwrap();
    document
}

/// ECS and CodeDeploy for a job that deploys to `environment`, approved where it must be.
pub(crate) async fn edges(shop: &Shop, environment: &str) -> (Ecs, CodeDeploy) {
    let run = shop.run("hubot");
    let job = shop.job(run, Some(environment));
    if environment == "production" {
        shop.review(run, environment, "mona", true);
    }
    let role = role(environment, Duration::from_hours(1));
    let aws = shop.aws(&shop.told_of(job), &role).await.unwrap();
    (aws.ecs(), aws.codedeploy())
}

pub(crate) async fn service(ecs: &Ecs, cluster: &str) -> Service {
    let services = ecs.services(cluster, &["shop".to_owned()]).await.unwrap();
    services.into_iter().next().flatten().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_document_that_is_registered_is_the_same_as_the_revision() {
    let shop = Shop::open();
    let (ecs, _) = edges(&shop, "staging").await;
    let document = task_definition("shop-staging");
    let before = ecs.latest_revision("shop-staging").await.unwrap().unwrap();
    assert!(!document.same_as(&before.raw));
    let registered = ecs.register(&document).await.unwrap();
    assert_eq!(registered.arn, format!("{REVISION}-staging:2"));
    let latest = ecs.latest_revision("shop-staging").await.unwrap().unwrap();
    assert_eq!(latest.arn, registered.arn);
    assert!(document.same_as(&latest.raw), "{}", latest.raw);
    assert_eq!(ecs.latest_revision("nothing").await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_rolling_deployment_is_followed_to_its_revision() {
    let shop = Shop::open();
    let (ecs, _) = edges(&shop, "staging").await;
    let revision = ecs
        .register(&task_definition("shop-staging"))
        .await
        .unwrap();
    let began = shop.clock.now();
    let update = UpdateService {
        cluster: "staging".to_owned(),
        service: "shop".to_owned(),
        task_definition: Some(revision.arn.clone()),
        desired_count: None,
        force: false,
        configuration: None,
    };
    let updated = ecs.update_service(&update).await.unwrap();
    assert_eq!(updated.task_definition, revision.arn);
    let listed = loop {
        let before = Some(began - Duration::from_secs(1));
        let listed = ecs.service_deployments("staging", "shop", before).await;
        match listed.unwrap().as_slice() {
            [ours] => break ours.arn.clone(),
            [] => shop.clock.sleep(Duration::from_secs(1)).await,
            more => panic!("{more:?}"),
        }
    };
    let status = loop {
        let arns = std::slice::from_ref(&listed);
        let status = ecs
            .describe_service_deployments(arns)
            .await
            .unwrap()
            .remove(0);
        if status.status == "SUCCESSFUL" {
            break status;
        }
        assert!(
            ["PENDING", "IN_PROGRESS"].contains(&status.status.as_str()),
            "{status:?}"
        );
        shop.clock.sleep(Duration::from_secs(5)).await;
    };
    let target = ecs.service_revision(&status.target_revision.unwrap()).await;
    assert_eq!(target.unwrap().unwrap().task_definition, revision.arn);
    let service = service(&ecs, "staging").await;
    assert_eq!(
        (service.controller, service.counts.running),
        (Controller::Ecs, 2)
    );
}

fn weight_of_green(target: &Target) -> f64 {
    let green = target
        .task_sets
        .iter()
        .find(|set| set.label.as_deref() == Some("Green"));
    green.map_or(0.0, |set| set.traffic_weight)
}

#[tokio::test(start_paused = true)]
async fn a_blue_green_deployment_is_followed_until_the_old_tasks_are_gone() {
    let shop = Shop::open();
    let (ecs, codedeploy) = edges(&shop, "production").await;
    let application = default_application("production", "shop");
    let group = default_group("production", "shop");
    let found = codedeploy.deployment_group(&application, &group).await;
    let GroupLookup::Found(found) = found.unwrap() else {
        panic!("the demo has this group");
    };
    assert!(found.deploys("production", "shop"));
    let config = found.config.clone().unwrap();
    let config = codedeploy
        .deployment_config(&config)
        .await
        .unwrap()
        .unwrap();
    let canary = Routing::Canary {
        percent: 10,
        minutes: 5,
    };
    assert_eq!(config.routing, canary);

    let document = task_definition("shop");
    let revision = ecs.register(&document).await.unwrap();
    let before = service(&ecs, "production").await;
    let app_spec = AppSpec::generated().for_service(&before, &revision.arn);
    assert_eq!(app_spec.problems(&document), Vec::<String>::new());
    let new = NewDeployment {
        application,
        group,
        config: None,
        description: "acme/shop@aaaa".to_owned(),
        app_spec: app_spec.content(),
    };
    let Creation::Created(id) = codedeploy.create_deployment(&new).await.unwrap() else {
        panic!("nothing is in the way");
    };
    let second = codedeploy.create_deployment(&new).await.unwrap();
    assert!(matches!(second, Creation::LimitExceeded { active: Some(active), .. } if active == id));

    let mut weights = Vec::new();
    loop {
        let deployment = codedeploy.deployment(&id).await.unwrap().unwrap();
        let target = codedeploy.target(&id, "production", "shop").await.unwrap();
        let weight = target.as_ref().map_or(0.0, weight_of_green);
        if weights.last() != Some(&weight) {
            weights.push(weight);
        }
        if deployment.status == "Succeeded" {
            assert_eq!(deployment.description.as_deref(), Some("acme/shop@aaaa"));
            break;
        }
        assert!(deployment.error.is_none(), "{deployment:?}");
        shop.clock.sleep(Duration::from_secs(10)).await;
    }
    assert_eq!(weights, [0.0, 10.0, 100.0]);
    let after = service(&ecs, "production").await;
    assert_eq!(after.controller, Controller::CodeDeploy);
    assert_eq!(after.task_definition, revision.arn);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_told_apart() {
    let shop = Shop::open();
    let (ecs, codedeploy) = edges(&shop, "production").await;
    assert_eq!(
        ecs.cluster("production").await.unwrap().unwrap().name,
        "production"
    );
    assert_eq!(
        codedeploy
            .deployment_config("CodeDeployDefault.Nothing")
            .await
            .unwrap(),
        None
    );
    let revision = ecs.describe_task_definition("shop:99").await;
    assert_eq!(revision.unwrap(), None);
}
