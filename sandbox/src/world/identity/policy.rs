//! IAM policy documents: how they are written, and what they say to a request.
//!
//! The grammar is IAM's; what is not understood here (an operator, a key) is refused when the
//! document is read, never skipped over when it is judged.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

mod condition;
mod one_or_many;

pub use condition::Conditions;
pub use one_or_many::OneOrMany;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A policy document.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Policy {
    /// The name it goes by in `docs/permissions.md`; empty for any other.
    #[serde(skip)]
    pub name: String,
    /// `2012-10-17`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What it says; one denial outweighs every permission.
    pub statement: Vec<Statement>,
}

impl Policy {
    /// A policy that permits or forbids these actions on these resources.
    pub fn of(effect: Effect, actions: &OneOrMany, resources: &OneOrMany) -> Self {
        let statement = Statement {
            sid: None,
            effect,
            principal: BTreeMap::new(),
            action: actions.clone(),
            resource: resources.clone(),
            condition: Conditions::default(),
        };
        Self {
            name: String::new(),
            version: None,
            statement: vec![statement],
        }
    }
}

/// One statement of a policy.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Statement {
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Whether it permits or forbids.
    pub effect: Effect,
    /// Whom it is about; only in trust policies: `Federated`, `AWS`, `Service`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub principal: BTreeMap<String, OneOrMany>,
    /// The actions it is about, with `*` and `?`.
    pub action: OneOrMany,
    /// The ARNs it is about, with `*` and `?`; absent in trust policies.
    #[serde(default, skip_serializing_if = "OneOrMany::is_empty")]
    pub resource: OneOrMany,
    /// When it holds.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub condition: Conditions,
}

/// Whether a statement permits or forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum Effect {
    /// Permits.
    Allow,
    /// Forbids, whatever else permits.
    Deny,
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// `ecs:UpdateService`.
    pub action: &'a str,
    /// An ARN, or `*` where IAM knows no resource for the action.
    pub resource: &'a str,
    /// Condition keys with their values; keys compare without regard to case.
    pub context: &'a [(&'a str, &'a str)],
}

/// What policies say to an [`Ask`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A statement permits it and none forbids it.
    Allowed,
    /// No statement permits it.
    Unmentioned,
    /// A statement forbids it.
    Denied,
}

/// What `policies` say to `ask`, all together.
pub fn judge(policies: &[Policy], ask: &Ask<'_>) -> Verdict {
    let holding = policies
        .iter()
        .flat_map(|policy| &policy.statement)
        .filter(|statement| covers(statement, ask) && covers_resource(statement, ask));
    weigh(holding)
}

/// Does this statement give what is asked for?
pub fn gives(statement: &Statement, ask: &Ask<'_>) -> bool {
    statement.effect == Effect::Allow && covers(statement, ask) && covers_resource(statement, ask)
}

/// What a trust policy says to somebody named by `principal` (`("Federated", "arn:…")`).
pub fn judge_trust(trust: &Policy, principal: (&str, &str), ask: &Ask<'_>) -> Verdict {
    let (kind, name) = principal;
    let named = |statement: &&Statement| {
        statement
            .principal
            .get(kind)
            .is_some_and(|names| names.iter().any(|n| n == name || n == "*"))
    };
    let holding = trust
        .statement
        .iter()
        .filter(named)
        .filter(|statement| covers(statement, ask));
    weigh(holding)
}

fn weigh<'a>(holding: impl Iterator<Item = &'a Statement>) -> Verdict {
    holding.fold(Verdict::Unmentioned, |so_far, statement| {
        match (so_far, statement.effect) {
            (Verdict::Denied, _) | (_, Effect::Deny) => Verdict::Denied,
            (_, Effect::Allow) => Verdict::Allowed,
        }
    })
}

fn covers(statement: &Statement, ask: &Ask<'_>) -> bool {
    let mut patterns = statement.action.iter();
    patterns.any(|pattern| is_action(pattern, ask.action)) && statement.condition.hold(ask.context)
}

/// Does `action` match `pattern`, whatever the case of both?
fn is_action(pattern: &str, action: &str) -> bool {
    if pattern.contains(['*', '?']) {
        return matches(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase());
    }
    pattern.eq_ignore_ascii_case(action)
}

fn covers_resource(statement: &Statement, ask: &Ask<'_>) -> bool {
    let mut patterns = statement.resource.iter();
    patterns.any(|pattern| matches(pattern, ask.resource))
}

/// Does `text` match `pattern`, where `*` stands for any characters and `?` for one?
pub fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return fits(pattern, text) == Some("");
    };
    let Some(mut text) = fits(head, text) else {
        return false;
    };
    let mut pieces = rest.split('*').peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return ends_with(text, piece);
        }
        match tails(text).find_map(|tail| fits(piece, tail)) {
            Some(after) => text = after,
            None => return false,
        }
    }
    true
}

/// What is left of `text` after `piece`, in which only `?` is special.
fn fits<'a>(piece: &str, text: &'a str) -> Option<&'a str> {
    let mut rest = text.chars();
    for wanted in piece.chars() {
        let found = rest.next()?;
        if wanted != '?' && wanted != found {
            return None;
        }
    }
    Some(rest.as_str())
}

fn ends_with(text: &str, piece: &str) -> bool {
    tails(text).any(|tail| fits(piece, tail) == Some(""))
}

/// `text` and everything that is left of it when characters are taken from its front.
fn tails(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.char_indices().map(|(at, _)| at);
    starts.chain([text.len()]).filter_map(|at| text.get(at..))
}

#[cfg(test)]
mod tests;
