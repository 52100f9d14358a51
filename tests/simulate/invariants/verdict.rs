//! The verdict against the world: what the run says is how it stands.

use super::{Case, Standing, hold, time};
use crate::plan::Way;
use crate::truth::Truth;
use greengate::failure::{Code, Exit};
use greengate::rollout::outcome::Outcome;
use greengate_sandbox::world::ecs::task::Task;
use jiff::{SignedDuration, Timestamp};

pub(super) fn is_true(case: &Case<'_>) -> Result<(), String> {
    let Some((outcome, exit)) = case.finished() else {
        return Ok(());
    };
    match outcome {
        Outcome::Succeeded => succeeded(case),
        Outcome::Unchanged => unchanged(case),
        Outcome::TrafficShifted => traffic_shifted(case),
        Outcome::Ready => ready(case),
        Outcome::Created => created(case),
        Outcome::RolledBack => rolled_back(case),
        Outcome::Superseded => superseded(case),
        Outcome::TimedOut => time::timed_out(case),
        Outcome::Cancelled => cancelled(case),
        Outcome::Failed => failed(case),
        Outcome::Refused => hold(exit.is_some(), || {
            "refused without an exit class".to_owned()
        }),
    }
}

fn ours<'a>(case: &'a Case<'_>) -> Result<&'a str, String> {
    case.revision()
        .ok_or_else(|| "no revision was told".to_owned())
}

/// The deployment that was followed, as the world has it.
pub(super) fn deployment(case: &Case<'_>) -> Result<Standing, String> {
    let (id, _) = case.followed().ok_or("no deployment was told")?;
    case.standing(id)
        .ok_or_else(|| format!("the world has no deployment {id}"))
}

/// At some moment of the last look `what` was so.
fn seen(case: &Case<'_>, what: &str, is_so: impl Fn(&Truth) -> bool) -> Result<(), String> {
    hold(case.last_looks().any(is_so), || {
        format!(
            "{what} was never so in the end: {:#?}",
            case.last_looks().last()
        )
    })
}

fn succeeded(case: &Case<'_>) -> Result<(), String> {
    let ours = ours(case)?;
    seen(case, &format!("all on {ours}"), |truth| truth.is_on(ours))?;
    let standing = deployment(case)?;
    hold(standing.succeeded(), || format!("{standing:?}"))
}

/// What the outputs say that served when the run began.
pub(super) fn what_served(case: &Case<'_>) -> Result<(), String> {
    let outputs = &case.attempt.written.outputs;
    let told = outputs
        .get("previous-task-definition-arn")
        .filter(|told| !told.is_empty());
    let first = case.attempt.record.looks.first();
    let sole = first.and_then(|look| look.truth.sole());
    match (told, sole) {
        (Some(told), Some(sole)) if case.plan.command == "deploy" => hold(told == sole, || {
            format!("{sole} served at the beginning, and not {told}")
        }),
        _ => Ok(()),
    }
}

/// Green is a revision that serves, not one that traffic is sent to.
pub(super) fn has_its_tasks(case: &Case<'_>) -> Result<(), String> {
    let Some((Outcome::Succeeded | Outcome::TrafficShifted, _)) = case.finished() else {
        return Ok(());
    };
    let Some(ours) = case.revision() else {
        return Ok(());
    };
    seen(case, &format!("all tasks of {ours}"), |truth| {
        truth.serves(ours)
    })
}

fn unchanged(case: &Case<'_>) -> Result<(), String> {
    let ours = ours(case)?;
    let mut looks = case.attempt.record.looks.iter();
    hold(looks.any(|look| look.truth.serves(ours)), || {
        format!("{ours} never served")
    })?;
    hold(case.made().count() == 0, || {
        "a deployment was made".to_owned()
    })
}

fn traffic_shifted(case: &Case<'_>) -> Result<(), String> {
    let ours = ours(case)?;
    seen(case, &format!("all traffic on {ours}"), |truth| {
        truth.is_at(ours)
    })?;
    let standing = deployment(case)?;
    hold(standing.shifted.is_some(), || format!("{standing:?}"))
}

fn ready(case: &Case<'_>) -> Result<(), String> {
    let standing = deployment(case)?;
    let word = standing.word;
    // The wait may have ended since; it was there.
    hold(
        word == "Ready" || word == "Stopped" || standing.shifted.is_some(),
        || format!("{standing:?}"),
    )
}

fn created(case: &Case<'_>) -> Result<(), String> {
    deployment(case).map(drop)
}

