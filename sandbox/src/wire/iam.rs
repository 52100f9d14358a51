//! IAM's reads (version 2010-05-08): a role, and what policies say to calls that nobody makes.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/>

use super::aws::Caller;
use super::aws_error::AwsError;
use super::query::{Form, QueryService, element};
use crate::world::World;
use crate::world::identity::policy::{Ask, Policy, Verdict, judge};
use crate::world::identity::{Revoked, Role, role_id};
use http::StatusCode;

/// IAM, as the protocol sees it.
pub const SERVICE: QueryService = QueryService {
    prefix: "iam",
    signing: "iam",
    version: "2010-05-08",
    namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    unsigned: &[],
    resources,
    call,
};

/// The role that is read, or whose policies are asked.
fn resources(world: &World, operation: &str, form: &Form) -> Vec<String> {
    vec![match operation {
        "SimulatePrincipalPolicy" => form.get("PolicySourceArn").unwrap_or_default().to_owned(),
        _ => role_arn(world, form.get("RoleName").unwrap_or_default()),
    }]
}

fn role_arn(world: &World, name: &str) -> String {
    format!("arn:aws:iam::{}:role/{name}", world.account)
}

fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    form: &Form,
) -> Result<String, AwsError> {
    match operation {
        "GetRole" => get_role(world, form),
        "SimulatePrincipalPolicy" => simulate(world, form),
        _ => Err(AwsError::client(
            "InvalidAction",
            format!(
                "Could not find operation {operation} for version {}",
                SERVICE.version
            ),
        )),
    }
}

fn needed<'a>(form: &'a Form, name: &str) -> Result<&'a str, AwsError> {
    let value = form.get(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| {
        let mut field = name.to_owned();
        field.get_mut(..1).map(str::make_ascii_lowercase);
        let words = format!(
            "1 validation error detected: Value null at '{field}' failed to satisfy constraint: \
             Member must not be null"
        );
        AwsError::client("ValidationError", words)
    })
}

fn no_entity(words: String) -> AwsError {
    AwsError {
        status: StatusCode::NOT_FOUND,
        ..AwsError::client("NoSuchEntity", words)
    }
}

fn get_role(world: &World, form: &Form) -> Result<String, AwsError> {
    let name = needed(form, "RoleName")?;
    let role = world.identity.roles.get(name);
    let none = || no_entity(format!("The role with name {name} cannot be found."));
    let role = role.ok_or_else(none)?;
    Ok(format!("<Role>{}</Role>", render(world, name, role)))
}

/// The trust policy is percent-encoded, as RFC 3986 has it.
fn render(world: &World, name: &str, role: &Role) -> String {
    let trust = serde_json::to_string(&role.trust).unwrap_or_default();
    let trust: String = form_urlencoded::byte_serialize(trust.as_bytes()).collect();
    let created = world.anchor.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    [
        element("Path", "/"),
        element("RoleName", name),
        element("RoleId", &role_id(name)),
        element("Arn", &role_arn(world, name)),
        element("CreateDate", &created),
        element("AssumeRolePolicyDocument", &trust.replace('+', "%20")),
        element("MaxSessionDuration", &role.max_session_seconds.to_string()),
    ]
    .concat()
}

fn simulate(world: &World, form: &Form) -> Result<String, AwsError> {
    let source = needed(form, "PolicySourceArn")?;
    let (policies, revoked) = principal(world, source)?;
    let actions = form.list("ActionNames");
    needed(form, "ActionNames.member.1")?;
    let resources = match form.list("ResourceArns") {
        none if none.is_empty() => vec!["*"],
        some => some,
    };
    let context = context(form);
    let context: Vec<(&str, &str)> = context.iter().map(|(key, it)| (*key, *it)).collect();
    let mut results = String::new();
    for action in actions {
        for resource in &resources {
            let ask = Ask {
                action,
                resource,
                context: &context,
            };
            let taken = revoked.iter().any(|it| it.covers(action, resource));
            let decision = match judge(policies, &ask) {
                Verdict::Allowed if !taken => "allowed",
                Verdict::Allowed | Verdict::Unmentioned => "implicitDeny",
                Verdict::Denied => "explicitDeny",
            };
            results.push_str(&result(action, resource, decision));
        }
    }
    Ok(format!(
        "<IsTruncated>false</IsTruncated><EvaluationResults>{results}</EvaluationResults>"
    ))
}

fn result(action: &str, resource: &str, decision: &str) -> String {
    let inside = [
        element("EvalActionName", action),
        element("EvalResourceName", resource),
        element("EvalDecision", decision),
        "<MatchedStatements/><MissingContextValues/>".to_owned(),
    ];
    format!("<member>{}</member>", inside.concat())
}

/// The policies of a role or user, and what was taken from it.
fn principal<'a>(world: &'a World, arn: &str) -> Result<(&'a [Policy], &'a [Revoked]), AwsError> {
    let (beginning, name) = arn.rsplit_once('/').unwrap_or_default();
    let identity = &world.identity;
    let account = format!("arn:aws:iam::{}", world.account);
    let found = match beginning.strip_prefix(&account) {
        Some(":role") => identity
            .roles
            .get(name)
            .map(|it| (it.policies.as_slice(), it.revoked.as_slice())),
        Some(":user") => identity
            .users
            .get(name)
            .map(|it| (it.policies.as_slice(), [].as_slice())),
        _ => {
            let words =
                format!("Invalid Entity Arn: {arn} does not clearly define entity type and name.");
            return Err(AwsError::client("InvalidInput", words));
        }
    };
    found.ok_or_else(|| no_entity(format!("The principal {arn} cannot be found.")))
}

/// Context keys with their first value.
fn context(form: &Form) -> Vec<(&str, &str)> {
    let field =
        |number: u32, name: &str| form.get(&format!("ContextEntries.member.{number}.{name}"));
    (1..)
        .map_while(|number| Some((number, field(number, "ContextKeyName")?)))
        .filter_map(|(number, key)| Some((key, field(number, "ContextKeyValues.member.1")?)))
        .collect()
}
