//! What makes a rolling deployment fail by itself.

use super::{EXIT, NO_BREAKER, ONLY_STOPS, ROLLS_BACK};
use crate::verdicts::row::{Row, rolling};
use crate::verdicts::table::rows;

/// The service watches an alarm, which fires.
fn watched(rollback: bool, at: &str) -> Row {
    let alarms =
        format!("alarms: {{ alarmNames: [shop-5xx], enable: true, rollback: {rollback} }}");
    rolling()
        .world(ROLLS_BACK, &format!("{ROLLS_BACK}\n          {alarms}"))
        .meanwhile(&format!("at: {at}, does: {{ raise-alarm: shop-5xx }}"))
}

rows! {
    "Rolling: it fails by itself";

    tasks_exit_and_ecs_rolls_back:
        rolling().tasks(EXIT).calls("UpdateService", 1)
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "the deployment to staging/shop failed and was rolled back",
             "at least 2 tasks of the new revision failed to start",
             "shop-staging:1 serves now, with all its tasks running";

    tasks_exit_and_the_revision_before_is_deployed_again:
        rolling().tasks(EXIT).world(ROLLS_BACK, ONLY_STOPS)
            .input("fail-fast-after", "100").calls("UpdateService", 2)
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "the deployment to staging/shop failed and was rolled back",
             "shop-staging:1 serves now, with all its tasks running";

    tasks_exit_and_all_is_left:
        rolling().tasks(EXIT).world(ROLLS_BACK, ONLY_STOPS)
            .input("fail-fast-after", "100").input("on-failure", "leave").calls("UpdateService", 1)
        => exit 5 "failed" "GG052", serves "shop-staging:1",
        says "the deployment to staging/shop failed",
             "shop-staging:1 serves now, with all its tasks running";

    tasks_exit_and_nothing_ends_it_but_the_time_out:
        rolling().tasks(EXIT).world(ROLLS_BACK, NO_BREAKER).input("fail-fast-after", "1000")
        => exit 7 "timed-out" "GG060", serves "shop-staging:1",
        says "did not end in time and runs on", "tasks of the new revision failed to start";

    an_alarm_fires_and_ecs_rolls_back:
        watched(true, "15s")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "Service deployment rolled back because of alarms in ALARM state: shop-5xx",
             "shop-staging:1 serves now, with all its tasks running";

    an_alarm_fires_and_all_is_left:
        watched(false, "15s").input("on-failure", "leave")
        => exit 5 "failed" "GG052", serves "shop-staging:1",
        says "because of alarms in ALARM state: shop-5xx",
             "shop-staging:1 serves now, with all its tasks running";

    the_way_back_is_given_up_too_and_runs_on:
        rolling().tasks("start: 7s, ends: { exits: { code: 1 } }").world("desired-count: 2", "desired-count: 1")
            .world(ROLLS_BACK, ONLY_STOPS).input("fail-fast-after", "2").input("poll-interval", "60s")
            .behaviour("match: { family: shop-staging, revision: 1 }, ends: { exits: { code: 1 } }").calls("UpdateService", 2)
        => exit 5 "failed" "GG052", serves "shop-staging:1",
        says "the deployment to staging/shop failed, and its rollback by", "fails and runs on",
             "shop-staging:1 serves now, with all its tasks running";

    somebody_takes_the_place_of_the_way_back_and_it_serves_on:
        rolling().tasks(EXIT).world(ROLLS_BACK, ONLY_STOPS).input("fail-fast-after", "100").input("poll-interval", "60s")
            .meanwhile("after: { operation: UpdateService, nth: 2, wait: 40s }, does: { update-service: { service: shop, cluster: staging, task-definition: 'shop-staging:2' } }")
        => exit 5 "superseded" "GG051", serves "shop-staging:1",
        says "a newer deployment took the place of this one on staging/shop",
             "shop-staging:1 serves now, with all its tasks running";

    an_alarm_ends_the_way_back_too_with_all_its_tasks_running:
        watched(false, "90s").tasks(EXIT).world(ROLLS_BACK, ONLY_STOPS)
            .world("minimumHealthyPercent: 100", "minimumHealthyPercent: 50")
            .input("fail-fast-after", "100")
        => exit 5 "failed" "GG052", serves "shop-staging:1",
        says "the deployment to staging/shop failed, and so did its rollback",
             "shop-staging:1 serves now, with all its tasks running";

    the_rollback_fails_and_nothing_serves:
        rolling().behaviour(&format!("match: {{ service: shop, first-tasks: 30, nth-revision: 1 }}, {EXIT}"))
            .behaviour(&format!("match: {{ service: shop, nth-revision: 0 }}, {EXIT}"))
            .world("maximumPercent: 200", "maximumPercent: 100")
            .world("minimumHealthyPercent: 100", "minimumHealthyPercent: 0")
        => exit 6 "failed" "GG052", serves "nothing",
        says "the deployment to staging/shop failed, and so did its rollback",
             "it is not known what serves now";

    it_fails_and_is_rolled_back_between_two_looks:
        rolling().tasks(EXIT).input("poll-interval", "20m")
        => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
        says "shop-staging:1 serves now, with all its tasks running";

    an_alarm_fires_and_the_revision_before_is_deployed_again:
        watched(false, "15s").calls("UpdateService", 2)
        => exit 5 "failed" "GG052", serves "shop-staging:1",
        says "because of alarms in ALARM state: shop-5xx",
             "shop-staging:1 serves now, with all its tasks running";

    an_alarm_fires_when_half_of_the_tasks_are_new:
        watched(false, "30s").world("desired-count: 2", "desired-count: 4")
            .world("maximumPercent: 200", "maximumPercent: 150").input("on-failure", "leave")
        => exit 6 "failed" "GG052", serves "shop-staging:1, shop-staging:2",
        says "because of alarms in ALARM state: shop-5xx",
             "shop-staging:1 serves now, with fewer tasks than it should have";
}
