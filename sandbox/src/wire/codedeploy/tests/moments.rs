//! What holds at every moment, whatever happens: shares of traffic, counts of tasks.

use super::{deploy, stage};
use crate::testing::Stage;
use crate::world::ecs::service::Service;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;
use serde_json::json;

/// Plays until nothing happens any more, looking at every moment.
fn watch(
    stage: &mut Stage,
    look: impl Fn(&Stage) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let end = stage.begin + jiff::SignedDuration::from_hours(48);
    while stage.world.now < end && stage.next() {
        look(stage)?;
    }
    Ok(())
}

fn weights_add_up(stage: &Stage) -> Result<(), TestCaseError> {
    let group = &stage.world.codedeploy.applications[0].groups[0];
    let percent = |name: &str| {
        let arn = &stage.world.elb.target_group(name).unwrap().arn;
        u32::from(stage.world.elb.percent(&group.production_listener, arn))
    };
    prop_assert_eq!(percent("shop-blue") + percent("shop-green"), 100);
    let shop = stage.world.ecs.service("default", "shop").unwrap();
    let primaries = shop
        .task_sets
        .iter()
        .filter(|it| it.status.word() == "PRIMARY");
    prop_assert_eq!(primaries.count(), 1);
    prop_assert!(
        shop.counts().running >= 2,
        "production never loses its tasks"
    );
    Ok(())
}

fn endings() -> impl Strategy<Value = String> {
    let event = prop_oneof![
        Just("BeforeInstall"),
        Just("AfterInstall"),
        Just("AfterAllowTestTraffic"),
        Just("BeforeAllowTraffic"),
        Just("AfterAllowTraffic")
    ];
    let hook = (event, any::<bool>()).prop_map(|(event, fails)| {
        let result = if fails { "fail" } else { "time-out" };
        format!("script: {{ hooks: {{ {event}: {{ result: {result} }} }} }}")
    });
    let alarm = (1..=100_u8).prop_map(|percent| {
        format!("script: {{ alarm: {{ name: shop-5xx, percent: {percent} }} }}")
    });
    prop_oneof![
        Just(String::new()),
        Just("script: { stuck-install: true }".to_owned()),
        hook,
        alarm
    ]
}

proptest! {
    #[test]
    fn traffic_is_always_all_there(
        ending in endings(),
        rolls_back in any::<bool>(),
        config in prop_oneof![Just("thirds"), Just("CodeDeployDefault.ECSAllAtOnce"), Just("CodeDeployDefault.ECSCanary10Percent5Minutes")],
        stop in proptest::option::of((1..2000_i64, any::<bool>())),
    ) {
        let config = format!("deployment-config: {config}");
        let rollback = "auto-rollback: [DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM]";
        let mut extra = vec!["alarms: [shop-5xx]", &config, &ending];
        if rolls_back {
            extra.push(rollback);
        }
        let mut stage = stage(&extra);
        let id = deploy(&mut stage);
        if let Some((seconds, rollback)) = stop {
            let at = stage.begin + jiff::SignedDuration::from_secs(seconds);
            while stage.world.next_due().is_some_and(|due| due <= at) {
                stage.next();
                weights_add_up(&stage)?;
            }
            stage.world.advance_to(at);
            if stage.world.codedeploy.active_of(&stage.world.codedeploy.applications[0].groups[0].clone()).is_some_and(|it| it.id == id) {
                stage.codedeploy("StopDeployment", json!({"deploymentId": id, "autoRollbackEnabled": rollback}));
            }
        }
        watch(&mut stage, weights_add_up)?;
        prop_assert!(stage.world.codedeploy.active.is_empty(), "every deployment ends");
    }

    #[test]
    fn rolling_keeps_to_its_percentages(
        desired in 1..12_u32,
        minimum in prop_oneof![Just(0_u32), Just(50), Just(100)],
        maximum in prop_oneof![Just(100_u32), Just(150), Just(200)],
        again in proptest::option::of(1..200_i64),
    ) {
        let yaml = format!(
            "ecs:\n  task-definitions: [{0}, {0}, {0}]\n  services: [{{ name: shop, task-definition: 'shop:1', desired-count: {desired}, settings: {{ deploymentConfiguration: {{ minimumHealthyPercent: {minimum}, maximumPercent: {maximum} }} }} }}]",
            "{ family: shop, containerDefinitions: [{ name: web, image: shop, memory: 512 }] }"
        );
        let mut stage = Stage::new(&yaml);
        stage.ecs("UpdateService", json!({"service": "shop", "taskDefinition": "shop:2"}));
        if let Some(seconds) = again {
            stage.world.advance_to(stage.begin + jiff::SignedDuration::from_secs(seconds));
            stage.ecs("UpdateService", json!({"service": "shop", "taskDefinition": "shop:3"}));
        }
        let least = (desired * minimum).div_ceil(100) as usize;
        let most = (desired * maximum / 100) as usize;
        let within = |stage: &Stage| {
            let shop: &Service = stage.world.ecs.service("default", "shop").unwrap();
            let counts = shop.counts();
            prop_assert!(counts.healthy >= least, "{counts:?} below {least}");
            prop_assert!(counts.live() <= most, "{counts:?} above {most}");
            Ok(())
        };
        watch(&mut stage, within)?;
        let shop = stage.world.ecs.service("default", "shop").unwrap();
        // Nothing can move where no task may go and none may come.
        if most > least {
            prop_assert_eq!(shop.deployments.len(), 1);
            prop_assert_eq!(shop.deployments[0].state.word(), "COMPLETED");
        }
    }
}
