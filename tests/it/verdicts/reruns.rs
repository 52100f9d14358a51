//! A run that is attempted again: it picks up where the last attempt stopped.

use super::row::{Row, codedeploy, rolling};
use super::table::rows;

const EXIT: &str = "ends: { exits: { code: 1 } }";

/// A run that was cancelled and has left its deployment, and another attempt of it.
fn taken_up(first: Row) -> Row {
    first
        .input("on-cancel", "leave")
        .cancelled_after(120)
        .rerun()
}

rows! {
    "A rerun";

    nothing_is_left_to_do:
        rolling().rerun().calls("RegisterTaskDefinition", 1).calls("UpdateService", 1)
        => exit 0 "unchanged", serves "shop-staging:2",
        says "staging/shop runs this revision already; nothing is deployed";

    a_rolling_deployment_is_taken_up:
        taken_up(rolling().tasks("start: 10m")).calls("RegisterTaskDefinition", 1).calls("UpdateService", 1)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "staging/shop is being deployed to this revision already; following it";

    a_rolling_deployment_is_taken_up_in_spite_of_fail:
        taken_up(rolling().tasks("start: 10m").input("on-active-deployment", "fail")).calls("UpdateService", 1)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "staging/shop is being deployed to this revision already; following it";

    a_rolling_deployment_by_force_is_taken_up:
        taken_up(rolling().tasks("start: 10m").input("force-new-deployment", "true")).calls("UpdateService", 1)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "staging/shop is being deployed to this revision already; following it";

    another_run_by_force_replaces_a_deployment_of_the_same_revision:
        rolling().tasks("start: 10m").input("wait-for", "created")
            .next_run().input("wait-for", "succeeded").input("force-new-deployment", "true").calls("UpdateService", 2)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    another_run_by_force_waits_for_a_deployment_of_the_same_revision:
        rolling().tasks("start: 10m").input("wait-for", "created")
            .next_run().input("wait-for", "succeeded").input("force-new-deployment", "true").input("on-active-deployment", "wait")
            .calls("UpdateService", 2)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "Waiting for its end (on-active-deployment: wait)";

    a_rolling_deployment_is_taken_up_and_fails:
        taken_up(rolling().tasks("start: 150s, ends: { exits: { code: 1 } }")).calls("UpdateService", 1)
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "shop-staging:1 serves now, with all its tasks running";

    what_was_rolled_back_is_tried_again:
        rolling().tasks(EXIT).rerun().calls("RegisterTaskDefinition", 1).calls("UpdateService", 2)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    tasks_have_exited_since_it_succeeded:
        rolling().tasks("start: 30s, ends: { exits: { code: 1, after: 40s } }").rerun().pause(300)
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "tasks failed in the same way", "shop-staging:1 serves now, with all its tasks running";

    nothing_is_left_to_do_for_codedeploy:
        codedeploy().input("wait-for", "succeeded").rerun().calls("CreateDeployment", 1)
        => exit 0 "unchanged", serves "shop:2",
        says "production/shop runs this revision already; nothing is deployed";

    a_codedeploy_deployment_is_taken_up:
        taken_up(codedeploy()).calls("CreateDeployment", 1).calls("RegisterTaskDefinition", 1)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "production/shop is being deployed to this revision already; following it";

    a_codedeploy_deployment_is_taken_up_in_spite_of_fail:
        taken_up(codedeploy().input("on-active-deployment", "fail")).calls("CreateDeployment", 1)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "production/shop is being deployed to this revision already; following it";

    a_codedeploy_deployment_is_taken_up_and_fails:
        taken_up(codedeploy().hook("AfterAllowTraffic", "result: fail")).calls("CreateDeployment", 1)
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook of AfterAllowTraffic failed";

    a_codedeploy_deployment_that_was_rolled_back_is_tried_again:
        codedeploy().world("script: {}", "script: { only: [1], hooks: { BeforeInstall: { result: fail } } }").rerun()
        => exit 0 "traffic-shifted", serves "shop:2",
        says "100 % of the production traffic on the new revision";

    the_time_out_passed_and_the_rerun_sees_the_end:
        rolling().tasks("start: 10m").input("timeout", "2m").rerun().input("timeout", "30m").calls("UpdateService", 1)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "following it";
}
