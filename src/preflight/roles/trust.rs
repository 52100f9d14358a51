//! What a trust policy says to ECS
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>).
//!
//! Statements may hang on conditions. The two that AWS advises for the roles of tasks are judged,
//! `aws:SourceAccount` and `aws:SourceArn`
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>); of all others
//! nobody here knows whether they hold, and that is the answer then.

use super::ECS_TASKS;
use super::pattern::matches;
use serde_json::Value;

/// Where the tasks are that a role is for.
#[derive(Debug, Clone, Copy)]
pub struct Whom<'a> {
    /// `aws`.
    pub partition: &'a str,
    /// Twelve digits.
    pub account: &'a str,
    /// `eu-west-1`.
    pub region: &'a str,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// ECS may assume the role for tasks.
    Trusts,
    /// It may not, with what stands in the way where that is a condition or a denial.
    TrustsNot(Vec<String>),
    /// It hangs on something that is not judged.
    NotJudged(String),
}

/// Whether a statement or a condition holds.
enum Holds {
    Yes,
    No(String),
    Unknown(String),
}

/// What the trust policy says to the tasks of `whom`.
pub fn judged(policy: &Value, whom: &Whom<'_>) -> Trust {
    let statements = one_or_many(policy.get("Statement"));
    let mut so_far = Seen::default();
    for statement in statements {
        let effect = statement.get("Effect").and_then(Value::as_str);
        if let (Some(effect), Some(holds)) = (effect, about(statement, whom)) {
            so_far.take(effect, holds);
        }
    }
    so_far.judged()
}

/// What the statements have come to so far.
#[derive(Default)]
struct Seen {
    allowed: bool,
    denied: bool,
    may_allow: Option<String>,
    may_deny: Option<String>,
    in_the_way: Vec<String>,
}

impl Seen {
    fn take(&mut self, effect: &str, holds: Holds) {
        match (effect, holds) {
            ("Allow", Holds::Yes) => self.allowed = true,
            ("Allow", Holds::No(why)) => self.in_the_way.push(why),
            ("Allow", Holds::Unknown(why)) => self.may_allow = Some(why),
            ("Deny", Holds::Yes) => self.denied = true,
            ("Deny", Holds::Unknown(why)) => self.may_deny = Some(why),
            _ => {}
        }
    }

    /// One denial outweighs all that allow.
    fn judged(self) -> Trust {
        let denies = || vec!["a statement of its trust policy denies it".to_owned()];
        match self {
            Self { denied: true, .. } => Trust::TrustsNot(denies()),
            Self {
                allowed: true,
                may_deny: None,
                ..
            } => Trust::Trusts,
            Self {
                allowed: true,
                may_deny: Some(why),
                ..
            } => Trust::NotJudged(format!("a statement denies it on {why}")),
            Self {
                may_allow: Some(why),
                ..
            } => Trust::NotJudged(why),
            _ => Trust::TrustsNot(self.in_the_way),
        }
    }
}

/// Whether a statement about ECS and `sts:AssumeRole` holds; `None`: it is about something else.
fn about(statement: &Value, whom: &Whom<'_>) -> Option<Holds> {
    let but = |name: &str| statement.get(name).is_some();
    if but("NotPrincipal") || but("NotAction") {
        let rest = (but("NotPrincipal") || names_ecs(statement))
            && (but("NotAction") || assumes(statement));
        let why = "a statement with NotPrincipal or NotAction";
        return rest.then(|| Holds::Unknown(why.to_owned()));
    }
    (names_ecs(statement) && assumes(statement)).then(|| all(statement, whom))
}

fn names_ecs(statement: &Value) -> bool {
    let everybody = |it: Option<&Value>| one_or_many(it).iter().any(|it| *it == "*");
    match statement.get("Principal") {
        Some(Value::Object(of_kind)) => {
            let services = one_or_many(of_kind.get("Service"));
            services.iter().any(|it| *it == ECS_TASKS) || everybody(of_kind.get("AWS"))
        }
        all => everybody(all),
    }
}

fn assumes(statement: &Value) -> bool {
    let actions = one_or_many(statement.get("Action")).into_iter();
    let mut actions = actions.filter_map(Value::as_str);
    actions.any(|it| matches(&it.to_ascii_lowercase(), "sts:assumerole"))
}

/// Whether all conditions of a statement hold.
fn all(statement: &Value, whom: &Whom<'_>) -> Holds {
    let operators = statement.get("Condition").and_then(Value::as_object);
    let mut unknown = None;
    for (operator, keys) in operators.into_iter().flatten() {
        for (key, values) in keys.as_object().into_iter().flatten() {
            match holds(operator, key, values, whom) {
                Holds::Yes => {}
                Holds::Unknown(why) => unknown = Some(why),
                no @ Holds::No(_) => return no,
            }
        }
    }
    unknown.map_or(Holds::Yes, Holds::Unknown)
}

/// Whether a condition holds. Keys compare without regard to case.
fn holds(operator: &str, key: &str, values: &Value, whom: &Whom<'_>) -> Holds {
    let operator = operator.strip_suffix("IfExists").unwrap_or(operator);
    let patterns: Vec<_> = one_or_many(Some(values));
    let patterns = || patterns.iter().filter_map(|it| it.as_str());
    let holds: fn(&str, &Whom<'_>) -> Option<bool> =
        match (operator, key.to_ascii_lowercase().as_str()) {
            ("StringEquals" | "StringLike", "aws:sourceaccount") => {
                |pattern, whom| Some(matches(pattern, whom.account))
            }
            ("ArnLike" | "ArnEquals" | "StringLike", "aws:sourcearn") => of_arn,
            _ => return Holds::Unknown(format!("the condition {key}")),
        };
    let judged: Vec<_> = patterns().map(|pattern| holds(pattern, whom)).collect();
    if judged.contains(&Some(true)) {
        return Holds::Yes;
    }
    if judged.contains(&None) {
        return Holds::Unknown(format!("the condition {key}"));
    }
    let only: Vec<_> = patterns().collect();
    Holds::No(format!(
        "it does so only where {key} is {}; the service is in {}, {}",
        only.join(" or "),
        whom.account,
        whom.region
    ))
}

/// ECS names a source in the account and region of the task, and no more can be relied on: a pattern
/// that is narrower is not judged.
fn of_arn(pattern: &str, whom: &Whom<'_>) -> Option<bool> {
    let Whom {
        partition,
        account,
        region,
    } = whom;
    let beginning = format!("arn:{partition}:ecs:{region}:{account}:");
    if matches(pattern, &format!("{beginning}\u{0}")) {
        return Some(true);
    }
    let parts = pattern.splitn(6, ':').zip(beginning.split(':')).take(5);
    let mut parts = parts.map(|(pattern, part)| matches(pattern, part));
    if parts.all(|fits| fits) {
        None
    } else {
        Some(false)
    }
}

fn one_or_many(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(many)) => many.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
