//! Deployments that ECS takes through stages itself: blue/green, linear and canary.

use super::row::{Row, native, rolling};
use super::table::rows;

const BLUE_GREEN: &str = "strategy: BLUE_GREEN, bakeTimeInMinutes: 5";
const CANARY: &str = "strategy: CANARY, bakeTimeInMinutes: 5, \
                      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 }";
const LINEAR: &str = "strategy: LINEAR, bakeTimeInMinutes: 5, \
                      linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 2 }";

const ALARM: &str = "alarms: { alarmNames: [shop-5xx], enable: true, rollback: true }";

/// Blue/green with a function that is asked in this stage, and what it answers.
fn with_hook(stage: &str, answers: &str) -> Row {
    let hook = format!(
        "{{ hookTargetArn: 'arn:aws:lambda:eu-west-1:123456789012:function:shop-smoke', roleArn: \
         'arn:aws:iam::123456789012:role/hooks', lifecycleStages: [{stage}] }}"
    );
    let row = native(&format!("{BLUE_GREEN}, lifecycleHooks: [{hook}]"));
    row.world(
        "stages: {}",
        &format!("stages: {{ hooks: {{ {stage}: {{ {answers} }} }} }}"),
    )
}

fn scripted(row: Row, script: &str) -> Row {
    row.world(
        "script: { stages: {} }",
        &format!("script: {{ stages: {{ {script} }} }}"),
    )
}

