//! A deployment's ending in words: what failed, why, what serves now, what to do.

use super::ending::{Ending, WayBack};
use super::outcome::Outcome;
use super::snapshot::{Serving, State};
use crate::diagnosis::{Cause, Diagnosis, Kind};
use crate::failure::{Code, Exit, Failure};
use crate::model::arn::short;
use crate::model::service::Counts;

/// The failure that `ending` of the deployment `id` to `target` is; none when it is a good one. The
/// cause comes first, where the `diagnosis` has found one.
pub fn failure(
    target: &str,
    id: &str,
    ending: &Ending,
    diagnosis: Option<&Diagnosis>,
) -> Option<Failure> {
    let exit = ending.exit?;
    let (code, what, help) = told_apart(target, id, ending);
    let cause = diagnosis.and_then(Diagnosis::cause);
    let help = match cause {
        Some(cause) => advised(code, &cause.advice, help),
        None => help.to_owned(),
    };
    let mut failure = Failure::new(code, what, help).exiting(exit);
    failure
        .why
        .extend(cause.map(|cause| cause.sentence.clone()));
    failure.why.extend(why(ending, cause));
    Some(failure)
}

/// What to do about the cause, and about what serves now.
fn advised(code: Code, advice: &str, help: &str) -> String {
    match code {
        Code::RolledBack => {
            format!("{advice} Then deploy again; the service itself needs nothing.")
        }
        Code::DeploymentFailed | Code::TimedOut => format!("{advice} {help}"),
        _ => help.to_owned(),
    }
}

fn told_apart(target: &str, id: &str, ending: &Ending) -> (Code, String, &'static str) {
    let id = short(id);
    match (ending.outcome, ending.state) {
        (Outcome::RolledBack, _) => (
            Code::RolledBack,
            format!("the deployment to {target} failed and was rolled back"),
            CAUSE,
        ),
        (Outcome::Superseded, _) => (
            Code::Superseded,
            format!("a newer deployment took the place of this one on {target}"),
            "Look at the run or the person that deployed last; run this one again only if its \
             commit is the one that should serve.",
        ),
        (Outcome::TimedOut, _) => {
            let (what, help) = timed_out(target, id, ending);
            (Code::TimedOut, what, help)
        }
        (Outcome::Cancelled, _) => {
            let (what, help) = cancelled(target, id, ending);
            (Code::Cancelled, what, help)
        }
        (_, Some(State::Stopped)) => (
            Code::DeploymentStopped,
            format!("somebody stopped the deployment to {target}"),
            STATE,
        ),
        (_, Some(State::RollbackFailed)) => (
            Code::DeploymentFailed,
            format!("the deployment to {target} failed, and so did its rollback"),
            STATE,
        ),
        (_, Some(State::RollingBack)) => (
            Code::DeploymentFailed,
            format!(
                "the deployment to {target} failed, and its rollback{} fails and runs on",
                by(ending)
            ),
            STATE,
        ),
        (_, Some(State::Unsettled)) => (
            Code::DeploymentFailed,
            format!("the deployment {id} to {target} is over, and tasks of the new revision fail"),
            UNSETTLED,
        ),
        (_, Some(state)) if !state.is_over() => (
            Code::DeploymentFailed,
            format!("the deployment {id} to {target} fails and runs on"),
            "It was left as it is (on-failure: leave, or AWS refused to stop it). Stop it in the \
             console, or run `command: rollback`.",
        ),
        _ => (
            Code::DeploymentFailed,
            format!("the deployment to {target} failed"),
            STATE,
        ),
    }
}

fn timed_out(target: &str, id: &str, ending: &Ending) -> (String, &'static str) {
    const ANEW: &str = "Look at it in the console. Running this job again deploys anew; what \
                        becomes of the rollback then, `on-active-deployment` says.";
    match (ending.way_back, ending.state) {
        (WayBack::Taken, _) => {
            let by = by(ending);
            let what = format!(
                "the rollback of the deployment {id} to {target}{by} did not end in time and runs on"
            );
            (what, ANEW)
        }
        (_, Some(State::RollingBack)) => (
            format!("the deployment {id} to {target} failed, and its rollback runs on"),
            ANEW,
        ),
        (_, Some(State::Unsettled)) => (
            format!(
                "the deployment {id} to {target} is over, and not all tasks of the new revision run"
            ),
            UNSETTLED,
        ),
        _ => (
            format!("the deployment {id} to {target} did not end in time and runs on"),
            "Look at it in the console; when it is only slow, raise `timeout`. Running this job \
             again starts nothing while it runs.",
        ),
    }
}

