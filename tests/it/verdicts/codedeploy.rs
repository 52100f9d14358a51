//! CodeDeploy's blue/green deployments of production.

use super::row::{Row, Verdict};

const HOOK_FAILS: (&str, &str) = (
    "script: {}",
    "script:
            hooks:
              BeforeAllowTraffic: { result: fail, after: 20s, message: the smoke test got a 500 }",
);

const LATE_HOOK_FAILS: (&str, &str) = (
    "script: {}",
    "script:
            hooks:
              AfterAllowTraffic: { result: fail, after: 20s, message: orders have no price }",
);

const NO_ROLLBACK: (&str, &str) = (
    "auto-rollback: [DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM]",
    "auto-rollback: []",
);

fn hooked(replaced: &[(&str, &str)]) -> Row {
    Row::codedeploy(replaced).input("codedeploy-appspec", "appspec.yaml")
}

#[tokio::test(start_paused = true)]
async fn all_is_well() {
    hooked(&[])
        .comes_to(Verdict {
            exit: 0,
            outcome: "traffic-shifted",
            code: "",
            serves: "shop:2",
            says: "100 %",
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_hook_fails_and_codedeploy_rolls_back() {
    hooked(&[HOOK_FAILS])
        .comes_to(Verdict {
            exit: 5,
            outcome: "rolled-back",
            code: "GG050",
            serves: "shop:1",
            says: "the smoke test got a 500",
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_hook_fails_before_the_traffic_moves_and_nothing_need_be_rolled_back() {
    let row = hooked(&[HOOK_FAILS, NO_ROLLBACK]);
    row.comes_to(Verdict {
        exit: 5,
        outcome: "failed",
        code: "GG052",
        serves: "shop:1",
        says: "shop:1 serves now, with all its tasks running",
    })
    .await;
    assert_eq!(row.count("CreateDeployment"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_hook_fails_after_the_traffic_moved_and_the_revision_before_is_deployed_again() {
    let row = hooked(&[LATE_HOOK_FAILS, NO_ROLLBACK]);
    row.comes_to(Verdict {
        exit: 5,
        outcome: "rolled-back",
        code: "GG050",
        serves: "shop:1",
        says: "shop:1 is deployed again (on-failure: rollback)",
    })
    .await;
    assert_eq!(row.count("CreateDeployment"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_hook_fails_after_the_traffic_moved_and_all_is_left() {
    let row = hooked(&[LATE_HOOK_FAILS, NO_ROLLBACK]).input("on-failure", "leave");
    row.comes_to(Verdict {
        exit: 6,
        outcome: "failed",
        code: "GG052",
        serves: "shop:2",
        says: "orders have no price",
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_run_has_the_deployment_rolled_back() {
    let row = hooked(&[]).cancelled_after(120);
    row.comes_to(Verdict {
        exit: 130,
        outcome: "cancelled",
        code: "GG070",
        serves: "shop:1",
        says: "its rollback runs on",
    })
    .await;
    assert_eq!(row.count("StopDeployment"), 1);
    row.waits(900).await;
    assert_eq!(row.serves(), "shop:1");
}

#[tokio::test(start_paused = true)]
async fn a_rerun_takes_up_what_the_cancelled_run_left() {
    let row = hooked(&[]).cancelled_after(120).input("on-cancel", "leave");
    row.run().await;
    let again = row.cancelled_never();
    again
        .comes_to(Verdict {
            exit: 0,
            outcome: "traffic-shifted",
            code: "",
            serves: "shop:2",
            says: "is being deployed to this revision already; following it",
        })
        .await;
    assert_eq!(again.count("CreateDeployment"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_next_run_waits_for_the_deployment_of_the_one_before() {
    let row = hooked(&[]).cancelled_after(120).input("on-cancel", "leave");
    row.run().await;
    let next = row
        .cancelled_never()
        .in_another_run()
        .input("image", &format!("{}/shop:v1", crate::shop::ADDRESS));
    next.comes_to(Verdict {
        exit: 0,
        outcome: "traffic-shifted",
        code: "",
        serves: "shop:3",
        says: "Waiting for its end (on-active-deployment: wait)",
    })
    .await;
    assert_eq!(next.count("CreateDeployment"), 2);
}

#[tokio::test(start_paused = true)]
async fn the_next_run_stops_the_deployment_of_the_one_before() {
    let row = hooked(&[]).cancelled_after(120).input("on-cancel", "leave");
    row.run().await;
    let next = row
        .cancelled_never()
        .in_another_run()
        .input("environment", "production")
        .input("on-active-deployment", "stop")
        .input("image", &format!("{}/shop:v1", crate::shop::ADDRESS));
    next.comes_to(Verdict {
        exit: 0,
        outcome: "traffic-shifted",
        code: "",
        serves: "shop:3",
        says: "Stopping it and waiting for its rollback (on-active-deployment: stop)",
    })
    .await;
    assert_eq!(next.count("StopDeployment"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_create_deployment_is_lost() {
    let lost = "faults:\n  - { service: codedeploy, operation: CreateDeployment, count: 1, lost: true, answer: cut }";
    let row = hooked(&[("faults: []", lost)]);
    row.comes_to(Verdict {
        exit: 0,
        outcome: "traffic-shifted",
        code: "",
        serves: "shop:2",
        says: "looking whether it was done before asking again",
    })
    .await;
    assert_eq!(row.shop().calls("CreateDeployment").0, 1);
}