rows! {
    "ECS's own blue/green, linear and canary";

    blue_green_succeeds:
        native(BLUE_GREEN)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "100 % of the production traffic on the new revision";

    a_canary_succeeds:
        native(CANARY).input("wait-for", "succeeded")
        => exit 0 "succeeded", serves "shop:2",
        says "10 % of the production traffic on the new revision", "100 % of the production traffic on the new revision";

    linear_succeeds:
        native(LINEAR)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "75 % of the production traffic on the new revision";

    the_service_has_no_tasks:
        native(BLUE_GREEN).world("desired-count: 4", "desired-count: 0")
        => exit 0 "traffic-shifted", serves "nothing",
        says "production/shop is deployed, but its desired count is 0: nothing runs, and nothing was tried";

    it_waits_for_test_traffic_only:
        with_hook("POST_TEST_TRAFFIC_SHIFT", "in-progress: 4").input("wait-for", "ready")
        => exit 0 "ready", serves "shop:1",
        says "the new revision takes test traffic and waits for production's";

    every_revision_is_brought_by_turns:
        native(BLUE_GREEN).input("wait-for", "succeeded").next_run().image("v1").input("wait-for", "succeeded")
        => exit 0 "succeeded", serves "shop:3",
        says "100 % of the production traffic on the new revision";

    nothing_is_left_to_do:
        native(BLUE_GREEN).input("wait-for", "succeeded").rerun().calls("UpdateService", 1)
        => exit 0 "unchanged", serves "shop:2",
        says "production/shop runs this revision already; nothing is deployed";

    a_deployment_is_taken_up:
        native(CANARY).input("on-cancel", "leave").cancelled_after(120).rerun().calls("UpdateService", 1)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "production/shop is being deployed to this revision already; following it";

    a_deployment_of_another_run_is_waited_for:
        native(CANARY).input("wait-for", "created").next_run().image("v1").input("wait-for", "traffic-shifted")
        => exit 0 "traffic-shifted", serves "shop:3",
        says "Waiting for its end (on-active-deployment: wait)";

    a_deployment_of_another_run_is_stopped:
        native(CANARY).input("wait-for", "created").next_run().image("v1").input("wait-for", "traffic-shifted")
            .input("on-active-deployment", "stop").calls("StopServiceDeployment", 1)
        => exit 0 "traffic-shifted", serves "shop:3",
        says "Stopping it and waiting for its rollback (on-active-deployment: stop)";

    a_deployment_of_another_run_refuses_the_run:
        native(CANARY).input("wait-for", "created").next_run().image("v1").input("on-active-deployment", "fail")
        => exit 3 "refused" "GG026", serves "shop:1",
        says "a deployment of production/shop is already running";

    a_hook_fails_before_production_traffic:
        with_hook("POST_TEST_TRAFFIC_SHIFT", "answer: failed")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook function shop-smoke failed", "the lifecycle hook at POST_TEST_TRAFFIC_SHIFT failed",
             "shop:1 serves now, with all its tasks running";

    a_hook_fails_before_any_task:
        with_hook("PRE_SCALE_UP", "answer: failed")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook function shop-smoke failed", "shop:1 serves now, with all its tasks running";

    a_hook_fails_with_all_production_traffic:
        with_hook("POST_PRODUCTION_TRAFFIC_SHIFT", "answer: failed, in-progress: 1")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook function shop-smoke failed", "shop:1 serves now, with all its tasks running";

    a_hook_gives_no_answer:
        with_hook("POST_TEST_TRAFFIC_SHIFT", "answer: none")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook function shop-smoke failed", "shop:1 serves now, with all its tasks running";

    a_hook_is_still_at_work_at_its_time_out:
        with_hook("POST_TEST_TRAFFIC_SHIFT", "in-progress: 100")
            .world("lifecycleStages: [POST_TEST_TRAFFIC_SHIFT] }", "lifecycleStages: [POST_TEST_TRAFFIC_SHIFT], timeoutConfiguration: { timeoutInMinutes: 30 } }")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook function shop-smoke failed: timed out without an answer", "it must return a `hookStatus`";

    a_hook_takes_its_time:
        with_hook("POST_TEST_TRAFFIC_SHIFT", "in-progress: 10")
        => exit 0 "traffic-shifted", serves "shop:2",
        says "hook shop-smoke succeeded";

    an_alarm_fires_at_the_first_traffic:
        scripted(native(&format!("{CANARY}, {ALARM}")), "alarm: { name: shop-5xx, percent: 10 }")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the alarm `shop-5xx` went off", "shop:1 serves now, with all its tasks running";

    an_alarm_fires_while_it_bakes:
        scripted(native(&format!("{BLUE_GREEN}, {ALARM}")), "alarm-in: { BAKE_TIME: shop-5xx }")
            .input("wait-for", "succeeded")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the alarm `shop-5xx` went off", "shop:1 serves now, with all its tasks running";

    an_alarm_stops_it_and_nothing_takes_it_back:
        scripted(native(&format!("{CANARY}, {ALARM}").replace("rollback: true", "rollback: false")), "alarm: { name: shop-5xx, percent: 10 }")
            .input("on-failure", "leave")
        => exit 6 "failed" "GG052", serves "shop:1 90 %, shop:2 10 %",
        says "the alarm `shop-5xx` went off";

    an_alarm_stops_it_and_the_way_back_too:
        scripted(native(&format!("{CANARY}, {ALARM}").replace("rollback: true", "rollback: false")), "alarm: { name: shop-5xx, percent: 10 }")
            .calls("UpdateService", 2)
        => exit 5 "failed" "GG052", serves "shop:1",
        says "the deployment to production/shop failed, and so did its rollback",
             "the alarm `shop-5xx` went off", "shop:1 serves now, with all its tasks running";

    tasks_exit:
        native(CANARY).tasks("ends: { exits: { code: 1, log: [panic, no database] } }")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the essential container web ended with exit code 1", "shop:1 serves now, with all its tasks running";

    tasks_exit_and_the_circuit_breaker_trips:
        native(&format!("{CANARY}, deploymentCircuitBreaker: {{ enable: true, rollback: true }}"))
            .tasks("ends: { exits: { code: 1 } }").input("fail-fast-after", "100")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "because the circuit breaker threshold was exceeded", "shop:1 serves now, with all its tasks running";

    the_listener_has_no_second_target_group:
        native(BLUE_GREEN).world("port: 443, protocol: HTTPS, target-group: shop-blue, alternate: shop-green", "port: 443, protocol: HTTPS, target-group: shop-blue")
        => exit 3 "refused" "GG037", serves "shop:1",
        says "does not forward to target group shop-green";

    the_listener_has_no_second_target_group_and_nobody_may_look:
        native(BLUE_GREEN).world("port: 443, protocol: HTTPS, target-group: shop-blue, alternate: shop-green", "port: 443, protocol: HTTPS, target-group: shop-blue")
            .without("elasticloadbalancing:DescribeRules")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "invalid networking configuration", "shop:1 serves now, with all its tasks running";

    the_rollback_fails:
        with_hook("POST_TEST_TRAFFIC_SHIFT", "answer: failed").world("script: { stages", "script: { rollback-fails: true, stages")
        => exit 5 "failed" "GG052", serves "shop:1",
        says "the deployment to production/shop failed, and so did its rollback";

    somebody_stops_it:
        native(CANARY).meanwhile("after: { operation: UpdateService, wait: 90s }, does: { stop-service-deployment: { service: shop, cluster: production } }")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "requested to stop", "shop:1 serves now, with all its tasks running";

    somebody_deploys_another_revision:
        native(CANARY).meanwhile("after: { operation: UpdateService, wait: 90s }, does: { update-service: { service: shop, cluster: production, task-definition: 'shop:1' } }")
        => exit 5 "superseded" "GG051", serves "shop:1",
        says "a newer deployment took the place of this one on production/shop";

    the_service_is_deleted:
        native(CANARY).meanwhile("after: { operation: UpdateService, wait: 90s }, does: { delete-service: { service: shop, cluster: production } }")
        => exit 6 "failed" "GG052", serves "nothing",
        says "the service was deleted while it was deployed to: it is DRAINING";

    it_is_cancelled_with_a_little_traffic:
        native(CANARY).cancelled_after(90).later(900, "shop:1")
        => exit 130 "cancelled" "GG070", serves "shop:1 90 %, shop:2 10 %",
        says "was stopped, and its rollback runs on";

    it_times_out_with_a_little_traffic:
        native(CANARY).input("timeout", "2m")
        => exit 7 "timed-out" "GG060", serves "shop:1 90 %, shop:2 10 %",
        says "did not end in time and runs on";

    another_strategy_is_asked_for:
        native(CANARY).input("strategy", "rolling").input("gate", "none")
        => exit 3 "refused" "GG022", serves "shop:1",
        says "service shop is deployed by ECS's own CANARY, not by a rolling update",
             "aws ecs update-service --deployment-configuration strategy=ROLLING";

    stages_are_asked_of_a_rolling_service:
        rolling().input("strategy", "native").input("gate", "none")
        => exit 3 "refused" "GG022", serves "shop-staging:1",
        says "service shop is deployed by a rolling update, not in stages";

    it_is_rolled_back_by_command:
        native(CANARY).input("wait-for", "created").next_run().input("command", "rollback")
        => exit 0 "succeeded", serves "shop:1",
        says "Stopping it and taking the service back";

    it_is_rolled_back_by_command_when_it_is_over:
        native(BLUE_GREEN).input("wait-for", "succeeded").next_run().input("command", "rollback")
        => exit 0 "succeeded", serves "shop:1",
        says "shop:1 served before it and is deployed again";
}
