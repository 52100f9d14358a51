//! What others do to a service while a rolling deployment of it is under way, or before.

use super::{EXIT, SLOW};
use crate::verdicts::row::{Row, rolling};
use crate::verdicts::table::rows;

/// Somebody does something a minute after a deployment of slow tasks was begun.
fn interrupted(deed: &str) -> Row {
    rolling().tasks(SLOW).meanwhile(&format!(
        "after: {{ operation: UpdateService, wait: 1m }}, does: {{ {deed} }}"
    ))
}

rows! {
    "Rolling: somebody comes between";

    somebody_stops_it:
        interrupted("stop-service-deployment: { service: shop, cluster: staging }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "Service deployment rolled back because it was requested to stop",
             "shop-staging:1 serves now, with all its tasks running";

    somebody_deploys_the_revision_before:
        interrupted("update-service: { service: shop, cluster: staging, task-definition: 'shop-staging:1' }")
        => exit 5 "superseded" "GG051", serves "shop-staging:1",
        says "a newer deployment took the place of this one on staging/shop",
             "shop-staging:1 serves now, with all its tasks running";

    somebody_deploys_the_same_revision_by_force:
        interrupted("update-service: { service: shop, cluster: staging, force: true }")
            .later(3600, "shop-staging:2")
        => exit 5 "superseded" "GG051", serves "shop-staging:1",
        says "a newer deployment took the place of this one on staging/shop",
             "shop-staging:1 serves now, with all its tasks running";

    somebody_deletes_the_service:
        interrupted("delete-service: { service: shop, cluster: staging }")
        => exit 6 "failed" "GG052", serves "nothing",
        says "the service was deleted while it was deployed to: it is DRAINING";

    somebody_scales_the_service_to_nothing:
        interrupted("update-service: { service: shop, cluster: staging, desired-count: 0 }")
        => exit 0 "succeeded", serves "nothing",
        says "staging/shop is deployed, but its desired count is 0: nothing runs, and nothing was tried";

    somebody_scales_the_service_up:
        interrupted("update-service: { service: shop, cluster: staging, desired-count: 4 }")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "4 of 4 tasks running";

    somebody_stops_tasks_of_it:
        rolling().meanwhile("after: { operation: UpdateService, wait: 25s }, does: { stop-tasks: { service: shop, cluster: staging, reason: looks stuck } }")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    spot_takes_tasks_of_it_back:
        rolling().meanwhile("after: { operation: UpdateService, wait: 25s }, does: { stop-tasks: { service: shop, cluster: staging, because: spot } }")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    the_image_is_removed_before_a_task_pulls_it:
        rolling().meanwhile("after: { operation: RegisterTaskDefinition }, does: { remove-image: { repository: shop, tag: v2 } }")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "shop-staging:1 serves now, with all its tasks running";

    the_service_is_deleted_before:
        rolling().meanwhile("at: 0s, does: { delete-service: { service: shop, cluster: staging } }")
        => exit 3 "refused" "GG021", serves "nothing",
        says "service shop is DRAINING, not ACTIVE";

    the_service_was_deleted_an_hour_before:
        rolling().meanwhile("at: 0s, does: { delete-service: { service: shop, cluster: staging } }").pause(3600)
        => exit 3 "refused" "GG021", serves "nothing",
        says "service shop is INACTIVE, not ACTIVE";

    a_deployment_that_runs_is_replaced:
        rolling().tasks(SLOW).input("wait-for", "created")
            .next_run().image("v1").input("wait-for", "succeeded").calls("UpdateService", 2)
        => exit 0 "succeeded", serves "shop-staging:3",
        says "2 of 2 tasks running";

    a_deployment_that_runs_is_waited_for:
        rolling().tasks(SLOW).input("wait-for", "created")
            .next_run().image("v1").input("wait-for", "succeeded").input("on-active-deployment", "wait")
        => exit 0 "succeeded", serves "shop-staging:3",
        says "Waiting for its end (on-active-deployment: wait)";

    a_deployment_that_runs_refuses_the_run:
        rolling().tasks(SLOW).input("wait-for", "created")
            .next_run().image("v1").input("on-active-deployment", "fail").calls("RegisterTaskDefinition", 1)
        => exit 3 "refused" "GG026", serves "shop-staging:1",
        says "a deployment of staging/shop is already running", "of shop-staging:2";

    a_deployment_that_fails_is_replaced_by_one_that_is_mended:
        rolling().tasks(EXIT).next_run().image("v1").calls("UpdateService", 2)
        => exit 0 "succeeded", serves "shop-staging:3",
        says "2 of 2 tasks running";

    a_deployment_that_runs_is_waited_for_in_vain:
        rolling().tasks(SLOW).input("wait-for", "created")
            .next_run().image("v1").input("wait-for", "succeeded").input("on-active-deployment", "wait").input("timeout", "5m")
        => exit 3 "refused" "GG026", serves "shop-staging:1",
        says "the deployment of staging/shop that was already running did not end in time", "Nothing was deployed";

    a_deployment_that_has_never_served_is_nothing_to_go_back_to:
        rolling().tasks(SLOW).input("wait-for", "created")
            .behaviour("match: { service: shop, nth-revision: 2 }, ends: { exits: { code: 1 } }")
            .next_run().image("v1").input("wait-for", "succeeded").input("fail-fast-after", "1")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "shop-staging:1 serves now, with all its tasks running";

    a_deployment_that_was_stopped_is_no_refusal_of_the_run:
        rolling().tasks(SLOW).input("wait-for", "created")
            .meanwhile("after: { operation: StopServiceDeployment }, does: { deny: { role: greengate-staging, actions: 'ecs:RegisterTaskDefinition' } }")
            .next_run().image("v1").input("wait-for", "succeeded").input("on-active-deployment", "stop").calls("StopServiceDeployment", 1)
        => exit 5 "failed" "GG012", serves "shop-staging:1",
        says "no permission for ecs:RegisterTaskDefinition";

    a_deployment_that_runs_is_stopped:
        rolling().tasks(SLOW).input("wait-for", "created")
            .next_run().image("v1").input("wait-for", "succeeded").input("on-active-deployment", "stop").calls("StopServiceDeployment", 1)
        => exit 0 "succeeded", serves "shop-staging:3",
        says "Stopping it and waiting for its rollback (on-active-deployment: stop)";

    the_service_is_not_there:
        rolling().of_another_name("shpo")
        => exit 3 "refused" "GG021", serves "shop-staging:1",
        says "service shpo is not in cluster staging in eu-west-1";

    the_service_is_deleted_just_before_it_is_updated:
        rolling().meanwhile("after: { operation: RegisterTaskDefinition }, does: { delete-service: { service: shop, cluster: staging } }")
        => exit 6 "failed" "GG021", serves "nothing",
        says "staging/shop was deleted after it was looked at";
}
