//! A canary of ECS's own that an alarm ends, in events.

use super::stream::{TARGET, Teller};
use crate::events::{Event, EventKind, Fact, Stage, StageEnd};
use crate::failure::{Code, Exit, Failure};
use crate::inputs::{Command, WaitFor};
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::State;

fn started() -> EventKind {
    let page = "https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/production/services/shop";
    EventKind::DeploymentStarted {
        target: TARGET.into(),
        id: "arn:aws:ecs:eu-west-1:123456789012:service-deployment/production/shop/abc".into(),
        strategy: "native".into(),
        config: Some("CANARY".into()),
        alarms: vec!["shop-5xx".into(), "shop-slow".into()],
        url: format!("{page}/deployments?region=eu-west-1"),
        wait_for: WaitFor::TrafficShifted,
        timeout_seconds: 4200,
    }
}

impl Teller {
    fn test_traffic(&mut self, seconds: i64, percent: f64) {
        self.fact(seconds, Fact::TestTraffic { percent });
    }
}

pub(super) fn ended_by_an_alarm() -> Vec<Event> {
    let mut run = Teller::new(Command::Deploy);
    let stage = Stage::Deploy;
    run.after(0, EventKind::StageStarted { stage });
    run.after(1, started());
    run.state(0, State::Running, "IN_PROGRESS", None);
    run.test_traffic(0, 0.0);
    run.traffic(0, 0.0);
    run.step(0, "SCALE_UP", "InProgress", None);
    run.step(60, "SCALE_UP", "Succeeded", None);
    run.step(0, "TEST_TRAFFIC_SHIFT", "InProgress", None);
    run.test_traffic(5, 100.0);
    run.step(0, "TEST_TRAFFIC_SHIFT", "Succeeded", None);
    run.step(0, "POST_TEST_TRAFFIC_SHIFT", "InProgress", None);
    run.step(0, "hook shop-smoke", "InProgress", None);
    run.step(30, "hook shop-smoke", "Succeeded", None);
    run.step(0, "POST_TEST_TRAFFIC_SHIFT", "Succeeded", None);
    run.step(0, "PRODUCTION_TRAFFIC_SHIFT", "InProgress", None);
    run.traffic(0, 2.5);
    let name = "shop-5xx".to_owned();
    run.fact(120, Fact::Alarm { name });
    let reason = Some("Service deployment rolled back because of a CloudWatch alarm.");
    run.state(0, State::RollingBack, "ROLLBACK_IN_PROGRESS", reason);
    run.traffic(5, 0.0);
    run.state(40, State::RolledBack, "ROLLBACK_SUCCESSFUL", None);
    let (target, outcome) = (TARGET.into(), Outcome::RolledBack);
    run.after(0, EventKind::DeploymentEnded { target, outcome });
    let what = "the deployment of production/shop failed, and shop:6 serves again";
    let failure = Failure::new(Code::RolledBack, what, "Look at what the alarm watches.");
    let ended = StageEnd::Failed;
    run.after(1, EventKind::StageFinished { stage, ended });
    run.after(0, EventKind::Failed { failure });
    run.finish(Outcome::RolledBack, Some(Exit::OtherServes))
}
