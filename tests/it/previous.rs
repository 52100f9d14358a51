//! The revision that served before, found in what the sandbox keeps of a service's deployments.

use crate::edges::{service, task_definition};
use crate::shop::{Shop, role};
use greengate::aws::Aws;
use greengate::aws::ecs::UpdateService;
use greengate::model::appspec::AppSpec;
use greengate::model::codedeploy::{
    Creation, DeploymentGroup, GroupLookup, NewDeployment, default_application, default_group,
};
use greengate::model::task_definition::TaskDefinition;
use greengate::pipeline::previous::previous;
use serde_json::{Value, json};
use std::time::Duration;

/// The way to AWS for a job that deploys to `environment`, approved where it must be.
async fn aws(shop: &Shop, environment: &str) -> Aws {
    let run = shop.run("hubot");
    let job = shop.job(run, Some(environment));
    if environment == "production" {
        shop.review(run, environment, "mona", true);
    }
    let role = role(environment, Duration::from_hours(1));
    shop.aws(&shop.told_of(job), &role).await.unwrap()
}

/// Registers a revision of `family` that has never been.
async fn registered(aws: &Aws, family: &str, mark: &str) -> String {
    let bytes = task_definition(family).to_bytes();
    let mut document: Value = serde_json::from_slice(&bytes).unwrap();
    document["containerDefinitions"][0]["dockerLabels"] = json!({ "mark": mark });
    let document = TaskDefinition::parse(&document.to_string(), "task.json").unwrap();
    aws.ecs().register(&document).await.unwrap().arn
}

/// Brings `revision` to staging and waits until ECS has done with it.
async fn updated(shop: &Shop, aws: &Aws, revision: &str, force: bool) {
    let update = UpdateService {
        cluster: "staging".to_owned(),
        service: "shop".to_owned(),
        task_definition: Some(revision.to_owned()),
        desired_count: None,
        force,
        configuration: None,
    };
    aws.ecs().update_service(&update).await.unwrap();
    loop {
        shop.clock.sleep(Duration::from_secs(30)).await;
        let listed = aws
            .ecs()
            .newest_service_deployments("staging", "shop", 1)
            .await;
        let [newest] = &listed.unwrap()[..] else {
            panic!("a service deployment");
        };
        if newest.status == "SUCCESSFUL" || newest.status.starts_with("ROLLBACK_S") {
            return;
        }
    }
}

async fn before_staging(aws: &Aws) -> Option<String> {
    let service = service(&aws.ecs(), "staging").await;
    previous(aws, &service, None).await.unwrap()
}

/// What the third deployment brings crashes.
const CRASHES: &str = "
  behaviours:
    - match: { family: shop-staging, nth-revision: 3 }
      ends: { exits: { code: 1, after: 3s } }
";

#[tokio::test(start_paused = true)]
async fn on_ecs_it_is_the_one_that_served() {
    let shop = Shop::with(&[("\necs:\n", &format!("\necs:{CRASHES}"))], "");
    let aws = aws(&shop, "staging").await;
    let first = service(&aws.ecs(), "staging").await.task_definition;
    assert_eq!(before_staging(&aws).await, None, "nothing served before");

    let second = registered(&aws, "shop-staging", "v2").await;
    updated(&shop, &aws, &second, false).await;
    assert_eq!(before_staging(&aws).await.as_ref(), Some(&first));
    updated(&shop, &aws, &second, true).await;
    assert_eq!(before_staging(&aws).await.as_ref(), Some(&first), "forced");

    let crashing = registered(&aws, "shop-staging", "v3").await;
    updated(&shop, &aws, &crashing, false).await;
    let now = service(&aws.ecs(), "staging").await.task_definition;
    assert_eq!(now, second, "it was rolled back");
    assert_eq!(before_staging(&aws).await.as_ref(), Some(&first));

    let fourth = registered(&aws, "shop-staging", "v4").await;
    updated(&shop, &aws, &fourth, false).await;
    assert_eq!(before_staging(&aws).await.as_ref(), Some(&second), "not v3");

    updated(&shop, &aws, &second, false).await;
    assert_eq!(
        before_staging(&aws).await.as_ref(),
        Some(&fourth),
        "by hand"
    );
}

