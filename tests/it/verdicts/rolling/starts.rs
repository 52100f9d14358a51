//! The well-known causes that keep tasks from starting or running: each is named in a sentence.

use super::balanced;
use crate::verdicts::row::{Row, rolling};
use crate::verdicts::table::rows;

/// Tasks of the new revision that end so.
fn ends(how: &str) -> Row {
    rolling().tasks(&format!("ends: {{ {how} }}"))
}

rows! {
    "Rolling: why tasks do not start";

    a_container_exits:
        ends("exits: { code: 3, log: [listening, 'panic: no database'] }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "the essential container web ended with exit code 3 (4 tasks); its last line: panic: no database";

    a_container_takes_too_much_memory:
        ends("out-of-memory: { after: 3s }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "container web wanted more memory than its 512 MiB and was ended (4 tasks)";

    a_program_is_for_another_processor:
        ends("exec-format-error: {}")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "of container web is not built for linux/amd64, which the task runs on";

    the_image_is_not_there:
        ends("cannot-pull: {}")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "of container web is not in its registry";

    the_image_may_not_be_pulled:
        ends("cannot-pull: { because: denied }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "the task may not pull the image";

    the_registry_cannot_be_reached:
        ends("cannot-pull: { because: unreachable }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "Amazon ECR could not be reached from the tasks' subnets";

    the_image_is_for_another_platform:
        ends("cannot-pull: { because: platform }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "of container web is not built for linux/amd64, which the task runs on";

    docker_hub_wants_no_more_pulls:
        ends("cannot-pull: { because: rate-limit }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "of container web cannot be pulled: its registry allows no more pulls for now";

    a_secret_is_missing:
        ends("cannot-pull-secret: { value-from: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db' }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "is not in Secrets Manager of the task's region, or has no value";

    a_secret_may_not_be_read:
        ends("cannot-pull-secret: { because: denied, value-from: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db' }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "the execution role shop-execution may not read the secret";

    a_parameter_is_missing:
        ends("cannot-pull-secret: { value-from: /shop/database }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "the parameter `/shop/database` is not in Systems Manager's parameters of the task's region";

    secrets_manager_cannot_be_reached:
        ends("cannot-pull-secret: { because: unreachable, value-from: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db' }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "AWS Secrets Manager could not be reached from the tasks' subnets";

    the_log_group_is_missing:
        ends("log-group-missing: {}")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "the log group `/ecs/shop-staging` of container web is not there";

    a_role_does_not_trust_ecs:
        ends("role-not-assumed: {}")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "ECS cannot assume the role";

    fargate_has_no_room:
        ends("no-capacity: { of: fargate }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "AWS has no capacity for the tasks in";

    a_quota_leaves_no_room:
        ends("no-capacity: { of: quota }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "a quota of the account leaves no room for the tasks";

    the_cluster_has_no_room:
        ends("no-capacity: { of: memory }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "no container instance has room for the tasks";

    all_is_well_behind_a_target_group:
        balanced()
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    the_target_group_gets_errors:
        balanced().tasks("ends: { unhealthy: { after: 60s, code: 503 } }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "the load balancer's health check failed: container web on port 8080 at `/health` answered 503";

    the_target_group_gets_errors_and_may_not_be_looked_at:
        balanced().without("elasticloadbalancing:*").tasks("ends: { unhealthy: { after: 60s, code: 503 } }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "the load balancer's health check failed: container web on port 8080 answered 503";

    the_target_group_gets_no_answer:
        balanced().tasks("ends: { unhealthy: { finds: timeout } }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "the load balancer's health check failed: container web on port 8080 at `/health` did not answer in time";

    the_target_group_gets_no_connection:
        balanced().tasks("ends: { unhealthy: { finds: refused } }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "the load balancer's health check failed: container web on port 8080 at `/health` could not be connected to";
}
