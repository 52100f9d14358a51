//! The edge to IAM: a role, and whether somebody may pass it on.
//!
//! Never waits and never decides.

use crate::aws::Aws;
use crate::aws::answer::{found, half, unusable};
use crate::aws::ask::Asking;
use crate::aws::direct::{self, Direct, Protocol, Service, result};
use crate::aws::error::seen;
use anyhow::Result;
use aws_smithy_types::error::ErrorMetadata;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/>
const IAM: Service = Service {
    id: "IAM",
    host: "iam",
    protocol: Protocol::Query("2010-05-08"),
};

/// IAM of one account.
#[derive(Debug, Clone)]
pub struct Iam {
    way: Direct,
    asking: Asking,
}

/// A role.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// Who may assume it: the trust policy's document.
    pub trust: Value,
}

impl Iam {
    /// IAM as `aws` reaches it.
    pub fn new(aws: &Aws) -> Self {
        Self {
            way: Direct::new(aws, &IAM),
            asking: aws.asking.clone(),
        }
    }

    /// The role of this name, without its path; `None` when it is not there.
    pub async fn role(&self, name: &str) -> Result<Option<Role>> {
        const ACTION: &str = "iam:GetRole";
        let body = direct::form(&[("RoleName", name)]);
        let ask = async || {
            let answered = self.way.call("GetRole", body.clone()).await?;
            let absent = |error: &ErrorMetadata| error.code() == Some("NoSuchEntity");
            let Some(answer) = found(ACTION, answered, absent)? else {
                return Ok(None);
            };
            role(&answer).map(Some)
        };
        self.asking.ask(ask).await
    }

    /// Whether the policies of `who`, a role's or user's ARN, let it pass each of `roles` to
    /// `service` (`ecs-tasks.amazonaws.com`), in their order.
    pub async fn may_pass(&self, who: &str, roles: &[&str], service: &str) -> Result<Vec<bool>> {
        const ACTION: &str = "iam:SimulatePrincipalPolicy";
        let body = simulated(who, roles, service);
        let ask = async || {
            let answered = self
                .way
                .call("SimulatePrincipalPolicy", body.clone())
                .await?;
            let answer = answered.map_err(seen(ACTION))?;
            let answer = result(ACTION, &answer, "SimulatePrincipalPolicyResult")?;
            let decided = |role: &&str| {
                let mut results = answer.members("EvaluationResults");
                let of_role = results.find(|it| it.text("EvalResourceName") == Some(*role));
                let decision = of_role.and_then(|it| it.text("EvalDecision"));
                decision.ok_or_else(|| half(ACTION, "EvalDecision"))
            };
            let decisions = roles.iter().map(|role| Ok(decided(role)? == "allowed"));
            decisions.collect()
        };
        self.asking.ask(ask).await
    }
}

fn simulated(who: &str, roles: &[&str], service: &str) -> String {
    let mut fields = vec![
        ("PolicySourceArn".to_owned(), who),
        ("ActionNames.member.1".to_owned(), "iam:PassRole"),
        (
            "ContextEntries.member.1.ContextKeyName".to_owned(),
            "iam:PassedToService",
        ),
        (
            "ContextEntries.member.1.ContextKeyType".to_owned(),
            "string",
        ),
        (
            "ContextEntries.member.1.ContextKeyValues.member.1".to_owned(),
            service,
        ),
    ];
    let roles = roles.iter().zip(1..);
    fields.extend(roles.map(|(role, number)| (format!("ResourceArns.member.{number}"), *role)));
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, it)| (name.as_str(), *it))
        .collect();
    direct::form(&fields)
}

fn role(answer: &[u8]) -> Result<Role> {
    const ACTION: &str = "iam:GetRole";
    let result = result(ACTION, answer, "GetRoleResult")?;
    let role = result.child("Role").ok_or_else(|| half(ACTION, "Role"))?;
    let arn = role.text("Arn").ok_or_else(|| half(ACTION, "Arn"))?;
    let trust = role.text("AssumeRolePolicyDocument");
    let trust = trust.ok_or_else(|| half(ACTION, "AssumeRolePolicyDocument"))?;
    let trust = percent_decode_str(trust).decode_utf8_lossy();
    let trust = serde_json::from_str(&trust);
    Ok(Role {
        arn: arn.to_owned(),
        trust: trust.map_err(|error| unusable(ACTION, &error.to_string()))?,
    })
}