fn rolled_back(case: &Case<'_>) -> Result<(), String> {
    let standing = deployment(case)?;
    let back = case
        .way_back()
        .and_then(|made| case.standing(made.what.id()));
    let is_back = back.as_ref().is_some_and(|back| back.shifted.is_some());
    hold(standing.rolled_back || is_back, || {
        format!("{standing:?}, and the way back: {back:?}")
    })
}

fn superseded(case: &Case<'_>) -> Result<(), String> {
    let ours = ours(case)?;
    let standing = deployment(case)?;
    seen(case, &format!("anything but {ours}"), |truth| {
        !truth.is_on(ours)
    })?;
    let is_ours = |id: &str| case.made().any(|made| made.what.id() == id);
    let newer = newest(case).filter(|(id, created)| *created > standing.created && !is_ours(id));
    hold(newer.is_some() && standing.over.is_some(), || {
        format!(
            "{standing:?}, and the newest deployment is {:?}",
            newest(case)
        )
    })
}

/// The newest deployment of the service by anyone: id and time.
fn newest(case: &Case<'_>) -> Option<(String, Timestamp)> {
    match case.plan.way {
        Way::Rolling => {
            let service = case.world.ecs.service("staging", "shop")?;
            let last = service.history.last()?;
            Some((last.arn.clone(), last.created))
        }
        Way::BlueGreen => {
            let all = case.world.codedeploy.deployments();
            let newest = all.iter().find(|it| !it.is_rollback)?;
            Some((newest.id.clone(), newest.created))
        }
    }
}

fn cancelled(case: &Case<'_>) -> Result<(), String> {
    let at = case.attempt.cancelled.ok_or("nobody cancelled it")?;
    let late = case.attempt.ended.duration_since(at);
    hold(
        late <= SignedDuration::from_secs(5) + case.plan.slack(),
        || format!("it ended {late:#} after it was cancelled"),
    )
}

/// A deployment that failed is over without success, out of sight, or was given up.
fn failed(case: &Case<'_>) -> Result<(), String> {
    let lost = case
        .failures()
        .next()
        .is_some_and(|it| it.code == Code::LostSight);
    let Some(standing) = deployment(case).ok().filter(|_| !lost) else {
        return Ok(());
    };
    if case.last_looks().any(|truth| !truth.active) {
        return Ok(());
    }
    if standing.over.is_none() {
        return given_up(case);
    }
    hold(!standing.succeeded(), || format!("{standing:?}"))
}

/// Enough tasks of the revision failed for the run to give up.
fn given_up(case: &Case<'_>) -> Result<(), String> {
    let ours = ours(case)?;
    let most = case
        .plan
        .given("fail-fast-after")
        .map_or(3, |text| text.parse().unwrap());
    let service = case.world.ecs.service(case.plan.way.environment(), "shop");
    let tasks = service.map_or(&[][..], |service| &service.tasks).iter();
    let by_itself = |task: &&Task| {
        let stop = task.stop.as_ref();
        stop.is_some_and(|stop| stop.code != "ServiceSchedulerInitiated" || stop.check.is_some())
    };
    let failed = tasks
        .filter(|task| task.task_definition == ours)
        .filter(by_itself)
        .count();
    hold(failed >= most, || {
        format!("given up after {failed} tasks that failed")
    })
}

pub(super) fn by_what_serves(case: &Case<'_>) -> Result<(), String> {
    let Some((_, Some(exit))) = case.finished() else {
        return Ok(());
    };
    let failures: Vec<Code> = case.failures().map(|it| it.code).collect();
    let lost = failures.first() == Some(&Code::LostSight);
    let ours = case.revision().unwrap_or_default();
    match exit {
        Exit::OtherServes if lost => Err("it is not known what serves".to_owned()),
        Exit::OtherServes => seen(case, "another one serves", |truth| {
            truth.another_may_serve(ours)
        }),
        Exit::NeedsPerson if !lost => hold(
            !case
                .last_looks()
                .all(|truth| truth.another_surely_serves(ours)),
            || format!("another one serves: {:#?}", case.last_looks().last()),
        ),
        _ => Ok(()),
    }
}

/// Where nothing was drawn that could go wrong, nothing does.
pub(super) fn has_a_cause(case: &Case<'_>) -> Result<(), String> {
    let first = case.earlier.is_empty();
    hold(
        case.plan.trouble || !first || case.attempt.code == Some(0),
        || format!("exit code {:?}", case.attempt.code),
    )
}
