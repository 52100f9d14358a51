//! Services that are to be deployed otherwise from now on: `deployment-configuration`.

use super::row::{Row, codedeploy, native, rolling};
use super::table::rows;

const CANARY: &str = r#"{"strategy": "CANARY", "bakeTimeInMinutes": 5,
    "canaryConfiguration": {"canaryPercent": 12.50, "canaryBakeTimeInMinutes": 5}}"#;

const BLUE_GREEN: &str = "strategy: BLUE_GREEN\nbakeTimeInMinutes: 5\n";

/// A service between two target groups that is updated by rolling so far.
fn switched(to: &str) -> Row {
    native("strategy: ROLLING").input("deployment-configuration", to)
}

const LONGER: &str = "strategy: BLUE_GREEN\nbakeTimeInMinutes: 7\n";

/// A blue/green deployment that is over.
fn finished() -> Row {
    native("strategy: BLUE_GREEN, bakeTimeInMinutes: 5").input("wait-for", "succeeded")
}

/// Blue/green with a function that ECS calls in another role.
fn with_a_role() -> Row {
    let hook = "lifecycleHooks:
      - hookTargetArn: arn:aws:lambda:eu-west-1:123456789012:function:shop-smoke
        roleArn: arn:aws:iam::123456789012:role/hooks
        lifecycleStages: [POST_TEST_TRAFFIC_SHIFT]\n";
    switched(&format!("{BLUE_GREEN}{hook}")).world(
        "script: { stages: {} }",
        "script: { stages: { hooks: { POST_TEST_TRAFFIC_SHIFT: { answer: failed } } } }",
    )
}

/// The same in a role that may pass it.
fn permitted(row: Row) -> Row {
    let policies = "policies: [deploy-rolling, continue-native";
    row.world(policies, &format!("{policies}, configure"))
        .world(
            "          OWNER: acme\n",
            "          OWNER: acme\n          HOOK_ROLE: hooks\n",
        )
}

rows! {
    "A service that is to be deployed otherwise";

    a_rolling_service_is_switched_to_a_canary:
        switched(CANARY).calls("UpdateService", 1)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "What is new in the deployment configuration of production/shop: 6 lines added, 1 removed",
             "12.5 % of the production traffic on the new revision";

    the_document_is_yaml:
        switched(BLUE_GREEN).input("wait-for", "succeeded")
        => exit 0 "succeeded", serves "shop:2",
        says "100 % of the production traffic on the new revision";

    its_first_deployment_in_stages_fails:
        switched(CANARY).tasks("ends: { exits: { code: 1 } }")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "shop:1 serves now, with all its tasks running";

    only_the_settings_change:
        finished().next_run().input("deployment-configuration", LONGER).calls("UpdateService", 2)
        => exit 0 "succeeded", serves "shop:2",
        says "What is new in the deployment configuration of production/shop";

    the_settings_are_there_already:
        finished().next_run().input("deployment-configuration", BLUE_GREEN).calls("UpdateService", 1)
        => exit 0 "unchanged", serves "shop:2",
        says "shop:2";

    the_answer_to_the_switch_is_lost:
        switched(CANARY).fault("ecs", "operation: UpdateService, answer: cut, lost: true, count: 1")
            .calls("UpdateService", 1)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "The answer to ecs:UpdateService was lost";

    the_answer_to_settings_alone_is_lost:
        finished().fault("ecs", "operation: UpdateService, answer: cut, lost: true, after: 30m, count: 1")
            .next_run().pause(3600).input("deployment-configuration", LONGER).calls("UpdateService", 2)
        => exit 0 "succeeded", serves "shop:2",
        says "The answer to ecs:UpdateService was lost";

    a_rerun_after_the_switch_follows_the_same_deployment:
        switched(CANARY).input("wait-for", "created").rerun().input("wait-for", "traffic-shifted")
            .calls("UpdateService", 1)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "production/shop is being deployed to this revision already; following it";

    a_service_that_had_a_gate_keeps_it:
        rolling().world(
            "        deploymentConfiguration:\n          deploymentCircuitBreaker",
            "        deploymentConfiguration:\n          strategy: BLUE_GREEN\n          deploymentCircuitBreaker",
        ).input("deployment-configuration", "strategy: ROLLING\n").calls("UpdateService", 0)
        => exit 4 "refused" "GG041", serves "shop-staging:1",
        says "environment";

    it_has_no_target_group_to_move_to:
        rolling().input("gate", "none").input("deployment-configuration", BLUE_GREEN).world(
            "      cluster: staging\n      task-definition: shop-staging\n      desired-count: 2\n",
            "      cluster: staging\n      task-definition: shop-staging\n      desired-count: 2\n      load-balancer: { target-group: shop-blue, container: web, port: 8080 }\n",
        ).calls("UpdateService", 0)
        => exit 3 "refused" "GG037", serves "shop-staging:1",
        says "target group shop-blue of the service has no alternate one to move the traffic to";

    codedeploy_deploys_it:
        codedeploy().input("deployment-configuration", CANARY).calls("CreateDeployment", 0)
        => exit 3 "refused" "GG022", serves "shop:1",
        says "service shop has the deployment controller CODE_DEPLOY",
             "To give the service to ECS, run `command: plan` with `strategy: native`";

    the_document_is_no_deployment_configuration:
        switched(r#"{"strategy": "CANARY", "bakeTimeInMinutes": "5"}"#).calls("UpdateService", 0)
        => exit 2 "refused" "GG003", serves "shop:1",
        says "bakeTimeInMinutes is the text \"5\": write 5";

    a_hook_that_is_new_fails:
        permitted(with_a_role())
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "POST_TEST_TRAFFIC_SHIFT", "shop:1 serves now, with all its tasks running";

    the_role_of_its_hook_may_not_be_passed:
        with_a_role().calls("RegisterTaskDefinition", 0)
        => exit 3 "refused" "GG014", serves "shop:1",
        says "greengate-production may not pass the role hooks to ECS",
             "with the condition `iam:PassedToService` = `ecs.amazonaws.com`";

    nobody_may_ask_and_the_role_of_its_hook_may_not_be_passed:
        with_a_role().unpermitted("iam:PassRole").without("iam:SimulatePrincipalPolicy")
        => exit 5 "failed" "GG012", serves "shop:1",
        says "no permission for iam:PassRole on arn:aws:iam::123456789012:role/hooks",
             r#""iam:PassedToService":"ecs.amazonaws.com""#;
}
