//! AWS has a bad day: it throttles, fails, loses answers, or takes permissions and credentials away.

use super::row::{Row, codedeploy, rolling};
use super::table::rows;

/// A deployment of ten minutes.
fn ten_minutes() -> Row {
    rolling().tasks("start: 10m")
}

fn without(permission: &str) -> Row {
    ten_minutes().meanwhile(&format!(
        "at: 2m, does: {{ deny: {{ role: greengate-staging, actions: '{permission}' }} }}"
    ))
}

rows! {
    "AWS has a bad day";

    looks_are_throttled_for_minutes:
        ten_minutes().fault("ecs", "operation: Describe*, after: 1m, until: 8m, answer: throttle")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    looks_fail_for_minutes:
        ten_minutes().fault("ecs", "operation: Describe*, after: 1m, until: 8m, answer: { status: 500 }")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    connections_are_cut_for_minutes:
        ten_minutes().fault("ecs", "after: 1m, until: 8m, answer: cut")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    looks_fail_until_the_run_gives_up:
        rolling().tasks("start: 25m").fault("ecs", "operation: Describe*, after: 1m, answer: { status: 503 }").later(3600, "shop-staging:2")
        => exit 6 "failed" "GG054", serves "shop-staging:1",
        says "lost sight of the deployment", "which runs on", "Look at the deployment in the console; nothing was stopped";

    looks_are_throttled_until_the_time_out:
        rolling().tasks("start: 40m").fault("ecs", "operation: Describe*, after: 1m, answer: throttle")
        => exit 7 "timed-out" "GG060", serves "shop-staging:1",
        says "did not end in time and runs on";

    looks_at_codedeploy_are_throttled_for_minutes:
        codedeploy().fault("codedeploy", "operation: '*Get*', after: 1m, until: 8m, answer: throttle")
        => exit 0 "traffic-shifted", serves "shop:2",
        says "100 % of the production traffic on the new revision";

    a_permission_is_taken_away_in_the_middle:
        without("ecs:DescribeServices").later(3600, "shop-staging:2")
        => exit 6 "failed" "GG054", serves "shop-staging:1",
        says "lost sight of the deployment", "ecs:DescribeServices", "nothing was stopped";

    a_permission_is_missing_from_the_beginning:
        rolling().without("ecs:DescribeServices")
        => exit 3 "refused" "GG012", serves "shop-staging:1",
        says "ecs:DescribeServices";

    the_permission_to_deploy_is_missing:
        rolling().without("ecs:UpdateService")
        => exit 5 "failed" "GG012", serves "shop-staging:1",
        says "ecs:UpdateService";

    the_permission_to_register_is_missing:
        rolling().meanwhile("at: 0s, does: { deny: { role: greengate-staging, actions: 'ecs:RegisterTaskDefinition' } }")
        => exit 3 "refused" "GG012", serves "shop-staging:1",
        says "ecs:RegisterTaskDefinition";

    a_session_ends_in_the_middle_and_is_renewed:
        ten_minutes().meanwhile("at: 2m, does: { end-sessions: { role: greengate-staging } }").calls("AssumeRoleWithWebIdentity", 2)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "AWS ended the session before its time; a new one was obtained";

    a_misspelt_service_looks_like_a_missing_permission:
        rolling().input("service", "shpo").unpermitted("ecs:DescribeServices")
        => exit 3 "refused" "GG012", serves "shop-staging:1",
        says "Or, if staging/shpo is not the service that you mean, correct the input";

    credentials_end_in_the_middle_and_are_not_renewed:
        ten_minutes().meanwhile("at: 2m, does: { end-sessions: { role: greengate-staging, renewal: refused } }").later(3600, "shop-staging:2")
        => exit 6 "failed" "GG054", serves "shop-staging:1",
        says "lost sight of the deployment", "which runs on", "nothing was stopped";

    credentials_of_a_codedeploy_run_end_and_are_not_renewed:
        codedeploy().meanwhile("at: 2m, does: { end-sessions: { role: greengate-production, renewal: refused } }").later(3600, "shop:2")
        => exit 6 "failed" "GG054", serves "shop:1 90 %, shop:2 10 %",
        says "lost sight of the deployment", "which runs on";

    an_hour_passes_and_the_credentials_with_it:
        codedeploy().tasks("start: 55m").input("poll-interval", "30s").input("wait-for", "succeeded").calls("AssumeRoleWithWebIdentity", 2)
        => exit 0 "succeeded", serves "shop:2",
        says "100 % of the production traffic on the new revision";

    the_answer_to_the_registration_is_lost:
        rolling().fault("ecs", "operation: RegisterTaskDefinition, answer: cut, lost: true, count: 1").calls("RegisterTaskDefinition", 1)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "The answer to ecs:RegisterTaskDefinition was lost";

    the_registration_is_held_back_for_minutes:
        rolling().fault("ecs", "operation: RegisterTaskDefinition, until: 3m, answer: { error: { code: ClientException, message: Too many concurrent attempts to create a new revision of the specified family. } }")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "AWS holds ecs:RegisterTaskDefinition back";

    the_answer_to_the_update_is_lost:
        rolling().fault("ecs", "operation: UpdateService, answer: cut, lost: true, count: 1").calls("UpdateService", 1)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "The answer to ecs:UpdateService was lost";

    the_answer_to_an_update_is_lost_that_is_rolled_back_at_once:
        rolling().world("          minimumHealthyPercent: 100\n", "          minimumHealthyPercent: 100\n          alarms: { enable: true, rollback: true, alarmNames: [shop-5xx] }\n")
            .meanwhile("after: { operation: UpdateService }, does: { raise-alarm: shop-5xx }")
            .fault("ecs", "operation: UpdateService, answer: { status: 503 }, lost: true, count: 5").calls("UpdateService", 1)
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "the alarm `shop-5xx` went off";

    the_update_never_arrives:
        rolling().fault("ecs", "operation: UpdateService, answer: { status: 503 }")
        => exit 6 "failed" "GG054", serves "shop-staging:1",
        says "AWS has not said whether it has begun the deployment to staging/shop";

    the_answer_to_the_creation_is_lost:
        codedeploy().fault("codedeploy", "operation: CreateDeployment, answer: { status: 500 }, lost: true, count: 1").calls("CreateDeployment", 1)
        => exit 0 "traffic-shifted", serves "shop:2",
        says "The answer to codedeploy:CreateDeployment was lost";

    the_answer_to_the_creation_is_lost_and_nobody_may_look:
        codedeploy().fault("codedeploy", "operation: CreateDeployment, answer: { status: 500 }, lost: true, count: 1")
            .meanwhile("after: { operation: CreateDeployment }, does: { deny: { role: greengate-production, actions: 'codedeploy:ListDeployments' } }")
        => exit 6 "failed" "GG054", serves "shop:1",
        says "AWS has not said whether it has begun the deployment to production/shop", "codedeploy:ListDeployments";

    the_service_is_deleted_while_calls_are_throttled_and_its_tasks_fail:
        codedeploy().tasks("start: 20s, ends: { unhealthy: {} }").input("fail-fast-after", "1").input("on-failure", "leave")
            .fault("ecs", "operation: ListTasks, until: 10m, answer: throttle")
            .meanwhile("after: { operation: CreateDeployment, wait: 4m }, does: { delete-service: { service: shop, cluster: production } }")
        => exit 6 "failed" "GG052", serves "nothing",
        says "the service was deleted while it was deployed to";

    the_sight_of_the_way_back_is_lost:
        rolling().world("{ enable: true, rollback: true }", "{ enable: true, rollback: false }")
            .tasks("ends: { exits: { code: 1 } }")
            .world("maximumPercent: 200", "maximumPercent: 100").world("minimumHealthyPercent: 100", "minimumHealthyPercent: 0")
            .meanwhile("at: 65s, does: { deny: { role: greengate-staging, actions: 'ecs:DescribeServices' } }").calls("UpdateService", 2)
        => exit 6 "failed" "GG054", serves "nothing",
        says "lost sight of the deployment", "the deployment to staging/shop failed";

    the_answer_to_the_stop_is_lost:
        codedeploy().fault("codedeploy", "operation: StopDeployment, answer: cut, lost: true, count: 1").cancelled_after(120).later(900, "shop:1")
        => exit 130 "cancelled" "GG070", serves "shop:1 90 %, shop:2 10 %",
        says "was stopped, and its rollback runs on";

    the_session_cannot_be_had_for_a_moment:
        rolling().fault("sts", "answer: throttle, count: 2")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "assumed arn:aws:iam::123456789012:role/greengate-staging";

    aws_does_not_answer_at_all:
        rolling().fault("ecs", "answer: { status: 503 }")
        => exit 3 "refused" "GG013", serves "shop-staging:1",
        says "AWS gave no usable answer to ecs:DescribeServices";
}
