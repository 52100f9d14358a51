//! Plans in words: a headline and a row for each thing that matters before one says yes.

use super::names::{goal, strategy_name};
use crate::model::arn::short;
use crate::plan::cost::{Cost, as_of};
use crate::plan::course::{Course, Step, Waits};
use crate::plan::transfer::Transfer;
use crate::plan::{Change, Plan, Revision};
use crate::report::amounts::{count, percent, seconds};

/// What the log says of a plan: a headline, and the rows in columns.
pub fn lines(target: &str, plan: &Plan) -> Vec<String> {
    let rows = rows(plan).into_iter();
    let rows = rows.map(|(name, text)| format!("{name:<12}{text}"));
    std::iter::once(format!("{target}: {}", headline(plan)))
        .chain(rows)
        .chain(plan.transfer.iter().flat_map(steps))
        .collect()
}

/// The way to ECS, a step after the other.
fn steps(transfer: &Transfer) -> Vec<String> {
    let title = "To give the service to ECS itself:".to_owned();
    let steps = (1..).zip(&transfer.steps).flat_map(|(nth, step)| {
        let commands = step.commands.iter().map(|it| format!("     {it}"));
        let what = format!("  {nth}. {}.", step.what);
        let changes = format!("     Changes: {}", step.changes);
        [what, changes].into_iter().chain(commands)
    });
    std::iter::once(title).chain(steps).collect()
}

/// `a new revision of shop would be registered and deployed`.
pub fn headline(plan: &Plan) -> String {
    if plan.changes.is_empty() {
        let serving = plan.serving.as_deref().map(short);
        let serving = serving.map(|it| format!(": {it} serves and stays"));
        return format!("nothing would change{}", serving.unwrap_or_default());
    }
    let changes = plan.changes.iter().map(|change| match change {
        Change::Revision => revision(plan),
        Change::Tasks { from, to } => format!(
            "the service would have {} instead of {from}",
            count(*to, "task")
        ),
        Change::Configuration { from, to } if from == to => {
            "the deployment configuration would change".to_owned()
        }
        Change::Configuration { from, to } => {
            format!("ECS would deploy the service by {to} instead of {from}")
        }
        Change::Deployment => "the revision that serves would be deployed anew".to_owned(),
    });
    changes.collect::<Vec<_>>().join(", and ")
}

fn revision(plan: &Plan) -> String {
    let what = match &plan.revision {
        Revision::Registered { arn } => {
            format!(
                "{}, which is registered already, would be deployed",
                short(arn)
            )
        }
        Revision::New { family } => {
            format!("a new revision of {family} would be registered and deployed")
        }
    };
    match plan.serving.as_deref() {
        Some(serving) => format!("{what} in the place of {}", short(serving)),
        None => what,
    }
}

/// Name and text of each row; none where nothing would change.
pub fn rows(plan: &Plan) -> Vec<(&'static str, String)> {
    if plan.changes.is_empty() {
        return Vec::new();
    }
    let mut rows: Vec<_> = images(plan).map(|image| ("Image", image)).collect();
    if let Some(course) = &plan.course {
        rows.push(("Deployment", deployment(course)));
        let traffic = traffic(&course.steps);
        rows.extend(traffic.map(|traffic| ("Traffic", traffic)));
        rows.push(("Time", time(course)));
    }
    rows.extend(plan.cost.as_ref().map(|cost| ("Cost", self::cost(cost))));
    rows
}

/// One text a container.
fn images(plan: &Plan) -> impl Iterator<Item = String> {
    let images = plan.images.iter().map(|image| match image.split_once('=') {
        Some((container, image)) => format!("{container}: `{image}`"),
        None => image.clone(),
    });
    let pushed = plan.pushed.iter().map(|pushed| {
        format!("not built yet: it would be pushed as `{pushed}` and deployed by its digest")
    });
    images.chain(pushed)
}

fn deployment(course: &Course) -> String {
    let Course {
        strategy, config, ..
    } = course;
    let config = config.as_deref();
    let named = config.filter(|_| strategy != "native");
    let named = named.map(|config| format!(" with `{config}`"));
    let approval = if course.approval {
        ", once somebody has approved"
    } else {
        ""
    };
    format!(
        "{}{}{approval}",
        strategy_name(strategy, config),
        named.unwrap_or_default()
    )
}

/// `10 % at once, 100 % after 5m`; none where there are no steps.
fn traffic(steps: &[Step]) -> Option<String> {
    let step = |step: &Step| match (percent(step.percent), step.after) {
        (percent, 0) => format!("{percent} at once"),
        (percent, after) => format!("{percent} after {}", minutes(after)),
    };
    let steps: Vec<_> = steps.iter().map(step).collect();
    (!steps.is_empty()).then(|| steps.join(", "))
}

