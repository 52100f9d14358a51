//! A missing permission, taken from AWS's sentence, and the IAM statement that would give it.

use super::AwsFailure;
use crate::failure::{Code, Failure};
use crate::model::arn::Arn;
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
    /// The action that was asked for, which may need another one.
    asked: &'a str,
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
            asked: &failure.action,
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
        let add = format!(
            "Add to the role's policy (docs/permissions.md has all that a run needs): {}",
            self.statement()
        );
        match self.misnamed() {
            Some(misnamed) => format!("{add}. {misnamed}"),
            None => add,
        }
    }

    /// A role that may see one service only answers so to every other name: to a misspelt one too.
    fn misnamed(&self) -> Option<String> {
        let reads = ["Describe", "Get", "List", "BatchGet"];
        let (_, operation) = self.action.split_once(':')?;
        let resource: Arn = self.resource?.parse().ok()?;
        let reads = reads.iter().any(|verb| operation.starts_with(verb));
        let (thing, name, inputs) = named(&resource).filter(|_| reads)?;
        Some(format!(
            "Or, if {name} is not the {thing} that you mean, correct the input: {inputs}."
        ))
    }

    /// The least that allows it.
    fn statement(&self) -> serde_json::Value {
        let resource = self.resource.unwrap_or("*");
        let mut statement = json!({"Effect": "Allow", "Action": self.action, "Resource": resource});
        if self.action == "iam:PassRole"
            && let Some(fields) = statement.as_object_mut()
        {
            // A service's own roles are ECS's, those of a task definition its tasks'.
            let service = match self.asked {
                "ecs:UpdateService" => "ecs.amazonaws.com",
                _ => "ecs-tasks.amazonaws.com",
            };
            let passed_to = json!({"iam:PassedToService": service});
            fields.insert("Condition".to_owned(), json!({"StringEquals": passed_to}));
        }
        statement
    }
}

/// What the resource is, its name, and the inputs that name such a thing.
fn named(resource: &Arn) -> Option<(&'static str, &str, &'static str)> {
    let kinds = [
        (
            "ecs",
            "service/",
            "service",
            "`service`, `cluster` or `aws-region`",
        ),
        ("ecs", "cluster/", "cluster", "`cluster` or `aws-region`"),
        (
            "ecr",
            "repository/",
            "repository",
            "`repository`, `image` or `images`",
        ),
        (
            "codedeploy",
            "application:",
            "application",
            "`codedeploy-application`, or the `service` and `cluster` that it is called after",
        ),
        (
            "codedeploy",
            "deploymentgroup:",
            "deployment group",
            "`codedeploy-application` or `codedeploy-deployment-group`, or the `service` and \
             `cluster` that they are called after",
        ),
        (
            "codedeploy",
            "deploymentconfig:",
            "deployment config",
            "`codedeploy-deployment-config`",
        ),
    ];
    kinds
        .into_iter()
        .find_map(|(service, prefix, thing, inputs)| {
            let name = resource.resource.strip_prefix(prefix)?;
            (resource.service == service).then_some((thing, name, inputs))
        })
}

fn word_after<'a>(said: &'a str, label: &str) -> Option<&'a str> {
    let (_, rest) = said.split_once(label)?;
    let word = rest.split_whitespace().next()?;
    Some(word.trim_end_matches(['.', ',']))
}