/// Names the deployment that takes back, where it is one of its own.
fn by(ending: &Ending) -> String {
    let by = ending.back_by.as_deref().map(short);
    by.map(|id| format!(" by {id}")).unwrap_or_default()
}

fn cancelled(target: &str, id: &str, ending: &Ending) -> (String, &'static str) {
    match ending.way_back {
        WayBack::NotTaken => (
            format!("the run was cancelled while the deployment {id} to {target} runs on"),
            "The deployment was not stopped. Stop it in the console if it should not go on.",
        ),
        WayBack::Asked => (
            format!(
                "the run was cancelled; the deployment {id} to {target} was stopped, and its \
                 rollback runs on"
            ),
            "Nothing need be done. What serves in the end is in the console.",
        ),
        WayBack::Refused => (
            format!(
                "the run was cancelled while the deployment {id} to {target} runs on: AWS has not \
                 taken in the request to stop it"
            ),
            "Stop it in the console if it should not go on, or run `command: rollback`.",
        ),
        WayBack::TooLate if ending.state == Some(State::RollingBack) => (
            format!(
                "the run was cancelled when the deployment {id} to {target} had failed and was \
                 being rolled back"
            ),
            "AWS's rollback was not stopped. What serves in the end is in the console.",
        ),
        WayBack::TooLate => (
            format!("the run was cancelled when the deployment {id} to {target} was over"),
            "What serves is in the console; `command: rollback` takes it back.",
        ),
        WayBack::Taken => (
            format!(
                "the run was cancelled while the deployment {id} to {target} is rolled back{}, \
                 which runs on",
                by(ending)
            ),
            "Nothing need be done. What serves in the end is in the console.",
        ),
    }
}

const CAUSE: &str = "Find the cause in the events above and in the task's logs, mend it and deploy \
                     again; the service itself needs nothing.";

const STATE: &str = "Look at the service in the console: what serves now is said above. Deploy a \
                     revision that is known to work if it must be brought back.";

const UNSETTLED: &str = "ECS goes on starting tasks. Look at the service in the console; \
                         `command: rollback` brings back what served before.";

fn why(ending: &Ending, cause: Option<&Cause>) -> Vec<String> {
    let mut why: Vec<_> = ending.reason.iter().cloned().collect();
    let came_up =
        |state: &State| matches!(state, State::Created | State::Running | State::Unsettled);
    if ending.state.is_some_and(|state| came_up(&state)) && ending.failed_alike > 0 {
        why.push(format!(
            "{} tasks failed in the same way",
            ending.failed_alike
        ));
    }
    let hook = cause.filter(|cause| cause.kind == Kind::HookFailed);
    for event in &ending.failed_events {
        if hook.is_some_and(|hook| hook.sentence.contains(&event.name)) {
            continue;
        }
        let detail = event
            .detail
            .as_deref()
            .map(|detail| format!(": {detail}"))
            .unwrap_or_default();
        why.push(format!("lifecycle event {} failed{detail}", event.name));
    }
    if let Some(counts) = ending.counts.filter(|counts| counts.failed > 0) {
        let s = if counts.failed == 1 { "" } else { "s" };
        why.push(format!(
            "at least {} task{s} of the new revision failed to start",
            counts.failed
        ));
    }
    why.extend(serving(ending));
    why
}

fn serving(ending: &Ending) -> Option<String> {
    match &ending.serving {
        Serving::Other {
            task_definition,
            healthy: true,
        } => Some(format!(
            "{} serves now, with all its tasks running",
            short(task_definition)
        )),
        Serving::Other {
            task_definition,
            healthy: false,
        } => Some(format!(
            "{} serves now, with fewer tasks than it should have",
            short(task_definition)
        )),
        Serving::Ours if ending.counts.is_some_and(|it| it.running < it.desired) => Some(
            "the new revision takes the traffic now, with fewer tasks than it should have"
                .to_owned(),
        ),
        Serving::Ours => Some("the new revision serves now".to_owned()),
        Serving::Divided {
            task_definition,
            percent,
        } => Some(format!(
            "the new revision takes {percent} % of the production traffic now, and {} the rest",
            short(task_definition)
        )),
        Serving::Unknown if ending.exit == Some(Exit::NeedsPerson) => {
            let is_to_run = |counts: Counts| counts.desired > 0;
            let known = if ending.counts.is_none_or(is_to_run) {
                "it is not known what serves now"
            } else {
                "nothing serves now: the desired count of the service is 0"
            };
            Some(known.to_owned())
        }
        Serving::Unknown => None,
    }
}

#[cfg(test)]
mod tests;