fn time(course: &Course) -> String {
    let Waits {
        ready,
        shifting,
        bake,
    } = course.waits;
    let after = if course.strategy == "rolling" {
        "in which alarms are watched"
    } else {
        "until the old tasks are stopped"
    };
    let waits = [
        (ready, "at most until the traffic moves"),
        (shifting, "for the traffic"),
        (bake, after),
    ];
    let set = waits.iter().filter(|(wait, _)| *wait > 0);
    let set = set.map(|(wait, what)| format!("{} {what}", minutes(*wait)));
    let set: Vec<_> = set.collect();
    let total = ready.saturating_add(shifting).saturating_add(bake);
    let own = match set.as_slice() {
        [] => String::new(),
        set => format!("{} ({}), and ", minutes(total), set.join(", ")),
    };
    format!(
        "{own}what tasks take to start and stop; a run waits until {}, for at most {}",
        goal(course.wait_for),
        seconds(course.timeout_seconds)
    )
}

fn minutes(minutes: u32) -> String {
    seconds(u64::from(minutes) * 60)
}

/// `about 72.08 USD a month for 4 tasks on Fargate, 36.04 more than now (prices of 2026-07)`.
fn cost(cost: &Cost) -> String {
    let change = match cost.change() {
        None => String::new(),
        Some(change) if change.abs() < 0.005 => ", as much as now".to_owned(),
        Some(change) => {
            let more = if change > 0.0 { "more" } else { "less" };
            format!(", {:.2} {more} than now", change.abs())
        }
    };
    format!(
        "about {:.2} USD a month for {} on Fargate{change} (prices of {})",
        cost.after,
        count(cost.tasks, "task"),
        as_of()
    )
}

#[cfg(test)]
mod tests {
    use super::{headline, rows};
    use crate::inputs::WaitFor;
    use crate::plan::cost::Cost;
    use crate::plan::course::{Course, Waits};
    use crate::plan::{Change, Plan, Revision};

    fn plan(changes: &[Change]) -> Plan {
        Plan {
            serving: Some("arn:aws:ecs:eu-west-1:1:task-definition/shop:7".to_owned()),
            revision: Revision::Registered {
                arn: "arn:aws:ecs:eu-west-1:1:task-definition/shop:8".to_owned(),
            },
            images: Vec::new(),
            pushed: None,
            changes: changes.to_vec(),
            course: Some(Course {
                strategy: "rolling".to_owned(),
                config: None,
                steps: Vec::new(),
                waits: Waits::default(),
                approval: false,
                wait_for: WaitFor::Succeeded,
                timeout_seconds: 1800,
            }),
            cost: None,
            transfer: None,
        }
    }

    #[test]
    fn every_change_is_said() {
        let tasks = Change::Tasks { from: 2, to: 1 };
        let configuration = |from: &str| Change::Configuration {
            from: from.to_owned(),
            to: "CANARY".to_owned(),
        };
        for (changes, expected) in [
            (&[][..], "nothing would change: shop:7 serves and stays"),
            (
                &[Change::Revision],
                "shop:8, which is registered already, would be deployed in the place of shop:7",
            ),
            (
                std::slice::from_ref(&tasks),
                "the service would have 1 task instead of 2",
            ),
            (
                &[configuration("ROLLING"), configuration("CANARY")],
                "ECS would deploy the service by CANARY instead of ROLLING, and the deployment \
                 configuration would change",
            ),
            (
                &[tasks.clone(), Change::Deployment],
                "the service would have 1 task instead of 2, and the revision that serves would be \
                 deployed anew",
            ),
        ] {
            assert_eq!(headline(&plan(changes)), expected);
        }
        assert_eq!(rows(&plan(&[])), Vec::new());
    }

    #[test]
    fn waits_and_costs_are_said_where_there_are_any() {
        let row = |plan: &Plan, wanted: &str| {
            let found = rows(plan).into_iter().find(|(name, _)| *name == wanted);
            found.map(|(_, text)| text)
        };
        let mut plan = plan(&[Change::Revision]);
        let time =
            "what tasks take to start and stop; a run waits until it is over, for at most 30m";
        assert_eq!(row(&plan, "Time").as_deref(), Some(time));
        assert_eq!((row(&plan, "Traffic"), row(&plan, "Cost")), (None, None));
        if let Some(course) = &mut plan.course {
            course.waits = Waits {
                ready: 10,
                shifting: 0,
                bake: 5,
            };
        }
        let waits =
            "15m (10m at most until the traffic moves, 5m in which alarms are watched), and ";
        assert_eq!(row(&plan, "Time"), Some(format!("{waits}{time}")));
        for (before, change) in [
            (None, ""),
            (Some(18.02), ", as much as now"),
            (Some(9.01), ", 9.01 more than now"),
            (Some(36.04), ", 18.02 less than now"),
        ] {
            plan.cost = Some(Cost {
                tasks: 2,
                before,
                after: 18.02,
            });
            let cost = row(&plan, "Cost").unwrap_or_default();
            let expected =
                format!("about 18.02 USD a month for 2 tasks on Fargate{change} (prices");
            assert!(cost.starts_with(&expected), "{cost}");
        }
    }
}
