//! `command: rollback`.

use super::row::{Row, Verdict};

const SLOW: (&str, &str) = (
    "behaviours: []",
    "behaviours:
    - match: { service: shop, nth-revision: 1 }
      start: 20m",
);

fn hooked(replaced: &[(&str, &str)]) -> Row {
    Row::codedeploy(replaced).input("codedeploy-appspec", "appspec.yaml")
}

#[tokio::test(start_paused = true)]
async fn rolling_goes_back_to_what_served_before() {
    let row = Row::rolling(&[]);
    row.run().await;
    let back = row.input("command", "rollback");
    back.comes_to(Verdict {
        exit: 0,
        outcome: "succeeded",
        code: "",
        serves: "shop-staging:1",
        says: "shop-staging:1 served before it and is deployed again",
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn rolling_stops_the_active_deployment() {
    let row = Row::rolling(&[SLOW])
        .cancelled_after(60)
        .input("on-cancel", "leave");
    row.run().await;
    let back = row.cancelled_never().input("command", "rollback");
    back.comes_to(Verdict {
        exit: 0,
        outcome: "succeeded",
        code: "",
        serves: "shop-staging:1",
        says: "Stopping it and taking the service back",
    })
    .await;
    assert_eq!(back.count("StopServiceDeployment"), 1);
}

#[tokio::test(start_paused = true)]
async fn codedeploy_goes_back_to_what_served_before() {
    let row = hooked(&[]).input("wait-for", "succeeded");
    row.run().await;
    let row = row.input("image", &format!("{}/shop:v1", crate::shop::ADDRESS));
    row.run().await;
    assert_eq!(row.serves(), "shop:3");
    let back = row.input("command", "rollback");
    back.comes_to(Verdict {
        exit: 0,
        outcome: "succeeded",
        code: "",
        serves: "shop:2",
        says: "shop:2 served before it and is deployed again",
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn codedeploy_stops_the_active_deployment_in_its_termination_wait() {
    let row = hooked(&[]);
    row.run().await;
    let back = row.input("command", "rollback");
    back.comes_to(Verdict {
        exit: 0,
        outcome: "succeeded",
        code: "",
        serves: "shop:1",
        says: "Stopping it and taking the service back",
    })
    .await;
    assert_eq!(back.count("StopDeployment"), 1);
}

#[tokio::test(start_paused = true)]
async fn codedeploy_knows_of_nothing_before_its_first_deployment() {
    let row = hooked(&[]).input("wait-for", "succeeded");
    row.run().await;
    let back = row.input("command", "rollback");
    back.comes_to(Verdict {
        exit: 3,
        outcome: "refused",
        code: "GG055",
        serves: "shop:2",
        says: "there is no revision to take production/shop back to from shop:2",
    })
    .await;
    assert_eq!(back.count("CreateDeployment"), 1);
}
