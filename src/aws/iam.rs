//! The edge to IAM: a role, and what policies say to something that somebody would do.
//!
//! Never waits and never decides.

use crate::aws::Aws;
use crate::aws::answer::{found, half, unusable};
use crate::aws::ask::Asking;
use crate::aws::direct::{self, Direct, Element, Protocol, Service, result};
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

    /// What the policies of `who`, a role's or user's ARN, say to `asked`, for each of its resources
    /// in their order.
    pub async fn would_allow(&self, who: &str, asked: &Asked<'_>) -> Result<Vec<Decision>> {
        const ACTION: &str = "iam:SimulatePrincipalPolicy";
        let body = asked.of(who);
        let ask = async || {
            let answered = self
                .way
                .call("SimulatePrincipalPolicy", body.clone())
                .await?;
            let answer = answered.map_err(seen(ACTION))?;
            let answer = result(ACTION, &answer, "SimulatePrincipalPolicyResult")?;
            let decided = |resource: &&str| {
                let mut results = answer.members("EvaluationResults");
                let of_it = results.find(|it| it.text("EvalResourceName") == Some(*resource));
                of_it.and_then(decision)
            };
            let each = asked.resources.iter().map(decided);
            let all: Option<Vec<_>> = each.collect();
            all.ok_or_else(|| half(ACTION, "EvalDecision"))
        };
        self.asking.ask(ask).await
    }
}

/// What somebody would do.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// `iam:PassRole`.
    pub action: &'a str,
    /// ARNs.
    pub resources: &'a [&'a str],
    /// A condition key and its value.
    pub context: Option<(&'a str, &'a str)>,
}

/// What policies say to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// They allow it.
    Allowed,
    /// They do not.
    Denied,
    /// They do not as far as AWS could tell without the values of these condition keys.
    Depends(Vec<String>),
}

impl Asked<'_> {
    /// The request's fields, about `who`.
    fn of(&self, who: &str) -> String {
        let mut fields = vec![
            ("PolicySourceArn".to_owned(), who),
            ("ActionNames.member.1".to_owned(), self.action),
        ];
        if let Some((key, value)) = self.context {
            let entry = |name: &str| format!("ContextEntries.member.1.{name}");
            fields.push((entry("ContextKeyName"), key));
            fields.push((entry("ContextKeyType"), "string"));
            fields.push((entry("ContextKeyValues.member.1"), value));
        }
        let resources = self.resources.iter().zip(1..);
        fields.extend(
            resources
                .map(|(resource, number)| (format!("ResourceArns.member.{number}"), *resource)),
        );
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, it)| (name.as_str(), *it))
            .collect();
        direct::form(&fields)
    }
}

fn decision(said: &Element) -> Option<Decision> {
    let missing = said.members("MissingContextValues");
    let missing: Vec<_> = missing.map(|it| it.content().to_owned()).collect();
    Some(match said.text("EvalDecision")? {
        "allowed" => Decision::Allowed,
        // A statement that denies is known to hold.
        "explicitDeny" => Decision::Denied,
        _ if missing.is_empty() => Decision::Denied,
        _ => Decision::Depends(missing),
    })
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
