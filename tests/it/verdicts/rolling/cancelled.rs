//! Rolling deployments whose run does not see their end: cancelled, or timed out.

use super::{EXIT, SLOW};
use crate::verdicts::row::{Row, rolling};
use crate::verdicts::table::rows;

/// A deployment that takes twenty minutes, and a run that is cancelled after one.
fn cancelled() -> Row {
    rolling().tasks(SLOW).cancelled_after(60)
}

rows! {
    "Rolling: the run ends before the deployment";

    a_cancelled_run_has_it_rolled_back:
        cancelled().calls("StopServiceDeployment", 1).later(300, "shop-staging:1")
        => exit 130 "cancelled" "GG070", serves "shop-staging:1",
        says "was stopped, and its rollback runs on";

    a_cancelled_run_leaves_it:
        cancelled().input("on-cancel", "leave").calls("StopServiceDeployment", 0).later(3600, "shop-staging:2")
        => exit 130 "cancelled" "GG070", serves "shop-staging:1",
        says "the run was cancelled while the deployment", "runs on", "The deployment was not stopped";

    aws_refuses_the_stop_of_a_cancelled_run:
        cancelled().meanwhile("at: 30s, does: { deny: { role: greengate-staging, actions: 'ecs:StopServiceDeployment' } }")
            .later(3600, "shop-staging:2")
        => exit 130 "cancelled" "GG070", serves "shop-staging:1",
        says "runs on: AWS has not taken in the request to stop it",
             "Stop it in the console if it should not go on, or run `command: rollback`";

    the_stop_of_a_cancelled_run_is_throttled:
        cancelled().fault("ecs", "operation: StopServiceDeployment, answer: throttle").later(3600, "shop-staging:2")
        => exit 130 "cancelled" "GG070", serves "shop-staging:1",
        says "runs on: AWS has not taken in the request to stop it";

    the_answer_to_the_stop_of_a_cancelled_run_is_lost:
        cancelled().fault("ecs", "operation: StopServiceDeployment, answer: cut, lost: true, count: 1").later(300, "shop-staging:1")
        => exit 130 "cancelled" "GG070", serves "shop-staging:1",
        says "was stopped, and its rollback runs on";

    the_deployment_is_over_when_the_run_is_cancelled:
        rolling().input("poll-interval", "10m").cancelled_after(300)
        => exit 130 "cancelled" "GG070", serves "shop-staging:2",
        says "the run was cancelled when the deployment", "was over";

    the_deployment_is_rolled_back_when_the_run_is_cancelled:
        rolling().tasks(EXIT).input("poll-interval", "10m").cancelled_after(400)
        => exit 130 "cancelled" "GG070", serves "shop-staging:1",
        says "the run was cancelled when the deployment", "was over";

    the_run_is_cancelled_before_anything_is_done:
        rolling().fault("sts", "answer: throttle").cancelled_after(2).calls("RegisterTaskDefinition", 0)
        => exit 130 "cancelled" "GG070", serves "shop-staging:1",
        says "the run was cancelled before a deployment was started", "Nothing was deployed";

    the_run_is_cancelled_while_aws_is_asked_for_the_deployment:
        rolling().fault("ecs", "operation: UpdateService, answer: throttle").cancelled_after(30)
        => exit 130 "cancelled" "GG070", serves "shop-staging:1",
        says "the run was cancelled while AWS was asked for a deployment of staging/shop";

    the_run_is_cancelled_while_it_waits_for_another_deployment:
        rolling().tasks(SLOW).input("wait-for", "created")
            .next_run().image("v1").input("on-active-deployment", "wait").cancelled_after(60).calls("UpdateService", 1)
        => exit 130 "cancelled" "GG070", serves "shop-staging:1",
        says "the run was cancelled before a deployment was started", "Nothing was deployed";

    a_time_out_stops_nothing:
        rolling().tasks(SLOW).input("timeout", "2m").calls("StopServiceDeployment", 0).later(3600, "shop-staging:2")
        => exit 7 "timed-out" "GG060", serves "shop-staging:1",
        says "did not end in time and runs on";

    a_time_out_in_the_middle_of_a_rollback:
        rolling().tasks(EXIT).behaviour("match: { service: shop, nth-revision: 0 }, start: 10m")
            .world("maximumPercent: 200", "maximumPercent: 100")
            .world("minimumHealthyPercent: 100", "minimumHealthyPercent: 0")
            .input("timeout", "3m")
        => exit 7 "timed-out" "GG060", serves "nothing",
        says "failed, and its rollback runs on", "Running this job again deploys anew";
}
