//! Hooks of blue/green deployments: each of them fails, or does not answer.

use super::{ROLLS_BACK, ROLLS_NOTHING_BACK};
use crate::verdicts::row::{Row, codedeploy};
use crate::verdicts::table::rows;

/// The hook of `event` fails, in a group that rolls back.
fn fails(event: &str) -> Row {
    codedeploy().hook(
        event,
        "result: fail, after: 20s, message: the smoke test got a 500",
    )
}

/// The hook of `event` fails, in a group that does not roll back.
fn fails_for_good(event: &str) -> Row {
    fails(event).world(ROLLS_BACK, ROLLS_NOTHING_BACK)
}

/// The last hook fails, with all the traffic on the new revision, and the rollback goes as `how` says.
fn and_its_rollback(how: &str) -> Row {
    let hooks = "hooks: { AfterAllowTraffic: { result: fail, after: 20s } }";
    codedeploy().world(
        "script: {}",
        &format!("script: {{ {hooks}, rollback: {{ {how} }} }}"),
    )
}

rows! {
    "CodeDeploy: a hook fails";

    after_allow_traffic_of_a_service_without_tasks:
        fails_for_good("AfterAllowTraffic").world("desired-count: 4", "desired-count: 0")
        => exit 6 "rolled-back" "GG050", serves "nothing",
        says "the hook of AfterAllowTraffic failed", "nothing serves now: the desired count of the service is 0";

    before_install:
        fails("BeforeInstall")
        => exit 5 "failed" "GG052", serves "shop:1",
        says "the hook of BeforeInstall failed: shop-before-install: the smoke test got a 500",
             "shop:1 serves now, with all its tasks running";

    after_install:
        fails("AfterInstall")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook of AfterInstall failed: shop-after-install: the smoke test got a 500",
             "shop:1 serves now, with all its tasks running";

    after_allow_test_traffic:
        fails("AfterAllowTestTraffic")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook of AfterAllowTestTraffic failed: shop-after-test-traffic: the smoke test got a 500",
             "shop:1 serves now, with all its tasks running";

    before_allow_traffic:
        fails("BeforeAllowTraffic")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook of BeforeAllowTraffic failed: shop-before-traffic: the smoke test got a 500",
             "shop:1 serves now, with all its tasks running";

    after_allow_traffic:
        fails("AfterAllowTraffic")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook of AfterAllowTraffic failed: shop-after-traffic: the smoke test got a 500",
             "shop:1 serves now, with all its tasks running";

    before_install_without_automatic_rollback:
        fails_for_good("BeforeInstall").calls("CreateDeployment", 1)
        => exit 5 "failed" "GG052", serves "shop:1",
        says "the smoke test got a 500", "shop:1 serves now, with all its tasks running";

    after_install_without_automatic_rollback:
        fails_for_good("AfterInstall").calls("CreateDeployment", 1)
        => exit 5 "failed" "GG052", serves "shop:1",
        says "the smoke test got a 500", "shop:1 serves now, with all its tasks running";

    after_allow_test_traffic_without_automatic_rollback:
        fails_for_good("AfterAllowTestTraffic").calls("CreateDeployment", 1)
        => exit 5 "failed" "GG052", serves "shop:1",
        says "the smoke test got a 500", "shop:1 serves now, with all its tasks running";

    before_allow_traffic_without_automatic_rollback:
        fails_for_good("BeforeAllowTraffic").calls("CreateDeployment", 1)
        => exit 5 "failed" "GG052", serves "shop:1",
        says "the smoke test got a 500", "shop:1 serves now, with all its tasks running";

    after_allow_traffic_without_automatic_rollback:
        fails_for_good("AfterAllowTraffic").calls("CreateDeployment", 2)
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the smoke test got a 500", "shop:1 serves now, with all its tasks running";

    after_allow_traffic_and_all_is_left:
        fails_for_good("AfterAllowTraffic").input("on-failure", "leave").calls("CreateDeployment", 1)
        => exit 6 "failed" "GG052", serves "shop:2",
        says "the smoke test got a 500", "the new revision serves now";

    a_hook_fails_and_then_the_rollback_finds_no_old_tasks:
        and_its_rollback("fails: Install")
        => exit 6 "failed" "GG052", serves "shop:2",
        says "the deployment to production/shop failed, and so did its rollback";

    a_hook_fails_and_then_the_rollback_cannot_move_the_traffic:
        and_its_rollback("fails: AllowTraffic")
        => exit 6 "failed" "GG052", serves "shop:2",
        says "the deployment to production/shop failed, and so did its rollback";

    a_hook_fails_and_the_rollback_is_over_before_anybody_looks:
        and_its_rollback("at-once: true")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook of AfterAllowTraffic failed", "shop:1 serves now, with all its tasks running";

    a_hook_does_not_answer_for_an_hour:
        codedeploy().hook("BeforeAllowTraffic", "result: time-out").input("poll-interval", "30s")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "the hook of BeforeAllowTraffic failed: shop-before-traffic: Lifecycle hook function did not return in time",
             "shop:1 serves now, with all its tasks running";

    a_hook_fails_and_writes_why:
        codedeploy().hook("BeforeAllowTraffic", "result: fail, log: ['GET /health 500', 'giving up']")
        => exit 5 "rolled-back" "GG050", serves "shop:1",
        says "its log ends: GET /health 500";

    a_hook_is_slow_and_succeeds:
        codedeploy().hook("BeforeAllowTraffic", "after: 50m").input("poll-interval", "30s")
        => exit 0 "traffic-shifted", serves "shop:2",
        says "100 % of the production traffic on the new revision";
}
