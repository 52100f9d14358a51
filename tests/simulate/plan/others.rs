//! What others do meanwhile: before the run and in the middle of it.

use super::{Plan, Way};
use crate::draw::Draw;
use greengate_sandbox::world::ecs::behaviour::{Behaviour, Ending, Exit, Match};
use greengate_sandbox::world::happenings::deed::{
    Because, CreateDeployment, Deed, Deny, EndSessions, Renewal, Service, StopDeployment,
    StopTasks, UpdateService,
};
use greengate_sandbox::world::happenings::seed::HappeningSeed;
use greengate_sandbox::world::identity::policy::OneOrMany;
use jiff::SignedDuration;
use serde_json::{Value, json};

pub(super) const APPLICATION: &str = "AppECS-production-shop";
pub(super) const GROUP: &str = "DgpECS-production-shop";

/// The variable of the task definition that only others deploy.
const THEIRS: (&str, &str) = ("RELEASE", "theirs");

pub(super) fn draw(plan: &mut Plan, draw: &mut Draw) {
    let back = draw.chance(7);
    if back || draw.chance(15) {
        theirs(plan, draw);
        let deed = deploy(plan.way);
        happens(plan, SignedDuration::ZERO, deed);
        plan.starts =
            SignedDuration::from_secs(draw.weighted(&[(2, 0), (2, 60), (1, 200), (2, 900)]));
        plan.say(format!("the run starts {:#} later", plan.starts));
    }
    if back {
        plan.command = "rollback";
        return;
    }
    let count = draw.weighted(&[(7, 0), (3, 1), (1, 2)]);
    plan.others = count > 0;
    for _ in 0..count {
        let at = plan.starts + SignedDuration::from_secs(draw.between(1, 400));
        let deed = deed(plan.way, draw);
        if matches!(deed, Deed::CreateDeployment(_) | Deed::UpdateService(_)) {
            theirs(plan, draw);
        }
        happens(plan, at, deed);
    }
}

fn happens(plan: &mut Plan, at: SignedDuration, does: Deed) {
    plan.say(format!("after {at:#}: {does:?}"));
    plan.trouble = true;
    plan.scenario.happenings.0.push(HappeningSeed {
        at: Some(at),
        after: None,
        by: "maria".to_owned(),
        does,
    });
}

/// A revision of theirs, and how its tasks do.
fn theirs(plan: &mut Plan, draw: &mut Draw) {
    let family = plan.way.family();
    let definitions = &mut plan.scenario.ecs.task_definitions;
    if definitions.iter().any(|it| it["family"] == "theirs") {
        return;
    }
    let own = definitions.iter().find(|it| it["family"] == family);
    let mut theirs = own.unwrap().clone();
    let variable = json!([{"name": THEIRS.0, "value": THEIRS.1}]);
    theirs["containerDefinitions"][0]["environment"] = variable;
    theirs.insert("family".to_owned(), Value::from("theirs"));
    definitions.push(theirs);
    let start = draw.between(1, 200);
    let exits = draw.chance(20);
    plan.length += start;
    plan.say(format!("theirs: {start} s to start, exits: {exits}"));
    plan.scenario.ecs.behaviours.push(Behaviour {
        r#match: Match {
            environment: [(THEIRS.0.to_owned(), THEIRS.1.to_owned())].into(),
            ..Match::default()
        },
        start: Some(SignedDuration::from_secs(start)),
        ends: exits.then(|| Ending::Exits(Exit::default())),
        ..Behaviour::default()
    });
}

fn deploy(way: Way) -> Deed {
    let task_definition = "theirs".to_owned();
    match way {
        Way::Rolling | Way::Native => Deed::UpdateService(UpdateService {
            task_definition: Some(task_definition),
            ..update(way)
        }),
        Way::BlueGreen => Deed::CreateDeployment(CreateDeployment {
            application: APPLICATION.to_owned(),
            group: GROUP.to_owned(),
            task_definition,
            description: None,
        }),
    }
}

fn update(way: Way) -> UpdateService {
    UpdateService {
        service: "shop".to_owned(),
        cluster: way.environment().to_owned(),
        task_definition: None,
        desired_count: None,
        force: false,
    }
}

fn deed(way: Way, draw: &mut Draw) -> Deed {
    let service = || Service {
        service: "shop".to_owned(),
        cluster: way.environment().to_owned(),
    };
    match draw.between(0, 9) {
        0..=1 => deploy(way),
        2..=3 => stop(way, draw),
        4..=5 => Deed::UpdateService(UpdateService {
            desired_count: u32::try_from(draw.between(0, 5)).ok(),
            ..update(way)
        }),
        6 => Deed::DeleteService(service()),
        7 => Deed::StopTasks(StopTasks {
            service: "shop".to_owned(),
            cluster: way.environment().to_owned(),
            count: draw.maybe(50, |_| 1),
            because: draw.one_of(&[Because::User, Because::Spot]),
            reason: None,
        }),
        8 => Deed::Deny(Deny {
            role: format!("greengate-{}", way.environment()),
            actions: OneOrMany::from(draw.one_of(&[
                "ecs:DescribeServices",
                "ecs:*",
                "codedeploy:*",
                "ecs:RegisterTaskDefinition",
            ])),
            resources: OneOrMany::from("*"),
            explicit: draw.chance(50),
        }),
        _ => Deed::EndSessions(EndSessions {
            role: format!("greengate-{}", way.environment()),
            renewal: draw.one_of(&[Renewal::Allowed, Renewal::Refused]),
        }),
    }
}

fn stop(way: Way, draw: &mut Draw) -> Deed {
    match way {
        Way::Rolling | Way::Native => Deed::StopServiceDeployment(Service {
            service: "shop".to_owned(),
            cluster: way.environment().to_owned(),
        }),
        Way::BlueGreen => Deed::StopDeployment(StopDeployment {
            application: APPLICATION.to_owned(),
            group: GROUP.to_owned(),
            rollback: draw.one_of(&[None, Some(true), Some(false)]),
        }),
    }
}