#[tokio::test(start_paused = true)]
async fn on_ecs_an_only_deployment_tells_what_ran_before_it() {
    let shop = Shop::open();
    let aws = aws(&shop, "staging").await;
    let first = service(&aws.ecs(), "staging").await.task_definition;
    let second = registered(&aws, "shop-staging", "v2").await;
    updated(&shop, &aws, &second, false).await;
    // What AWS has from before it kept service deployments.
    shop.sandbox.with_world(|world| {
        let mut services = world.ecs.services.iter_mut();
        let staging = services.find(|it| it.arn.contains("/staging/")).unwrap();
        let revisions = staging.revisions.clone();
        let brings = |arn: &String| {
            revisions
                .iter()
                .any(|it| it.arn == *arn && it.task_definition == second)
        };
        staging.history.retain(|it| brings(&it.target));
        assert_eq!(staging.history.len(), 1);
    });
    assert_eq!(before_staging(&aws).await, Some(first));
}

async fn group(aws: &Aws) -> DeploymentGroup {
    let application = default_application("production", "shop");
    let group = default_group("production", "shop");
    match aws
        .codedeploy()
        .deployment_group(&application, &group)
        .await
    {
        Ok(GroupLookup::Found(group)) => *group,
        other => panic!("{other:?}"),
    }
}

/// Brings `revision` to production and waits until CodeDeploy has done with it, stopped or not.
async fn deployed(shop: &Shop, aws: &Aws, revision: &str, stopped_after: Option<Duration>) {
    let codedeploy = aws.codedeploy();
    let service = service(&aws.ecs(), "production").await;
    let new = NewDeployment {
        application: default_application("production", "shop"),
        group: default_group("production", "shop"),
        config: None,
        description: String::new(),
        app_spec: AppSpec::generated()
            .for_service(&service, revision)
            .content(),
    };
    let Creation::Created(id) = codedeploy.create_deployment(&new).await.unwrap() else {
        panic!("nothing is in the way");
    };
    if let Some(after) = stopped_after {
        shop.clock.sleep(after).await;
        codedeploy.stop_deployment(&id, true).await.unwrap();
    }
    loop {
        shop.clock.sleep(Duration::from_mins(1)).await;
        let application = default_application("production", "shop");
        let group = default_group("production", "shop");
        let busy = ["Created", "Queued", "InProgress", "Ready"];
        let busy = codedeploy.deployments(&application, &group, &busy, 1).await;
        if busy.unwrap().is_empty() {
            return;
        }
    }
}

async fn before_production(aws: &Aws) -> Option<String> {
    let service = service(&aws.ecs(), "production").await;
    let group = group(aws).await;
    previous(aws, &service, Some(&group)).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn with_codedeploy_it_is_the_one_that_served() {
    let shop = Shop::open();
    let aws = aws(&shop, "production").await;
    let first = service(&aws.ecs(), "production").await.task_definition;
    deployed(&shop, &aws, &first, None).await;
    assert_eq!(before_production(&aws).await, None, "nothing served before");

    let second = registered(&aws, "shop", "v2").await;
    deployed(&shop, &aws, &second, None).await;
    assert_eq!(before_production(&aws).await.as_ref(), Some(&first));

    let stopped = registered(&aws, "shop", "v3").await;
    deployed(&shop, &aws, &stopped, Some(Duration::from_mins(3))).await;
    let now = service(&aws.ecs(), "production").await.task_definition;
    assert_eq!(now, second, "it was rolled back");
    assert_eq!(before_production(&aws).await.as_ref(), Some(&first));

    let fourth = registered(&aws, "shop", "v4").await;
    deployed(&shop, &aws, &fourth, None).await;
    assert_eq!(
        before_production(&aws).await.as_ref(),
        Some(&second),
        "not v3"
    );
    deployed(&shop, &aws, &second, None).await;
    assert_eq!(
        before_production(&aws).await.as_ref(),
        Some(&fourth),
        "by hand"
    );
}
