//! The way of a commit: built, on staging, approved, in production.

use crate::run::{Place, Stand, Step};
use greengate_sandbox::world::github::JobKey;

/// A step of a job for staging that builds and deploys what is in the workspace.
pub(crate) fn release(stand: &Stand, job: JobKey) -> Step<'_> {
    stand
        .staging(job)
        .input("command", "release")
        .input("image", "")
        .input("repository", "shop")
        .input("cache", "none")
        .with_engine()
}

#[tokio::test]
async fn a_commit_goes_to_production() {
    goes_to_production(Place::Machine).await;
}

pub(crate) async fn goes_to_production(place: Place) {
    let stand = Stand::open().await.at(place);
    let staged = release(&stand, stand.staging_job()).run().await;
    staged.ended(0, "succeeded");
    let image = staged.output("image");
    let digest = stand.look(|world| {
        let shop = &world.ecr.repositories["shop"];
        let tag = format!("sha-{}", "a".repeat(40));
        shop.resolve(&tag).unwrap().as_str().to_owned()
    });
    assert!(image.ends_with(&format!("/shop@{digest}")), "{image}");
    assert_eq!(staged.output("image-digest"), digest);
    assert_eq!(staged.output("image-pushed"), "true");
    assert_eq!(stand.image("staging"), image);
    assert_eq!(stand.revision("staging"), "shop-staging:2");

    let shipped = stand
        .production(stand.production_job())
        .input("image", image)
        .run()
        .await;
    shipped.ended(0, "traffic-shifted");
    assert_eq!(stand.image("production"), image);
    assert_eq!(stand.traffic(), (0, 100));
}

/// With the permission to make a repository.
const MAY_CREATE: (&str, &str) = (
    "policies: [build, ",
    "policies: [build, create-repository, ",
);

#[tokio::test]
async fn a_repository_that_is_not_there_is_made_where_the_inputs_say_so() {
    let other = ("REPOSITORY: shop", "REPOSITORY: team/shop");
    let stand = Stand::with(&[MAY_CREATE, other]).await;
    let step = release(&stand, stand.staging_job()).input("repository", "team/shop");
    let ran = step.input("create-repository", "true").run().await;
    ran.ended(0, "succeeded");
    assert_eq!(stand.count("CreateRepository"), 1);
    let digest = stand.look(|world| {
        let made = &world.ecr.repositories["team/shop"];
        assert_eq!(made.tags.len(), 1);
        let tag = format!("sha-{}", "a".repeat(40));
        made.resolve(&tag).unwrap().as_str().to_owned()
    });
    assert_eq!(ran.output("image-digest"), digest);
}

/// The example has roles of their own for the tasks of each environment.
const ROLES_OF_EXAMPLE: (&str, &str) = (
    "          FAMILY: shop-staging
          TASK_ROLE: shop-task
          EXECUTION_ROLE: shop-execution
",
    "          FAMILY: shop-staging
          TASK_ROLE: shop-staging-task
          EXECUTION_ROLE: shop-staging-execution
",
);

/// The example with its Dockerfile of several stages, its tests and its two task definitions.
#[tokio::test]
async fn the_example_goes_to_production() {
    example_goes_to_production(Place::Machine).await;
}

pub(crate) async fn example_goes_to_production(place: Place) {
    let stand = Stand::with(&[ROLES_OF_EXAMPLE]).await.at(place);
    let shop = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop");
    crate::run::copy(&shop, &stand.path("workspace/shop"));
    let staged = release(&stand, stand.staging_job())
        .input("context", "shop")
        .input("task-definition", "shop/task-definition.staging.json")
        .input("container-name", "web")
        .run()
        .await;
    staged.ended(0, "succeeded");
    let image = staged.output("image");
    assert_eq!(stand.image("staging"), image);

    let shipped = stand
        .production(stand.production_job())
        .input("image", image)
        .input("task-definition", "shop/task-definition.json")
        .input("codedeploy-appspec", "shop/appspec.yaml")
        .input("container-name", "web")
        .input("wait-for", "succeeded")
        .run()
        .await;
    shipped.ended(0, "succeeded");
    assert_eq!(stand.image("production"), image);
    assert_eq!(stand.traffic(), (0, 100));
    stand.look(|world| {
        let service = world.ecs.service("production", "shop").unwrap();
        assert_eq!(service.task_sets.len(), 1, "the old tasks are gone");
    });
}
