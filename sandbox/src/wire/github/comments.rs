//! Comments on pull requests, as GitHub shows and takes them.
//!
//! <https://docs.github.com/en/rest/issues/comments>

use super::page::page;
use super::request::{Asked, Refusal};
use super::{Answered, shape as shapes};
use crate::world::World;
use crate::world::github::permissions::{Level, Scope};
use crate::world::github::pull_request::{Comment, LONGEST, PullRequest};
use crate::world::github::{Holder, Repository};
use http::Method;
use serde_json::{Value, json};

/// What a job's token writes as.
const BOT: &str = "github-actions[bot]";

/// Everything below `/issues`.
pub(super) fn answer(world: &mut World, asked: &Asked, rest: &[&str]) -> Result<Answered, Refusal> {
    match (asked.method.as_str(), rest) {
        ("GET", [number, "comments"]) => list(world, asked, number),
        ("POST", [number, "comments"]) => create(world, asked, number),
        ("PATCH", ["comments", id]) => update(world, asked, id),
        _ => Err(Refusal::not_found()),
    }
}

/// Comments on pull requests take one of two permissions, of which the other one is named.
fn need(world: &World, asked: &Asked) -> Result<(), Refusal> {
    let level = if asked.method == Method::GET {
        Level::Read
    } else {
        Level::Write
    };
    let repository = asked.repository(world)?;
    if level == Level::Read && !repository.private {
        return Ok(());
    }
    let for_issues = asked.need(world, Scope::Issues, level);
    for_issues.or_else(|_| asked.need(world, Scope::PullRequests, level))
}

fn found<'a>(repository: &'a Repository, number: &str) -> Result<&'a PullRequest, Refusal> {
    let number = number.parse().ok();
    let mut all = repository.pull_requests.iter();
    let found = all.find(|it| Some(it.number) == number);
    found.ok_or_else(Refusal::not_found)
}

/// Oldest first.
fn list(world: &World, asked: &Asked, number: &str) -> Result<Answered, Refusal> {
    need(world, asked)?;
    let repository = asked.repository(world)?;
    let comments = found(repository, number)?.comments.iter();
    let number = number.parse().unwrap_or_default();
    let all = comments.map(|comment| shape(world, repository, number, comment));
    let (items, link) = page(world, asked, all.collect());
    Ok(Answered {
        link,
        ..Answered::ok(items.into())
    })
}

fn create(world: &mut World, asked: &Asked, number: &str) -> Result<Answered, Refusal> {
    need(world, asked)?;
    let number = found(asked.repository(world)?, number)?.number;
    let made = Comment {
        id: world.github.next_id(),
        author: author(asked),
        body: body(asked)?,
        created_at: world.now,
        updated_at: world.now,
    };
    let shown = shape(world, asked.repository(world)?, number, &made);
    let mut all = comments(world, asked);
    if let Some((_, comments)) = all.find(|(it, _)| *it == number) {
        comments.push(made);
    }
    Ok(Answered::created(shown))
}

/// Who may write here may change the comments of others, too.
fn update(world: &mut World, asked: &Asked, id: &str) -> Result<Answered, Refusal> {
    need(world, asked)?;
    let (id, body, now) = (id.parse().ok(), body(asked)?, world.now);
    let mut all = comments(world, asked);
    let changed = all.find_map(|(number, comments)| {
        let comment = comments.iter_mut().find(|it| Some(it.id) == id)?;
        (comment.body, comment.updated_at) = (body.clone(), now);
        Some((number, comment.clone()))
    });
    drop(all);
    let (number, comment) = changed.ok_or_else(Refusal::not_found)?;
    let repository = asked.repository(world)?;
    Ok(Answered::ok(shape(world, repository, number, &comment)))
}

/// The comments of the repository's pull requests, with their numbers.
fn comments<'a>(
    world: &'a mut World,
    asked: &Asked,
) -> impl Iterator<Item = (u64, &'a mut Vec<Comment>)> {
    let repository = world.github.repository_mut(asked.full_name());
    let all = repository.into_iter().flat_map(|it| &mut it.pull_requests);
    all.map(|it| (it.number, &mut it.comments))
}

fn author(asked: &Asked) -> String {
    match &asked.holder {
        Holder::User(login) => login.clone(),
        Holder::Job(_) => BOT.to_owned(),
    }
}

fn body(asked: &Asked) -> Result<String, Refusal> {
    let body = asked.text("body").unwrap_or_default();
    if body.trim().is_empty() {
        return Err(Refusal::unprocessable(
            "Validation Failed: body cannot be blank",
        ));
    }
    if body.chars().count() > LONGEST {
        let message =
            format!("Validation Failed: body is too long (maximum is {LONGEST} characters)");
        return Err(Refusal::unprocessable(message));
    }
    Ok(body.to_owned())
}

/// The schema `issue-comment`.
fn shape(world: &World, repository: &Repository, number: u64, comment: &Comment) -> Value {
    let root = shapes::repository_url(world, repository);
    let Comment { id, author, .. } = comment;
    let web = format!("{}/{}", shapes::web(world), repository.full_name());
    json!({
        "id": id,
        "node_id": shapes::node_id("IC", *id),
        "url": format!("{root}/issues/comments/{id}"),
        "html_url": format!("{web}/pull/{number}#issuecomment-{id}"),
        "issue_url": format!("{root}/issues/{number}"),
        "body": comment.body,
        "user": shapes::user(world, author),
        "created_at": shapes::time(comment.created_at),
        "updated_at": shapes::time(comment.updated_at),
        "author_association": "NONE",
        "performed_via_github_app": null,
    })
}
