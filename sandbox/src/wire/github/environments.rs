//! Environments, as GitHub shows them.
//!
//! <https://docs.github.com/en/rest/deployments/environments>

use super::page::page;
use super::request::{Asked, Refusal};
use super::{Answered, shape};
use crate::world::World;
use crate::world::github::environment::{Branches, Environment, Reviewer};
use crate::world::github::{Repository, Team};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

pub(super) fn get(world: &World, asked: &Asked, rest: &[&str]) -> Result<Answered, Refusal> {
    let repository = asked.repository(world)?;
    let found = |name: &str| {
        let environment = repository.environment(name);
        environment.ok_or_else(Refusal::not_found)
    };
    match *rest {
        [] => Ok(list(world, asked, repository)),
        [name] => Ok(Answered::ok(full(world, repository, found(name)?))),
        [name, "deployment_protection_rules"] => Ok(Answered::ok(custom_rules(found(name)?))),
        [name, "deployment-branch-policies"] => Ok(Answered::ok(branch_policies(found(name)?))),
        _ => Err(Refusal::not_found()),
    }
}

fn list(world: &World, asked: &Asked, repository: &Repository) -> Answered {
    let all = repository.environments.iter();
    let all: Vec<Value> = all.map(|e| full(world, repository, e)).collect();
    let total = all.len();
    let (environments, link) = page(world, asked, all);
    Answered {
        link,
        ..Answered::ok(json!({"total_count": total, "environments": environments}))
    }
}

/// An environment as pending deployments and approvals name it.
pub(super) fn short(world: &World, repository: &Repository, environment: &Environment) -> Value {
    let name = utf8_percent_encode(&environment.name, NON_ALPHANUMERIC);
    let url = shape::repository_url(world, repository);
    let web = format!("{}/{}", shape::web(world), repository.full_name());
    json!({
        "id": environment.id,
        "node_id": shape::node_id("EN", environment.id),
        "name": environment.name,
        "url": format!("{url}/environments/{name}"),
        "html_url": format!(
            "{web}/deployments/activity_log?environments_filter={name}"
        ),
    })
}

/// [`short`], with the environment's own dates.
pub(super) fn dated(world: &World, repository: &Repository, environment: &Environment) -> Value {
    let mut shape = short(world, repository, environment);
    let dates = [
        ("created_at", environment.created_at),
        ("updated_at", environment.created_at),
    ];
    if let Value::Object(fields) = &mut shape {
        fields.extend(dates.map(|(name, at)| (name.to_owned(), json!(shape::time(at)))));
    }
    shape
}

fn full(world: &World, repository: &Repository, environment: &Environment) -> Value {
    let mut shape = dated(world, repository, environment);
    if let Value::Object(fields) = &mut shape {
        let more = [
            ("can_admins_bypass", json!(environment.can_admins_bypass)),
            (
                "protection_rules",
                rules(world, repository, environment).into(),
            ),
            ("deployment_branch_policy", branch_policy(environment)),
        ];
        fields.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    shape
}

fn rules(world: &World, repository: &Repository, environment: &Environment) -> Vec<Value> {
    let rule = |offset: u64, kind: &str| {
        let id = environment.id * 10 + offset;
        json!({"id": id, "node_id": shape::node_id("GA", id), "type": kind})
    };
    let mut rules = Vec::new();
    if environment.wait_timer > 0 {
        let mut timer = rule(1, "wait_timer");
        put(&mut timer, "wait_timer", json!(environment.wait_timer));
        rules.push(timer);
    }
    if !environment.reviewers.is_empty() {
        let mut required = rule(2, "required_reviewers");
        let reviewers = reviewers(world, repository, environment);
        put(
            &mut required,
            "prevent_self_review",
            json!(environment.prevent_self_review),
        );
        put(&mut required, "reviewers", reviewers.into());
        rules.push(required);
    }
    if environment.branches != Branches::All {
        rules.push(rule(3, "branch_policy"));
    }
    rules
}

fn put(shape: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = shape {
        fields.insert(name.to_owned(), value);
    }
}

/// The reviewers of an environment, people and teams.
pub(super) fn reviewers(
    world: &World,
    repository: &Repository,
    environment: &Environment,
) -> Vec<Value> {
    let team = |slug: &str| -> Option<&Team> {
        let mut teams = world.github.teams.iter();
        teams.find(|team| team.slug == slug)
    };
    let shape = |reviewer: &Reviewer| match reviewer {
        Reviewer::User(login) => {
            Some(json!({"type": "User", "reviewer": shape::user(world, login)}))
        }
        Reviewer::Team(slug) => {
            let team = shape::team(world, &repository.owner, team(slug)?);
            Some(json!({"type": "Team", "reviewer": team}))
        }
    };
    environment.reviewers.iter().filter_map(shape).collect()
}

fn branch_policy(environment: &Environment) -> Value {
    match environment.branches {
        Branches::All => Value::Null,
        Branches::Protected => {
            json!({"protected_branches": true, "custom_branch_policies": false})
        }
        Branches::Custom(_) => {
            json!({"protected_branches": false, "custom_branch_policies": true})
        }
    }
}

fn branch_policies(environment: &Environment) -> Value {
    let patterns: &[String] = match &environment.branches {
        Branches::Custom(patterns) => patterns,
        Branches::All | Branches::Protected => &[],
    };
    let policies = patterns.iter().zip(1..).map(|(name, number)| {
        let id = environment.id * 100 + number;
        json!({"id": id, "node_id": shape::node_id("GP", id), "name": name, "type": "branch"})
    });
    let policies: Vec<Value> = policies.collect();
    json!({"total_count": policies.len(), "branch_policies": policies})
}

fn custom_rules(environment: &Environment) -> Value {
    let rules = environment
        .custom_rules
        .iter()
        .zip(1..)
        .map(|(slug, number)| {
            let id = environment.id * 1000 + number;
            json!({
                "id": id,
                "node_id": shape::node_id("GR", id),
                "enabled": true,
                "app": {
                    "id": id,
                    "node_id": shape::node_id("A", id),
                    "slug": slug,
                    "integration_url": format!("https://api.github.com/apps/{slug}"),
                },
            })
        });
    let rules: Vec<Value> = rules.collect();
    json!({"total_count": rules.len(), "custom_deployment_protection_rules": rules})
}
