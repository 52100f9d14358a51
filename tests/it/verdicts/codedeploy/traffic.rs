//! Blue/green deployments that fail by themselves: tasks, alarms, waits.

use super::{CANARY, ROLLS_BACK, ROLLS_NOTHING_BACK};
use crate::verdicts::row::{Row, codedeploy};
use crate::verdicts::table::rows;

/// An alarm fires when half of the traffic is on the new tasks.
fn alarm() -> Row {
    codedeploy()
        .world(
            CANARY,
            "deployment-config: CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
        )
        .world(
            "script: {}",
            "alarms: [shop-5xx]\n          script: { alarm: { name: shop-5xx, percent: 50 } }",
        )
}

/// CodeDeploy pauses before production traffic is moved, for thirty minutes.
fn pauses() -> Row {
    codedeploy().world(
        CANARY,
        "deployment-config: CodeDeployDefault.ECSAllAtOnce
          on-ready: STOP_DEPLOYMENT
          ready-wait-minutes: 30",
    )
}

rows! {
    "CodeDeploy: it fails by itself";

    an_alarm_fires_at_half_of_the_traffic:
        alarm()
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "Activated alarms: <shop-5xx>", "shop:1 serves now, with all its tasks running";

    new_tasks_never_start:
        codedeploy().tasks("ends: { exits: { code: 1, log: [panic, no database] } }")
            .input("poll-interval", "30s").input("fail-fast-after", "100000")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "The deployment timed out while waiting for the replacement task set to become healthy",
             "shop:1 serves now, with all its tasks running";

    new_tasks_are_never_healthy_and_nothing_is_rolled_back:
        codedeploy().world(ROLLS_BACK, ROLLS_NOTHING_BACK).world("script: {}", "script: { stuck-install: true }")
            .input("poll-interval", "30s")
        => exit 5 "failed" "GG052", serves "shop:1",
        says "The deployment timed out while waiting for the replacement task set to become healthy",
             "shop:1 serves now, with all its tasks running";

    the_run_times_out_while_tasks_start:
        codedeploy().tasks("start: 30m").input("timeout", "10m").calls("StopDeployment", 0).later(3600, "shop:2")
        => exit 7 "timed-out" "GG060", serves "shop:1",
        says "did not end in time and runs on";

    the_run_times_out_in_the_middle_of_the_traffic:
        codedeploy().input("timeout", "3m").later(3600, "shop:2")
        => exit 7 "timed-out" "GG060", serves "shop:1 90 %, shop:2 10 %",
        says "did not end in time and runs on";

    nobody_continues_a_deployment_that_waits:
        pauses().input("poll-interval", "30s")
        => exit 5 "failed" "GG052", serves "shop:1",
        says "The deployment was stopped because traffic was not rerouted within the wait time of 30 minutes",
             "shop:1 serves now, with all its tasks running";

    the_run_times_out_before_a_deployment_that_waits_is_continued:
        pauses().input("timeout", "10m")
        => exit 7 "timed-out" "GG060", serves "shop:1",
        says "did not end in time and runs on";

    it_fails_and_is_rolled_back_between_two_looks:
        codedeploy().hook("AfterAllowTraffic", "result: fail").input("poll-interval", "40m")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook of AfterAllowTraffic failed", "shop:1 serves now, with all its tasks running";

    tasks_exit_once_they_have_the_traffic:
        codedeploy().tasks("ends: { exits: { code: 1, after: 7m } }").input("wait-for", "succeeded").input("on-failure", "leave")
        => exit 6 "failed" "GG052", serves "shop:2 (0 of 4)",
        says "tasks failed in the same way", "the new revision takes the traffic now, with fewer tasks than it should have";

    the_alarm_that_has_stopped_it_still_fires:
        alarm().world(ROLLS_BACK, "auto-rollback: [DEPLOYMENT_FAILURE]").input("on-failure", "leave").rerun().calls("CreateDeployment", 1)
        => exit 3 "refused" "GG036", serves "shop:1 50 %, shop:2 50 %",
        says "the alarm shop-5xx is firing before the deployment begins", "`alarmConfiguration.enabled` of the deployment group";

    traffic_is_left_where_an_alarm_has_stopped_it:
        alarm().world(ROLLS_BACK, "auto-rollback: [DEPLOYMENT_FAILURE]").input("on-failure", "leave")
            .meanwhile("at: 10m, does: { clear-alarm: shop-5xx }")
            .meanwhile("after: { operation: CreateDeployment, nth: 2 }, does: { raise-alarm: shop-5xx }").rerun().pause(600)
        => exit 6 "failed" "GG052", serves "shop:1 50 %, shop:2 50 %",
        says "it is not known what serves now";

    an_alarm_fires_and_nothing_is_rolled_back:
        alarm().world(ROLLS_BACK, "auto-rollback: [DEPLOYMENT_FAILURE]").input("on-failure", "leave")
        => exit 6 "failed" "GG052", serves "shop:1 50 %, shop:2 50 %",
        says "the deployment to production/shop failed", "Activated alarms: <shop-5xx>",
             "the new revision takes 50 % of the production traffic now, and shop:1 the rest";
}
