//! Nothing is made twice, and nothing is left running without a word.

use super::{Case, hold};
use crate::connection::Thing;
use greengate::failure::Code;
use greengate::rollout::outcome::Outcome;

pub(super) fn no_equal_revisions(case: &Case<'_>) -> Result<(), String> {
    let family = case
        .world
        .ecs
        .task_definitions
        .families
        .get(case.plan.way.family());
    let revisions = family.map_or(&[][..], Vec::as_slice);
    let ours: Vec<&str> = made(case)
        .filter(|it| !it.is_deployment())
        .map(Thing::id)
        .collect();
    for (at, revision) in revisions.iter().enumerate() {
        if !ours.contains(&revision.arn.as_str()) {
            continue;
        }
        let mut others = revisions[..at].iter().filter(|other| other.is_active());
        let twin = others.find(|other| other.document == revision.document);
        hold(twin.is_none(), || {
            format!(
                "{} is what {} was already",
                revision.arn,
                twin.map_or("", |it| &it.arn)
            )
        })?;
    }
    Ok(())
}

/// Everything that the attempts of the run made, this one included.
fn made<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Thing> {
    let attempts = case.earlier.iter().chain([case.attempt]);
    attempts
        .flat_map(|attempt| &attempt.record.made)
        .map(|made| &made.what)
}

pub(super) fn no_second(case: &Case<'_>) -> Result<(), String> {
    let ours: Vec<&Thing> = made(case).filter(|it| it.is_deployment()).collect();
    let forward = case
        .made()
        .filter(|made| Some(made.revision.as_str()) == case.revision());
    let (forward, all) = (forward.count(), case.made().count());
    hold(forward <= 1 && all <= forward + 1, || {
        format!("one attempt made {all} deployments, {forward} of them of its revision: {ours:?}")
    })?;
    for made in &case.attempt.record.made {
        // ECS has told nothing of it that could be stopped: its place is taken.
        let replaces = case
            .followed()
            .is_some_and(|(id, _)| !id.starts_with("arn:"))
            && case.plan.way.is_by_ecs()
            && Some(made.revision.as_str()) != case.revision();
        let beside = made.beside.as_ref().filter(|it| ours.contains(it));
        let beside = beside.filter(|_| !replaces);
        hold(beside.is_none(), || {
            format!(
                "{:?} was made while the run's own {beside:?} was under way",
                made.what
            )
        })?;
    }
    Ok(())
}

/// Where the inputs say so, no deployment that failed or whose run was cancelled goes on.
pub(super) fn stopped(case: &Case<'_>) -> Result<(), String> {
    let input = match case.finished() {
        Some((Outcome::Failed, _)) => "on-failure",
        Some((Outcome::Cancelled, _)) => "on-cancel",
        _ => return Ok(()),
    };
    let lost = case.failures().any(|it| it.code == Code::LostSight);
    let gone = case.last_looks().any(|truth| !truth.active);
    let cannot = case.plan.faults || case.plan.is_deprived() || lost;
    if gone || cannot || case.plan.given(input) == Some("leave") {
        return Ok(());
    }
    let forward = case
        .made()
        .filter(|made| Some(made.revision.as_str()) == case.revision());
    for standing in forward.filter_map(|made| case.standing(made.what.id())) {
        hold(standing.over.is_some() || standing.stopping, || {
            format!("{input} is rollback, and it goes on: {standing:?}")
        })?;
    }
    Ok(())
}

/// A deployment that is under way when the run is over stands in its output and in its failure; one
/// for the way back in the failure. Where AWS never answered the call that made it, there is no name,
/// and the failure says that.
pub(super) fn named(case: &Case<'_>) -> Result<(), String> {
    let output = case.attempt.written.outputs.get("deployment-id");
    for id in case.made().map(|made| made.what.id()) {
        let Some(standing) = case.standing(id).filter(|it| it.over.is_none()) else {
            continue;
        };
        // Only the old tasks are left of a way back; a service that is gone has no deployments.
        let is_back = case.way_back().is_some_and(|back| back.what.id() == id);
        let gone = case.last_looks().any(|truth| !truth.active);
        if gone || is_back && standing.shifted.is_some() {
            continue;
        }
        if unheard_of(case) && (is_back || case.followed().is_none()) {
            continue;
        }
        hold(
            is_back || output.is_some_and(|output| standing.ids.contains(output)),
            || format!("{id} runs on, and the output says {output:?}"),
        )?;
        let names = standing
            .ids
            .iter()
            .map(|id| id.rsplit('/').next().unwrap_or(id));
        let names: Vec<&str> = names.collect();
        let said: Vec<String> = case.failures().map(|it| format!("{it:?}")).collect();
        let is_said = |name: &&str| said.iter().any(|text| text.contains(name));
        hold(
            case.attempt.code == Some(0) || names.iter().any(is_said),
            || format!("{id} runs on, and no failure says so"),
        )?;
    }
    Ok(())
}

/// The run ended before AWS said what became of its request for a deployment.
fn unheard_of(case: &Case<'_>) -> bool {
    let may_be = case.plan.faults || case.attempt.cancelled.is_some();
    let said = case.failures().any(|it| {
        let unsaid = it.what.starts_with("AWS has not said whether it has begun")
            || it.help.starts_with("AWS has not said whether it runs");
        unsaid && matches!(it.code, Code::LostSight | Code::Cancelled)
    });
    may_be && said
}
