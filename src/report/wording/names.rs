//! Names of things that there is a fixed number of.

use crate::events::{Stage, StageEnd};
use crate::failure::Exit;
use crate::inputs::{Command, WaitFor};
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::{LifecycleEvent, State};

pub(super) fn state_name(state: State) -> &'static str {
    match state {
        State::Created => "accepted",
        State::Running => "under way",
        State::Ready => "the new revision takes test traffic and waits for production's",
        State::TrafficShifted => "all production traffic is on the new revision",
        State::Succeeded => "over, and the new revision serves",
        State::Unsettled => "over, and not all tasks of the new revision run",
        State::RollingBack => "failing; the previous revision is being brought back",
        State::RolledBack => "over; the previous revision was brought back",
        State::RollbackFailed => "over; bringing the previous revision back failed too",
        State::Superseded => "over; a newer deployment took its place",
        State::Stopped => "over; somebody stopped it",
        State::Failed => "over; it failed, and nothing was rolled back",
    }
}

/// What the run waits for, after "until".
pub(super) fn goal(wait_for: WaitFor) -> &'static str {
    match wait_for {
        WaitFor::Created => "it is accepted",
        WaitFor::Ready => "it takes test traffic",
        WaitFor::TrafficShifted => "it has all production traffic",
        WaitFor::Succeeded => "it is over",
    }
}

/// The end of a run or deployment, after its name.
pub fn verdict(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "succeeded",
        Outcome::Unchanged => "had nothing to do: what was asked for is in place",
        Outcome::TrafficShifted => "succeeded: all production traffic is on the new revision",
        Outcome::Ready => {
            "is ready: the new revision takes test traffic and waits for production's"
        }
        Outcome::Created => "was started, and is not waited for",
        Outcome::RolledBack => "failed, and was rolled back",
        Outcome::Superseded => "was superseded by a newer one",
        Outcome::Refused => "was refused; nothing was changed",
        Outcome::Failed => "failed",
        Outcome::TimedOut => "timed out; the deployment runs on",
        Outcome::Cancelled => "was cancelled",
    }
}

/// The end of a run of `command`, after its name.
pub fn verdict_of(command: Option<Command>, outcome: Outcome) -> &'static str {
    match (command, outcome) {
        (Some(Command::Plan), Outcome::Succeeded) => "sees changes",
        (Some(Command::Plan), Outcome::Unchanged) => "sees nothing to change",
        (Some(Command::Plan), Outcome::Refused) => "sees what a deployment would be refused for",
        _ => verdict(outcome),
    }
}

/// What an exit class tells the reader.
pub fn exit(exit: Exit) -> &'static str {
    match exit {
        Exit::Bug => "a bug in Greengate",
        Exit::Inputs => "inputs or files are wrong",
        Exit::Preflight => "something that the run needs is missing",
        Exit::Gate => "the gate refused",
        Exit::OtherServes => "a healthy revision serves that is not this run's",
        Exit::NeedsPerson => "a person must look",
        Exit::TimedOut => "the deployment runs on",
        Exit::Cancelled => "the run was cancelled",
    }
}

/// A stage's title.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Credentials => "AWS credentials",
        Stage::Gate => "Gate",
        Stage::Preflight => "Preflight",
        Stage::Build => "Image",
        Stage::Plan => "Plan",
        Stage::Clear => "Deployment that runs already",
        Stage::Scan => "Image scan",
        Stage::Register => "Task definition",
        Stage::Deploy => "Deployment",
    }
}

/// How a stage ended.
pub fn stage_end(ended: StageEnd) -> &'static str {
    match ended {
        StageEnd::Done => "done",
        StageEnd::NothingToDo => "nothing to do",
        StageEnd::Failed => "failed",
    }
}

/// A command's name, as the input spells it.
pub fn command_name(command: Command) -> &'static str {
    match command {
        Command::Build => "build",
        Command::Deploy => "deploy",
        Command::Release => "release",
        Command::Rollback => "rollback",
        Command::Plan => "plan",
    }
}

/// A strategy's name, as people write it: `CodeDeploy`, `blue/green`, `canary`. That of ECS's own
/// ones is in `config`.
pub fn strategy_name<'a>(strategy: &'a str, config: Option<&'a str>) -> &'a str {
    match (strategy, config) {
        ("codedeploy", _) => "CodeDeploy",
        ("native", Some("BLUE_GREEN")) => "blue/green",
        ("native", Some("LINEAR")) => "linear",
        ("native", Some("CANARY")) => "canary",
        ("native", Some(newer)) => newer,
        (other, _) => other,
    }
}

/// What a lifecycle event does, after its name.
pub fn status(event: &LifecycleEvent) -> &str {
    match event.status.as_str() {
        "InProgress" => "began",
        "Succeeded" => "succeeded",
        "Failed" => "failed",
        "Skipped" => "skipped",
        "Pending" => "pending",
        "Waiting" => "waits",
        "Rejected" => "was ended, and the deployment goes back",
        "TimedOut" => "timed out",
        newer => newer,
    }
}
