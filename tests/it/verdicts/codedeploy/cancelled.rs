//! Blue/green deployments whose run is cancelled.

use crate::verdicts::row::codedeploy;
use crate::verdicts::table::rows;

rows! {
    "CodeDeploy: the run is cancelled";

    a_cancelled_run_has_it_rolled_back:
        codedeploy().cancelled_after(120).calls("StopDeployment", 1).later(900, "shop:1")
        => exit 130 "cancelled" "GG070", serves "shop:1 90 %, shop:2 10 %",
        says "was stopped, and its rollback runs on";

    a_cancelled_run_leaves_it:
        codedeploy().cancelled_after(120).input("on-cancel", "leave").calls("StopDeployment", 0).later(900, "shop:2")
        => exit 130 "cancelled" "GG070", serves "shop:1 90 %, shop:2 10 %",
        says "the run was cancelled while the deployment", "The deployment was not stopped";

    aws_refuses_the_stop_of_a_cancelled_run:
        codedeploy().cancelled_after(120).later(900, "shop:2")
            .meanwhile("at: 30s, does: { deny: { role: greengate-production, actions: 'codedeploy:StopDeployment' } }")
        => exit 130 "cancelled" "GG070", serves "shop:1 90 %, shop:2 10 %",
        says "AWS has not taken in the request to stop it";

    the_deployment_is_over_when_the_run_is_cancelled:
        codedeploy().cancelled_after(1500).input("poll-interval", "40m")
        => exit 130 "cancelled" "GG070", serves "shop:2",
        says "the run was cancelled when the deployment", "was over";

    the_run_is_cancelled_before_anything_is_done:
        codedeploy().fault("sts", "answer: throttle").cancelled_after(2).calls("RegisterTaskDefinition", 0)
        => exit 130 "cancelled" "GG070", serves "shop:1",
        says "the run was cancelled before a deployment was started";

    the_run_is_cancelled_while_codedeploy_rolls_back:
        codedeploy().hook("AfterAllowTraffic", "result: fail, after: 20s").cancelled_after(379).later(300, "shop:1")
        => exit 130 "cancelled" "GG070", serves "shop:2",
        says "had failed and was being rolled back", "AWS's rollback was not stopped";
}
