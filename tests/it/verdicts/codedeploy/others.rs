//! What others do while a blue/green deployment is under way, or before.

use super::{CANARY, GROUP};
use crate::verdicts::row::{Row, codedeploy};
use crate::verdicts::table::rows;

/// Somebody stops the deployment after `wait`; `rollback` is what they ask for.
fn stopped(wait: &str, rollback: &str) -> Row {
    codedeploy().meanwhile(&format!(
        "after: {{ operation: CreateDeployment, wait: {wait} }}, does: {{ stop-deployment: {{ {GROUP}{rollback} }} }}"
    ))
}

/// Somebody else's deployment begins after we have looked whether there is one.
fn overtaken() -> Row {
    codedeploy().meanwhile(&format!(
        "after: {{ operation: RegisterTaskDefinition }}, does: {{ create-deployment: {{ {GROUP}, task-definition: 'shop:1', description: by hand }} }}"
    ))
}

/// A run that has left its deployment under way, and the next one with another image.
fn busy() -> Row {
    codedeploy()
        .input("wait-for", "created")
        .next_run()
        .input("wait-for", "traffic-shifted")
        .image("v1")
}

rows! {
    "CodeDeploy: somebody comes between";

    the_service_is_not_there:
        codedeploy().of_another_name("shpo")
        => exit 3 "refused" "GG021", serves "shop:1",
        says "service shpo is not in cluster production in eu-west-1";

    somebody_stops_it_and_has_it_rolled_back:
        stopped("2m", ", rollback: true")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "The deployment was stopped by a user", "shop:1 serves now, with all its tasks running";

    somebody_stops_it_before_traffic_is_moved:
        stopped("10s", ", rollback: false")
        => exit 5 "failed" "GG053", serves "shop:1",
        says "somebody stopped the deployment to production/shop", "shop:1 serves now, with all its tasks running";

    somebody_stops_it_while_the_old_tasks_wait:
        stopped("8m", ", rollback: false").input("wait-for", "succeeded")
        => exit 6 "failed" "GG053", serves "shop:2",
        says "somebody stopped the deployment to production/shop", "the new revision serves now";

    somebody_has_it_rolled_back_while_the_old_tasks_wait:
        stopped("8m", ", rollback: true").input("wait-for", "succeeded")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "The deployment was stopped by a user", "shop:1 serves now, with all its tasks running";

    somebody_stops_the_rollback:
        codedeploy().hook("BeforeAllowTraffic", "result: fail")
            .meanwhile(&format!("at: 57s, does: {{ stop-deployment: {{ {GROUP} }} }}"))
        => exit 5 "failed" "GG052", serves "shop:1",
        says "the deployment to production/shop failed, and so did its rollback";

    somebody_else_deploys_first_and_is_waited_for:
        overtaken().calls("CreateDeployment", 3)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "Waiting for its end (on-active-deployment: wait)";

    somebody_else_deploys_first_and_is_stopped:
        overtaken().input("on-active-deployment", "stop").calls("CreateDeployment", 3).calls("StopDeployment", 1)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "Stopping it and waiting for its rollback (on-active-deployment: stop)";

    somebody_else_deploys_first_and_refuses_the_run:
        overtaken().input("on-active-deployment", "fail").calls("CreateDeployment", 2)
        => exit 5 "failed" "GG026", serves "shop:1",
        says "a deployment of production/shop is already running";

    a_deployment_that_runs_is_waited_for:
        busy().calls("CreateDeployment", 2)
        => exit 0 "traffic-shifted", serves "shop:3",
        says "Waiting for its end (on-active-deployment: wait)";

    a_deployment_that_runs_is_stopped:
        busy().input("on-active-deployment", "stop").calls("StopDeployment", 1)
        => exit 0 "traffic-shifted", serves "shop:3",
        says "Stopping it and waiting for its rollback (on-active-deployment: stop)";

    a_deployment_that_runs_refuses_the_run:
        busy().input("on-active-deployment", "fail").calls("RegisterTaskDefinition", 1)
        => exit 3 "refused" "GG026", serves "shop:1",
        says "a deployment of production/shop is already running";

    a_deployment_that_waits_is_stopped_and_the_next_one_goes_on:
        codedeploy().world(CANARY, "deployment-config: CodeDeployDefault.ECSAllAtOnce
          on-ready: STOP_DEPLOYMENT
          ready-wait-minutes: 30").input("wait-for", "ready")
            .next_run().image("v1").input("on-active-deployment", "stop")
        => exit 0 "ready", serves "shop:1",
        says "Stopping it and waiting for its rollback (on-active-deployment: stop)";

    one_that_came_between_is_stopped_half_way_and_this_one_fails:
        overtaken().world("script: {}", "script: { only: [2], hooks: { BeforeInstall: { result: fail } } }")
            .meanwhile(&format!("after: {{ operation: RegisterTaskDefinition, wait: 2m }}, does: {{ stop-deployment: {{ {GROUP}, rollback: false }} }}"))
        => exit 6 "failed" "GG052", serves "shop:1 90 %, shop:1 10 %",
        says "the hook of BeforeInstall failed", "it is not known what serves now";

    a_deployment_that_runs_is_waited_for_in_vain:
        busy().input("timeout", "3m").calls("CreateDeployment", 1).calls("RegisterTaskDefinition", 1)
        => exit 3 "refused" "GG026", serves "shop:1 90 %, shop:2 10 %",
        says "the deployment of production/shop that was already running did not end in time", "Nothing was deployed";

    somebody_deletes_the_service:
        codedeploy().tasks("start: 10m")
            .meanwhile("after: { operation: CreateDeployment, wait: 2m }, does: { delete-service: { service: shop, cluster: production } }")
            .input("poll-interval", "30s")
        => exit 6 "failed" "GG052", serves "nothing",
        says "the service was deleted";

    somebody_stops_it_in_the_middle_of_the_traffic:
        stopped("2m", ", rollback: false")
        => exit 6 "failed" "GG053", serves "shop:1 90 %, shop:2 10 %",
        says "somebody stopped the deployment to production/shop",
             "the new revision takes 10 % of the production traffic now, and shop:1 the rest";
}
