//! Blue/green deployments that are well in the end.

use super::CANARY;
use crate::verdicts::row::codedeploy;
use crate::verdicts::table::rows;

const PAUSES: &str = "deployment-config: CodeDeployDefault.ECSAllAtOnce
          on-ready: STOP_DEPLOYMENT
          ready-wait-minutes: 30";

rows! {
    "CodeDeploy: it goes well";

    all_traffic_is_moved:
        codedeploy().calls("CreateDeployment", 1)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "100 % of the production traffic on the new revision";

    the_old_tasks_are_stopped_too:
        codedeploy().input("wait-for", "succeeded")
        => exit 0 "succeeded", serves "shop:2",
        says "100 % of the production traffic on the new revision";

    traffic_moves_in_ten_steps:
        codedeploy().world(CANARY, "deployment-config: CodeDeployDefault.ECSLinear10PercentEvery1Minutes")
        => exit 0 "traffic-shifted", serves "shop:2",
        says "50 % of the production traffic on the new revision";

    traffic_moves_at_once:
        codedeploy().input("codedeploy-deployment-config", "CodeDeployDefault.ECSAllAtOnce")
        => exit 0 "traffic-shifted", serves "shop:2",
        says "100 % of the production traffic on the new revision";

    the_appspec_is_made_of_the_service:
        codedeploy().input("codedeploy-appspec", "")
        => exit 0 "traffic-shifted", serves "shop:2",
        says "100 % of the production traffic on the new revision";

    tasks_are_slow_to_start:
        codedeploy().tasks("start: 40m").input("poll-interval", "30s")
        => exit 0 "traffic-shifted", serves "shop:2",
        says "4 of 4 tasks running";

    it_waits_with_test_traffic:
        codedeploy().world(CANARY, PAUSES).input("wait-for", "ready")
        => exit 0 "ready", serves "shop:1",
        says "(Ready)";

    it_is_not_waited_for:
        codedeploy().input("wait-for", "created").later(900, "shop:2")
        => exit 0 "created", serves "shop:1",
        says "the deployment was started, and is not waited for";

    it_is_over_between_two_looks:
        codedeploy().input("poll-interval", "20m")
        => exit 0 "succeeded", serves "shop:2",
        says "100 % of the production traffic on the new revision";

    the_same_revision_is_deployed_again_by_force:
        codedeploy().input("wait-for", "succeeded").next_run().input("force-new-deployment", "true")
            .calls("RegisterTaskDefinition", 1).calls("CreateDeployment", 2)
        => exit 0 "succeeded", serves "shop:2",
        says "100 % of the production traffic on the new revision";

    the_service_has_no_tasks:
        codedeploy().world("desired-count: 4", "desired-count: 0")
        => exit 0 "traffic-shifted", serves "nothing",
        says "production/shop is deployed, but its desired count is 0: nothing runs, and nothing was tried";
}
