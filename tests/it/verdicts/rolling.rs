//! Rolling deployments of staging.

use super::row::{Row, Verdict};

const EXITS: (&str, &str) = (
    "behaviours: []",
    "behaviours:
    - match: { service: shop, nth-revision: 1 }
      ends: { exits: { code: 1, after: 2s, log: [panic, no database] } }",
);

const SLOW: (&str, &str) = (
    "behaviours: []",
    "behaviours:
    - match: { service: shop, nth-revision: 1 }
      start: 20m",
);

const NO_ROLLBACK: (&str, &str) = ("rollback: true", "rollback: false");

#[tokio::test(start_paused = true)]
async fn all_is_well() {
    let row = Row::rolling(&[]);
    row.comes_to(Verdict {
        exit: 0,
        outcome: "succeeded",
        code: "",
        serves: "shop-staging:2",
        says: "2 of 2 tasks running",
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_circuit_breaker_rolls_back() {
    Row::rolling(&[EXITS])
        .comes_to(Verdict {
            exit: 5,
            outcome: "rolled-back",
            code: "GG050",
            serves: "shop-staging:1",
            says: "shop-staging:1 serves now, with all its tasks running",
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn what_the_circuit_breaker_leaves_is_deployed_again() {
    let row = Row::rolling(&[EXITS, NO_ROLLBACK]).input("fail-fast-after", "100");
    row.comes_to(Verdict {
        exit: 5,
        outcome: "rolled-back",
        code: "GG050",
        serves: "shop-staging:1",
        says: "shop-staging:1 is deployed again (on-failure: rollback)",
    })
    .await;
    assert_eq!(row.count("UpdateService"), 2);
}

#[tokio::test(start_paused = true)]
async fn what_the_circuit_breaker_leaves_is_left_when_that_is_asked_for() {
    let row = Row::rolling(&[EXITS, NO_ROLLBACK])
        .input("fail-fast-after", "100")
        .input("on-failure", "leave");
    row.comes_to(Verdict {
        exit: 5,
        outcome: "failed",
        code: "GG052",
        serves: "shop-staging:2",
        says: "shop-staging:1 serves now",
    })
    .await;
    assert_eq!(row.count("UpdateService"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_run_rolls_back_and_says_so() {
    let row = Row::rolling(&[SLOW]).cancelled_after(60);
    row.comes_to(Verdict {
        exit: 130,
        outcome: "cancelled",
        code: "GG070",
        serves: "shop-staging:2",
        says: "its rollback runs on",
    })
    .await;
    assert_eq!(row.count("StopServiceDeployment"), 1);
    row.waits(300).await;
    assert_eq!(row.serves(), "shop-staging:1");
    let running = row.look(|service| service.deployments[0].launch.task_definition.clone());
    assert!(running.ends_with("shop-staging:1"), "{running}");
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_run_leaves_the_deployment_when_that_is_asked_for() {
    let row = Row::rolling(&[SLOW])
        .cancelled_after(60)
        .input("on-cancel", "leave");
    row.comes_to(Verdict {
        exit: 130,
        outcome: "cancelled",
        code: "GG070",
        serves: "shop-staging:2",
        says: "was not stopped",
    })
    .await;
    assert_eq!(row.count("StopServiceDeployment"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_time_out_stops_nothing() {
    let row = Row::rolling(&[SLOW]).input("timeout", "2m");
    row.comes_to(Verdict {
        exit: 7,
        outcome: "timed-out",
        code: "GG060",
        serves: "shop-staging:2",
        says: "did not end in time and runs on",
    })
    .await;
    assert_eq!(row.count("StopServiceDeployment"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_rerun_takes_up_what_the_cancelled_run_left() {
    let row = Row::rolling(&[SLOW])
        .cancelled_after(60)
        .input("on-cancel", "leave");
    row.run().await;
    let again = row.cancelled_never();
    again
        .comes_to(Verdict {
            exit: 0,
            outcome: "succeeded",
            code: "",
            serves: "shop-staging:2",
            says: "is being deployed to this revision already; following it",
        })
        .await;
    assert_eq!(again.count("UpdateService"), 1);
}

#[tokio::test(start_paused = true)]
async fn another_deployment_is_refused_when_that_is_asked_for() {
    let row = Row::rolling(&[SLOW])
        .cancelled_after(60)
        .input("on-cancel", "leave");
    row.run().await;
    let next = row
        .cancelled_never()
        .input("image", &format!("{}/shop:v1", crate::shop::ADDRESS))
        .input("on-active-deployment", "fail")
        .input("force-new-deployment", "true");
    next.comes_to(Verdict {
        exit: 3,
        outcome: "refused",
        code: "GG026",
        serves: "shop-staging:2",
        says: "a deployment of staging/shop is already running",
    })
    .await;
    assert_eq!(next.count("UpdateService"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_update_service_is_lost() {
    let lost = "faults:\n  - { service: ecs, operation: UpdateService, count: 1, lost: true, answer: cut }";
    let row = Row::rolling(&[("faults: []", lost)]);
    row.comes_to(Verdict {
        exit: 0,
        outcome: "succeeded",
        code: "",
        serves: "shop-staging:2",
        says: "looking whether it was done before asking again",
    })
    .await;
    assert_eq!(row.shop().calls("UpdateService").0, 1);
}
