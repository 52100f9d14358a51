//! Deployments that pause until somebody lets them go on: `PAUSE` hooks of ECS, and CodeDeploy's wait
//! with the replacement ready.

use super::row::{Row, codedeploy, native};
use super::table::rows;

/// ECS's blue/green with a pause in this stage.
fn pauses(stage: &str, timeout: &str) -> Row {
    native(&format!(
        "strategy: BLUE_GREEN, bakeTimeInMinutes: 5, lifecycleHooks: [{{ targetType: PAUSE, \
         lifecycleStages: [{stage}], timeoutConfiguration: {{ {timeout} }} }}]"
    ))
}

/// With test traffic on the new revision, for an hour.
fn at_test_traffic() -> Row {
    pauses("POST_TEST_TRAFFIC_SHIFT", "timeoutInMinutes: 60")
}

/// CodeDeploy, which waits for half an hour.
fn ready() -> Row {
    codedeploy()
        .world(
            "deployment-config: CodeDeployDefault.ECSCanary10Percent5Minutes",
            "deployment-config: CodeDeployDefault.ECSAllAtOnce
          on-ready: STOP_DEPLOYMENT
          ready-wait-minutes: 30",
        )
        .world(
            "policies: [deploy-codedeploy",
            "policies: [deploy-codedeploy, continue-codedeploy",
        )
}

/// A job without a gate that deploys to the pause, and the gated one of the same run after it.
fn and_the_gated_job(first: Row) -> Row {
    let first = first.input("wait-for", "ready").input("gate", "none");
    first
        .rerun()
        .input("wait-for", "traffic-shifted")
        .input("gate", "approved")
}

rows! {
    "A deployment that pauses";

    it_comes_to_the_pause:
        at_test_traffic().input("wait-for", "ready").input("gate", "none").later(1800, "shop:1")
        => exit 0 "ready", serves "shop:1",
        says "pause waits", "until somebody continues it; it is rolled back at";

    it_comes_to_a_pause_before_any_task:
        pauses("PRE_SCALE_UP", "timeoutInMinutes: 60").input("wait-for", "ready").input("gate", "none")
        => exit 0 "ready", serves "shop:1",
        says "pause waits";

    the_gated_job_continues_it:
        and_the_gated_job(at_test_traffic()).pause(600).calls("ContinueServiceDeployment", 1).calls("UpdateService", 1)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "production/shop is being deployed to this revision already; following it",
             "production/shop: approved, and told to go on";

    the_gated_job_may_not_continue_it:
        and_the_gated_job(at_test_traffic()).without("ecs:ContinueServiceDeployment").later(7200, "shop:1")
        => exit 5 "failed" "GG012", serves "shop:1",
        says "waits in its pause, and was not continued", "no permission for ecs:ContinueServiceDeployment";

    the_gated_job_comes_too_late:
        and_the_gated_job(at_test_traffic()).pause(7200).calls("ContinueServiceDeployment", 0).calls("UpdateService", 2)
            .input("wait-for", "ready")
        => exit 0 "ready", serves "shop:1",
        says "pause waits";

    one_job_alone_waits_for_somebody:
        pauses("POST_TEST_TRAFFIC_SHIFT", "timeoutInMinutes: 90, action: CONTINUE")
            .calls("ContinueServiceDeployment", 0)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "paused for 1h 10m at most", "until somebody continues it; it goes on by itself at";

    nobody_continues_it_in_time:
        pauses("POST_TEST_TRAFFIC_SHIFT", "timeoutInMinutes: 600").calls("ContinueServiceDeployment", 0)
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the lifecycle hook at POST_TEST_TRAFFIC_SHIFT timed out", "shop:1 serves now, with all its tasks running";

    the_time_that_the_inputs_give_counts_the_pause:
        at_test_traffic().input("timeout", "10m")
        => exit 7 "timed-out" "GG060", serves "shop:1",
        says "did not end in time and runs on";

    it_is_taken_back_in_its_pause:
        at_test_traffic().input("wait-for", "ready").input("gate", "none")
            .next_run().input("command", "rollback").input("gate", "approved")
        => exit 0 "succeeded", serves "shop:1",
        says "Stopping it and taking the service back";

    the_reviewer_says_no_and_it_is_taken_back:
        at_test_traffic().input("wait-for", "ready").input("gate", "none")
            .next_run().input("command", "rollback").calls("ContinueServiceDeployment", 0)
        => exit 0 "succeeded", serves "shop:1",
        says "Stopping it and taking the service back";

    codedeploy_waits_the_reviewer_says_no_and_it_is_taken_back:
        ready().input("wait-for", "ready").input("gate", "none")
            .next_run().input("command", "rollback").calls("ContinueDeployment", 0)
        => exit 0 "succeeded", serves "shop:1",
        says "shop:1";

    codedeploy_waits_and_the_gated_job_continues_it:
        and_the_gated_job(ready()).pause(600).calls("ContinueDeployment", 1).calls("CreateDeployment", 1)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "production/shop: approved, and told to go on";

    codedeploy_waits_and_nobody_continues_it:
        ready().calls("ContinueDeployment", 0)
        => exit 5 "failed" "GG052", serves "shop:1",
        says "traffic was not rerouted within the wait time";
}
