//! The verdict against the world: what the run says is how it stands.

use super::{Case, Standing, hold, time};
use crate::truth::Truth;
use greengate::events::{EventKind, Stage};
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

/// What the outputs say that served before: since the run began, or since nothing was in its way
/// any more.
pub(super) fn what_served(case: &Case<'_>) -> Result<(), String> {
    let outputs = &case.attempt.written.outputs;
    let Some(told) = outputs
        .get("previous-task-definition-arn")
        .filter(|told| !told.is_empty())
    else {
        return Ok(());
    };
    let mut events = case.attempt.events.iter().map(|(_, event)| event);
    let cleared = events.rfind(|event| {
        matches!(&event.kind, EventKind::StageFinished { stage, .. } if *stage == Stage::Clear)
    });
    let since = cleared.map_or(case.attempt.began, |event| event.at);
    let mut events = case.attempt.events.iter().map(|(_, event)| event);
    let ready = events.find(|event| matches!(event.kind, EventKind::RevisionReady { .. }));
    let until = ready.map_or(case.attempt.ended, |event| event.at);
    let looks = case.attempt.record.looks.iter();
    let mut looks = looks.filter(|look| look.at >= since && look.at <= until);
    let may_be = |truth: &Truth| truth.sole().is_none_or(|sole| sole == told);
    hold(looks.any(|look| may_be(&look.truth)), || {
        format!("{told} was never all that served between {since} and {until}")
    })
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
        ["Ready", "Stopped", "IN_PROGRESS"].contains(&word) || standing.shifted.is_some(),
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
        way if way.is_by_ecs() => {
            let service = case.world.ecs.service(way.environment(), "shop")?;
            let last = service.history.last()?;
            Some((last.arn.clone(), last.created))
        }
        _ => {
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
    let waits = case.failures().any(|it| {
        it.what
            .ends_with("waits in its pause, and was not continued")
    });
    let Some(standing) = deployment(case).ok().filter(|_| !lost && !waits) else {
        return Ok(());
    };
    if case.last_looks().any(|truth| !truth.active) {
        return Ok(());
    }
    // What AWS calls a success is one of a moment: tasks may exit before the run looks.
    if standing.over.is_none() || standing.succeeded() {
        return given_up(case);
    }
    Ok(())
}

/// Enough tasks of the revision failed for the run to give up, and it does not have all of them.
fn given_up(case: &Case<'_>) -> Result<(), String> {
    let ours = ours(case)?;
    let own = deployment(case).map_or(Vec::new(), |it| it.ids);
    // One by force may fail while what ran of the same revision before serves.
    seen(case, &format!("{ours} without all its tasks"), |truth| {
        !truth.serves(ours) || truth.another_may_serve(&own)
    })?;
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

/// By deployments and not by revisions: one of the same revision by force may fail, while what ran
/// of it before serves.
pub(super) fn by_what_serves(case: &Case<'_>) -> Result<(), String> {
    let Some((_, Some(exit))) = case.finished() else {
        return Ok(());
    };
    let failures: Vec<Code> = case.failures().map(|it| it.code).collect();
    let lost = failures.first() == Some(&Code::LostSight);
    let ours = deployment(case).map_or(Vec::new(), |it| it.ids);
    match exit {
        Exit::OtherServes if lost => Err("it is not known what serves".to_owned()),
        Exit::OtherServes => seen(case, "another one serves", |truth| {
            truth.another_may_serve(&ours)
        }),
        Exit::NeedsPerson if !lost => hold(
            !case
                .last_looks()
                .all(|truth| truth.another_surely_serves(&ours)),
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
