//! `command: rollback`, with a deployment under way and without.

use super::row::{Row, codedeploy, rolling};
use super::table::rows;

/// A run that has left its deployment under way, and another one that takes it back.
fn takes_back(first: Row) -> Row {
    first
        .input("wait-for", "created")
        .next_run()
        .input("wait-for", "")
        .input("command", "rollback")
        .pause(60)
}

/// A run, and another one that takes the service back.
fn goes_back(first: Row) -> Row {
    first.next_run().input("command", "rollback")
}

rows! {
    "The command `rollback`";

    the_revision_before_is_deployed_again:
        goes_back(rolling()).calls("UpdateService", 2)
        => exit 0 "succeeded", serves "shop-staging:1",
        says "shop-staging:1 served before it and is deployed again";

    a_rolling_deployment_is_stopped:
        takes_back(rolling().tasks("start: 20m")).calls("StopServiceDeployment", 1)
        => exit 0 "succeeded", serves "shop-staging:1",
        says "Stopping it and taking the service back";

    a_rolling_deployment_that_was_rolled_back_is_no_revision_before:
        goes_back(rolling().tasks("ends: { exits: { code: 1 } }").next_run().image("v1"))
        => exit 0 "succeeded", serves "shop-staging:1",
        says "shop-staging:1 served before it and is deployed again";

    codedeploy_deploys_the_revision_before:
        goes_back(codedeploy().input("wait-for", "succeeded").next_run().image("v1"))
        => exit 0 "succeeded", serves "shop:2",
        says "shop:2 served before it and is deployed again";

    codedeploy_is_stopped_in_the_middle_of_the_traffic:
        takes_back(codedeploy()).pause(120).calls("StopDeployment", 1)
        => exit 0 "succeeded", serves "shop:1",
        says "Stopping it and taking the service back";

    codedeploy_is_stopped_while_the_old_tasks_wait:
        goes_back(codedeploy()).calls("StopDeployment", 1)
        => exit 0 "succeeded", serves "shop:1",
        says "Stopping it and taking the service back";

    codedeploy_is_stopped_before_it_has_made_anything:
        takes_back(codedeploy()).pause(0).calls("StopDeployment", 1)
        => exit 0 "succeeded", serves "shop:1",
        says "Stopping it and taking the service back";

    codedeploy_cannot_be_stopped_any_more:
        goes_back(codedeploy().input("wait-for", "succeeded").next_run().image("v1").input("wait-for", "created"))
            .input("wait-for", "").pause(690)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "came to its end before it could be stopped", "shop:2 served before it and is deployed again";

    codedeploy_takes_it_back_already:
        takes_back(codedeploy().hook("BeforeAllowTraffic", "result: fail").tasks("start: 1s")).pause(57).calls("StopDeployment", 0)
        => exit 0 "succeeded", serves "shop:1",
        says "It takes the service back";

    nothing_served_before_the_first_deployment_by_codedeploy:
        goes_back(codedeploy().input("wait-for", "succeeded")).calls("CreateDeployment", 1)
        => exit 3 "refused" "GG055", serves "shop:2",
        says "there is no revision to take production/shop back to from shop:2";

    nothing_served_before_a_service_that_was_never_deployed_to:
        rolling().input("command", "rollback").calls("UpdateService", 0)
        => exit 3 "refused" "GG055", serves "shop-staging:1",
        says "there is no revision to take staging/shop back to from shop-staging:1";

    the_revision_before_does_not_start_any_more:
        goes_back(rolling().behaviour("match: { service: shop, nth-revision: 2 }, ends: { exits: { code: 1 } }"))
        => exit 5 "rolled-back" "GG050", serves "shop-staging:2",
        says "the deployment to staging/shop failed and was rolled back",
             "shop-staging:2 serves now, with all its tasks running";

    the_service_is_deleted:
        goes_back(rolling().meanwhile("at: 3m, does: { delete-service: { service: shop, cluster: staging } }")).pause(240)
        => exit 3 "refused" "GG021", serves "nothing",
        says "service shop is INACTIVE, not ACTIVE";

    the_permission_to_deploy_is_missing:
        goes_back(rolling().meanwhile("at: 1m, does: { deny: { role: greengate-staging, actions: 'ecs:UpdateService' } }")).pause(60)
        => exit 3 "refused" "GG012", serves "shop-staging:2",
        says "no permission for ecs:UpdateService";

    the_permission_to_stop_is_missing:
        takes_back(rolling().tasks("start: 20m").meanwhile("at: 1m, does: { deny: { role: greengate-staging, actions: 'ecs:StopServiceDeployment' } }"))
        => exit 3 "refused" "GG012", serves "shop-staging:1",
        says "no permission for ecs:StopServiceDeployment";

    the_run_is_cancelled_while_the_service_goes_back:
        goes_back(rolling().behaviour("match: { service: shop, nth-revision: 2 }, start: 10m")).cancelled_after(60).later(900, "shop-staging:1")
        => exit 130 "cancelled" "GG070", serves "shop-staging:2",
        says "the run was cancelled while the deployment";
}
