//! A hook that a deployment asks in one of its stages: a function, or a pause that somebody ends.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html>

use super::script::{Answer, Answers};
use super::stage::Stage;
use crate::world::ecs::later;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// How long a function may run: Lambda's own limit.
const CALL: SignedDuration = SignedDuration::from_mins(15);

/// Where a hook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// A pause that nobody has ended.
    AwaitingAction,
    /// A function that has not answered for good.
    InProgress,
    /// On with the deployment.
    Succeeded,
    /// Back with it.
    Failed,
    /// Nobody answered in time.
    TimedOut,
}

impl Status {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::AwaitingAction => "AWAITING_ACTION",
            Self::InProgress => "IN_PROGRESS",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
        }
    }

    /// Is it settled?
    pub fn is_over(self) -> bool {
        !matches!(self, Self::AwaitingAction | Self::InProgress)
    }
}

/// What becomes of the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It goes on.
    Continue,
    /// It goes back.
    Rollback,
}

impl Action {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Continue => "CONTINUE",
            Self::Rollback => "ROLLBACK",
        }
    }
}

/// A hook that was asked.
#[derive(Debug, Clone)]
pub struct Hook {
    /// Its id, another one each time that it is asked.
    pub id: String,
    /// The function's ARN; none of a pause.
    pub function: Option<String>,
    /// The stage that asks.
    pub stage: Stage,
    /// When it was asked.
    pub asked: Timestamp,
    /// Where it is.
    pub status: Status,
    /// When it is over by itself.
    pub expires: Timestamp,
    /// What becomes of the deployment then.
    pub on_timeout: Action,
    /// The function's last answer, and when it comes.
    answers: Option<(Timestamp, Answer)>,
}

impl Hook {
    /// The hook `of` the service's configuration, asked in `stage` at `now`.
    pub fn ask(id: String, of: &Value, stage: Stage, script: &Answers, now: Timestamp) -> Self {
        let function = of.get("hookTargetArn").and_then(Value::as_str);
        let function = function.filter(|_| !is_pause(of)).map(str::to_owned);
        let timeout = of.get("timeoutConfiguration");
        let minutes = timeout.and_then(|it| it.get("timeoutInMinutes")?.as_i64());
        let action = timeout.and_then(|it| it.get("action")?.as_str());
        let answers = function.is_some().then(|| answer(script, now));
        Self {
            id,
            stage,
            asked: now,
            status: match function {
                Some(_) => Status::InProgress,
                None => Status::AwaitingAction,
            },
            expires: later(now, SignedDuration::from_mins(minutes.unwrap_or(1440))),
            on_timeout: match action {
                Some("CONTINUE") => Action::Continue,
                _ => Action::Rollback,
            },
            function,
            answers,
        }
    }

    /// When something becomes of it by itself.
    pub fn due(&self) -> Option<Timestamp> {
        let answered = self.answers.map(|(at, _)| at);
        let due = answered.map_or(self.expires, |at| at.min(self.expires));
        (!self.status.is_over()).then_some(due)
    }

    /// Lets what is due become of it; what follows for the deployment, when it is over by that.
    pub fn settle(&mut self, now: Timestamp) -> Option<Action> {
        self.due().filter(|due| *due <= now)?;
        let (status, action) = match self.answers {
            Some((at, answer)) if at <= self.expires => match answer {
                Answer::Succeeded => (Status::Succeeded, Action::Continue),
                Answer::Failed | Answer::None => (Status::Failed, Action::Rollback),
            },
            _ => (Status::TimedOut, self.on_timeout),
        };
        self.status = status;
        Some(action)
    }

    /// Somebody ends the pause.
    pub fn act(&mut self, action: Action) {
        self.status = match action {
            Action::Continue => Status::Succeeded,
            Action::Rollback => Status::Failed,
        };
    }
}

/// Is it one that only waits?
pub fn is_pause(of: &Value) -> bool {
    of.get("targetType").and_then(Value::as_str) == Some("PAUSE")
}

fn answer(script: &Answers, now: Timestamp) -> (Timestamp, Answer) {
    let mut at = now;
    for _ in 0..script.in_progress {
        at = later(later(at, script.takes), script.delay);
    }
    let last = match script.answer {
        Answer::None => CALL,
        _ => script.takes,
    };
    (later(at, last), script.answer)
}
