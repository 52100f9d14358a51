//! Rolling deployments that are well in the end, whatever they looked like on the way.

use super::{EXIT, SLOW};
use crate::verdicts::row::rolling;
use crate::verdicts::table::rows;

rows! {
    "Rolling: it goes well";

    all_is_well:
        rolling().calls("UpdateService", 1)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    the_task_definition_has_tags:
        rolling().input("task-definition", "tagged.json")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    a_slow_start_is_no_failure:
        rolling().tasks(SLOW)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    tasks_are_slow_to_become_healthy:
        rolling().tasks("healthy: 15m")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    the_first_tasks_fail_and_the_next_ones_run:
        rolling().behaviour(&format!(
            "match: {{ service: shop, nth-revision: 1, first-tasks: 2 }}, {EXIT}"
        ))
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running, 2 failed to start", "2 of 2 tasks running";

    old_tasks_are_stopped_before_new_ones_start:
        rolling()
            .world("maximumPercent: 200", "maximumPercent: 100")
            .world("minimumHealthyPercent: 100", "minimumHealthyPercent: 0")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    the_service_has_no_tasks:
        rolling().world("desired-count: 2", "desired-count: 0")
        => exit 0 "succeeded", serves "nothing",
        says "staging/shop is deployed, but its desired count is 0: nothing runs, and nothing was tried";

    more_tasks_are_asked_for_with_the_new_revision:
        rolling().input("desired-count", "3")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "3 of 3 tasks running";

    only_the_number_of_tasks_changes:
        rolling().next_run().input("desired-count", "3").input("poll-interval", "30s").calls("RegisterTaskDefinition", 1)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "3 of 3 tasks running";

    the_same_revision_is_deployed_again_by_force:
        rolling().next_run().input("force-new-deployment", "true")
            .calls("RegisterTaskDefinition", 1).calls("UpdateService", 2)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    it_is_over_between_two_looks:
        rolling().input("poll-interval", "10m")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    it_is_not_waited_for:
        rolling().input("wait-for", "created").later(60, "shop-staging:2")
        => exit 0 "created", serves "shop-staging:1",
        says "the deployment was started, and is not waited for";

    the_service_keeps_a_bake_time:
        rolling().world(
            "maximumPercent: 200",
            "maximumPercent: 200\n          bakeTimeInMinutes: 5",
        )
        => exit 0 "succeeded", serves "shop-staging:2",
        says "waiting until it is over, for at most 35m";
}
