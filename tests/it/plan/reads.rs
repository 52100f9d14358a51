//! A plan reads, each thing once, under the policy of docs/permissions.md.

use super::Stage;
use crate::permissions::Unused;
use crate::shop::REPOSITORY;
use greengate_sandbox::world::{Call, World};
use std::collections::BTreeSet;
use std::time::Duration;

/// How operations begin that change nothing.
const READS: [&str; 6] = ["Get", "Describe", "List", "BatchGet", "GET ", "AssumeRole"];

/// What every plan is held to: its calls are those after the first `before` ones.
pub(super) fn once_and_nothing_written(world: &World, before: usize, log: &str) {
    let calls = &world.calls[before..];
    let same = |call: &Call| {
        (
            call.service.clone(),
            call.operation.clone(),
            call.request.to_string(),
        )
    };
    let mut seen = BTreeSet::new();
    for call in calls {
        assert!(
            seen.insert(same(call)),
            "{} {} is asked twice: {}\n{log}",
            call.service,
            call.operation,
            call.request
        );
        let comments = call.service == "github" && call.operation.contains("/issues/");
        let reads = READS.iter().any(|read| call.operation.starts_with(read));
        assert!(reads || comments, "{} {}", call.service, call.operation);
    }
}

const IMAGE: (&str, &str) = ("image", "127.0.0.1:4566/shop:v2");

/// Somebody else's deployment to production, begun after a minute and stopped with a part of the
/// traffic on it.
const OTHERS: (&str, &str) = (
    "happenings: []",
    "happenings:
  - { at: 1m, does: { create-deployment: { application: AppECS-production-shop,
      group: DgpECS-production-shop, task-definition: shop } } }
  - { at: 4m, does: { stop-deployment: { application: AppECS-production-shop,
      group: DgpECS-production-shop, rollback: false } } }",
);

async fn passes(stage: &Stage, minutes: u64) {
    stage.shop.clock.sleep(Duration::from_mins(minutes)).await;
}

/// Each grant has its plan: a rolling one, one by CodeDeploy, one while a deployment runs, one after
/// it was stopped, and one of a service that is not there.
#[tokio::test(start_paused = true)]
async fn plans_use_all_that_they_are_given() {
    let mut unused = Unused::of(&["plan"]);
    let staging = Stage::of("staging", &[]);
    let ran = staging.plan(&[("repository", "shop")]).await;
    assert_eq!(ran.exit, 0, "{}", ran.log);

    let production = Stage::of("production", &[OTHERS]);
    let ran = production.plan(&[IMAGE]).await;
    assert_eq!(ran.exit, 0, "{}", ran.log);
    passes(&production, 3).await;
    let ran = production.plan(&[IMAGE]).await;
    assert!(
        ran.log.contains("(InProgress) is waited for"),
        "{}",
        ran.log
    );
    passes(&production, 6).await;
    let ran = production.plan(&[IMAGE]).await;
    assert!(
        ran.log.contains("is not the PRIMARY task set"),
        "{}",
        ran.log
    );

    let missing = Stage::of("staging", &[]);
    missing.look(|world| world.ecs.services.retain(|it| it.cluster != "staging"));
    let ran = missing.plan(&[IMAGE]).await;
    let codes = BTreeSet::from(["GG021"]);
    assert_eq!((ran.exit, ran.codes()), (3, codes), "{}", ran.log);
    assert_eq!(ran.output("changes"), "");

    for stage in [&staging, &production, &missing] {
        stage.look(|world| {
            unused.cross_out(world);
            assert_eq!(world.identity.checks.missing(), BTreeSet::new());
        });
    }
    assert!(
        unused.is_empty(),
        "docs/permissions.md gives what no plan uses:\n{unused}"
    );
}

/// Two containers with images of one repository, one of which is to be built, and what is to be
/// deployed named by its family: all of it is one read each.
#[tokio::test(start_paused = true)]
async fn what_several_need_is_read_once() {
    let second = "        - name: agent
          image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v1
          essential: false
    - family: shop
";
    let stage = Stage::of("staging", &[("    - family: shop\n", second)]);
    let images = "agent=127.0.0.1:4566/shop:v2";
    for inputs in [
        [
            ("repository", "shop"),
            ("container-name", "web"),
            ("images", images),
        ],
        [
            ("image", "127.0.0.1:4566/shop:v2"),
            ("container-name", "web"),
            ("images", images),
        ],
    ] {
        let inputs = [&inputs[..], &[("task-definition", "shop-staging")]].concat();
        let ran = stage.plan(&inputs).await;
        assert_eq!(ran.exit, 0, "{}", ran.log);
        assert_eq!(
            ran.chronicle.targets[0].plan.as_ref().unwrap().images.len(),
            2
        );
    }
}

/// A plan needs no Docker and no file but those that the inputs name.
#[tokio::test(start_paused = true)]
async fn what_a_build_lacks_is_told() {
    let another = [
        "          REPOSITORY: shop\n          CLUSTER: staging\n          SERVICE: shop\n          TASK_ROLE",
        "          REPOSITORY: none\n          CLUSTER: staging\n          SERVICE: shop\n          TASK_ROLE",
    ];
    let stage = Stage::of("staging", &[another.into()]);
    let inputs = [("repository", "none"), ("file", "no/Dockerfile")];
    let ran = stage.plan(&inputs).await;
    let codes = BTreeSet::from(["GG002", "GG024"]);
    assert_eq!((ran.exit, ran.codes()), (2, codes), "{}", ran.log);
    assert_eq!(ran.output("changes"), "true");
}

/// The immutable form of the trust policy lets a pull request in, too.
#[tokio::test(start_paused = true)]
async fn the_immutable_form_of_the_subject_is_trusted() {
    const IMMUTABLE: (&str, &str) = (
        "private: true",
        "private: true\n      immutable-subject: true",
    );
    let classic = Stage::of("staging", &[IMMUTABLE]);
    let refused = classic.plan(&[IMAGE]).await;
    assert_eq!(
        refused.codes(),
        BTreeSet::from(["GG011"]),
        "{}",
        refused.log
    );
    let ids = classic.look(|world| {
        let repository = world.github.repository(REPOSITORY).unwrap();
        let owner = world.github.user(&repository.owner).unwrap();
        (owner.id, repository.id)
    });
    let ids = format!(
        "NAME: shop\n          OWNER_ID: '{}'\n          NAME_ID: '{}'\n",
        ids.0, ids.1
    );
    let trust = ("trust: pull-request", "trust: pull-request-immutable");
    let stage = Stage::of("staging", &[IMMUTABLE, trust, ("NAME: shop\n", &ids)]);
    let ran = stage.plan(&[IMAGE]).await;
    assert_eq!(ran.exit, 0, "{}", ran.log);
}
