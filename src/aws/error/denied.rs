//! A missing permission, taken from AWS's sentence, and the IAM statement that would give it.

use super::AwsFailure;
use crate::failure::{Code, Failure};
use serde_json::json;

/// What AWS's sentence names.
///
/// "User: … is not authorized to perform: ecs:UpdateService on resource: … because no
/// identity-based policy allows the ecs:UpdateService action"
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>).
struct Denial<'a> {
    user: Option<&'a str>,
    action: &'a str,
    resource: Option<&'a str>,
    explicit: bool,
}

/// Names action, resource and the statement to add.
pub(super) fn explain(failure: &AwsFailure) -> Failure {
    let denial = Denial::read(failure);
    let on = denial
        .resource
        .map_or(String::new(), |r| format!(" on {r}"));
    let what = format!("no permission for {}{on}", denial.action);
    let help = denial.help();
    let refused = Failure::new(Code::AccessDenied, what, help);
    let refused = match denial.user {
        Some(user) => refused.because(format!("asked as {user}")),
        None => refused,
    };
    if denial.action == failure.action {
        return refused;
    }
    refused.because(format!("needed by {}", failure.action))
}

impl<'a> Denial<'a> {
    fn read(failure: &'a AwsFailure) -> Self {
        let said = &failure.message;
        Self {
            user: word_after(said, "User: "),
            action: word_after(said, "to perform: ").unwrap_or(&failure.action),
            resource: word_after(said, "on resource: "),
            explicit: said.contains("explicit deny"),
        }
    }

    fn help(&self) -> String {
        if self.explicit {
            return format!(
                "A policy (of the role, its permissions boundary, the resource or the \
                 organization) denies {} explicitly: change that policy; allowing it elsewhere \
                 does not help.",
                self.action
            );
        }
        format!("Add to the role's policy: {}", self.statement())
    }

    /// The least that allows it.
    fn statement(&self) -> serde_json::Value {
        let resource = self.resource.unwrap_or("*");
        let mut statement = json!({"Effect": "Allow", "Action": self.action, "Resource": resource});
        if self.action == "iam:PassRole"
            && let Some(fields) = statement.as_object_mut()
        {
            let passed_to = json!({"iam:PassedToService": "ecs-tasks.amazonaws.com"});
            fields.insert("Condition".to_owned(), json!({"StringEquals": passed_to}));
        }
        statement
    }
}

fn word_after<'a>(said: &'a str, label: &str) -> Option<&'a str> {
    let (_, rest) = said.split_once(label)?;
    let word = rest.split_whitespace().next()?;
    Some(word.trim_end_matches(['.', ',']))
}
