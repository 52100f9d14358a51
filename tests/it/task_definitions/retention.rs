//! `keep-revisions`: older revisions are deregistered, and none that anything needs.

use super::row::web;
use super::stage::{Ran, Stage};
use crate::permissions::Unused;
use greengate_sandbox::world::World;

/// The policy of `keep-revisions` beside those of a deployment.
const PERMITTED: (&str, &str) = ("deploy-rolling, ", "deploy-rolling, keep-revisions, ");

/// A second service of staging, one that runs nothing, and one of production, each on a revision of
/// the same family.
const OTHERS: (&str, &str) = (
    "    - name: shop\n      cluster: production",
    "    - { name: jobs, cluster: staging, task-definition: 'shop-staging:2', desired-count: 1 }
    - { name: idle, cluster: staging, task-definition: 'shop-staging:3', desired-count: 0 }
    - { name: far, cluster: production, task-definition: 'shop-staging:4', desired-count: 1 }
    - name: shop\n      cluster: production",
);

/// The seed has each family once; these are its further revisions.
const REVISIONS: (&str, &str) = (
    "    - family: shop\n",
    "    - { family: shop-staging, containerDefinitions: [{ name: web, image: x, memory: 1 }] }
    - { family: shop-staging, containerDefinitions: [{ name: web, image: x, memory: 2 }] }
    - { family: shop-staging, containerDefinitions: [{ name: web, image: x, memory: 3 }] }
    - { family: shop-staging, containerDefinitions: [{ name: web, image: x, memory: 4 }] }
    - { family: shop-staging, containerDefinitions: [{ name: web, image: x, memory: 5 }] }
    - family: shop\n",
);

/// The service is on the first of them.
const ON_THE_FIRST: (&str, &str) = (
    "task-definition: shop-staging\n",
    "task-definition: 'shop-staging:1'\n",
);

fn stage(more: &[(&str, &str)]) -> Stage {
    let stage = Stage::with(&[&[PERMITTED, REVISIONS, ON_THE_FIRST], more].concat());
    stage.write("td.json", &web(""));
    stage
}

/// The numbers of the family's active revisions.
fn active(stage: &Stage) -> Vec<u32> {
    stage.shop.sandbox.with_world(|world| {
        let revisions = world.ecs.task_definitions.families["shop-staging"].iter();
        let active = revisions.filter(|it| it.is_active());
        active.map(|it| it.revision).collect()
    })
}

async fn deploy(stage: &Stage, keep: &str, more: &[(&str, &str)]) -> Ran {
    let given = [("task-definition", "td.json"), ("keep-revisions", keep)];
    let ran = stage.deploy(&[&given, more].concat()).await;
    assert_eq!(ran.exit, 0, "{}", ran.log);
    ran
}

#[tokio::test(start_paused = true)]
async fn older_revisions_go_and_the_one_before_stays() {
    let stage = stage(&[]);
    assert_eq!(active(&stage), [1, 2, 3, 4, 5, 6]);
    // The service was on 1, and is on 7.
    let ran = deploy(&stage, "2", &[]).await;
    assert_eq!(active(&stage), [1, 6, 7]);
    let told = "Deregistered shop-staging:2, shop-staging:3, shop-staging:4, shop-staging:5 \
                (keep-revisions: 2).";
    assert!(ran.log.contains(told), "{}", ran.log);
    // Nothing is deployed, and 1 is what a rollback would go back to.
    let again = deploy(&stage, "1", &[]).await;
    assert_eq!((again.registered.len(), active(&stage)), (0, vec![1, 7]));
    assert!(
        again
            .log
            .contains("Deregistered shop-staging:6 (keep-revisions: 1).")
    );
    let third = deploy(&stage, "1", &[("environment-variables", "A=1")]).await;
    assert_eq!(active(&stage), [7, 8], "{}", third.log);
}

#[tokio::test(start_paused = true)]
async fn none_that_is_in_use_goes() {
    let stage = stage(&[OTHERS]);
    deploy(&stage, "1", &[]).await;
    assert_eq!(active(&stage), [1, 2, 3, 4, 7]);
    let mut unused = Unused::of(&["keep-revisions"]);
    stage.shop.sandbox.with_world(|world| {
        unused.cross_out(world);
        assert!(world.identity.checks.missing().is_empty());
    });
    assert!(unused.is_empty(), "{unused}");
}

#[tokio::test(start_paused = true)]
async fn enough_is_known_with_one_call_where_nothing_is_to_go() {
    let stage = stage(&[]);
    deploy(&stage, "7", &[]).await;
    assert_eq!(active(&stage), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(stage.shop.calls("ListTaskDefinitions"), (1, 0));
    assert_eq!(stage.shop.calls("ListClusters"), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_seen_keeps_all() {
    let stage = Stage::with(&[REVISIONS]);
    stage.write("td.json", &web(""));
    let ran = deploy(&stage, "1", &[]).await;
    assert_eq!(active(&stage), [1, 2, 3, 4, 5, 6, 7]);
    let [warning] = ran.warnings()[..] else {
        panic!("{:?}", ran.warnings());
    };
    let told = "Older revisions were left as they are (keep-revisions: 1): ecs:ListTaskDefinitions";
    assert!(warning.starts_with(told), "{warning}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_ends_it_and_not_the_run() {
    let fault = "faults:\n  - { service: ecs, operation: DeregisterTaskDefinition, skip: 1, count: 1, answer: throttle }";
    let stage = stage(&[("faults: []", fault)]);
    let ran = deploy(&stage, "2", &[]).await;
    assert_eq!(active(&stage), [1, 3, 4, 5, 6, 7]);
    assert!(
        ran.log
            .contains("Deregistered shop-staging:2 (keep-revisions: 2)."),
        "{}",
        ran.log
    );
    assert_eq!(ran.warnings().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_is_not_waited_for_keeps_all() {
    let stage = stage(&[]);
    deploy(&stage, "1", &[("wait-for", "created")]).await;
    assert_eq!(stage.shop.calls("DeregisterTaskDefinition").0, 0);
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_fails_keeps_all() {
    let fails = "behaviours: [{ match: { nth-revision: 1 }, ends: { exits: { code: 1 } } }]";
    let stage = stage(&[("behaviours: []", fails)]);
    let inputs = [("task-definition", "td.json"), ("keep-revisions", "1")];
    let ran = stage.deploy(&inputs).await;
    assert_ne!(ran.exit, 0, "{}", ran.log);
    assert_eq!(stage.shop.calls("DeregisterTaskDefinition").0, 0);
    let all = |world: &mut World| world.ecs.task_definitions.families["shop-staging"].len();
    assert_eq!(stage.shop.sandbox.with_world(all), active(&stage).len());
}
