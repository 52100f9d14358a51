//! Two commits compared, as GitHub shows it.
//!
//! <https://docs.github.com/en/rest/commits/commits#compare-two-commits>

use super::page::page;
use super::request::{Asked, Refusal};
use super::{Answered, shape};
use crate::world::World;
use crate::world::github::Repository;
use crate::world::github::commit::{Commit, Comparison};
use crate::world::github::permissions::{Level, Scope};
use http::StatusCode;
use serde_json::{Value, json};

/// So many commits are listed when no page is asked for.
const UNPAGED: usize = 250;

/// Compares `<base>...<head>`. What is public is anybody's to read.
pub(super) fn get(world: &World, asked: &Asked, basehead: &str) -> Result<Answered, Refusal> {
    let repository = asked.repository(world)?;
    if repository.private {
        asked.need(world, Scope::Contents, Level::Read)?;
    }
    let (base, head) = basehead.split_once("...").ok_or_else(Refusal::not_found)?;
    let found = |name: &str| repository.commit(name).ok_or_else(Refusal::not_found);
    let compared = repository.compare(found(base)?, found(head)?);
    let compared = compared.ok_or_else(|| {
        let message = format!("No common ancestor between {base} and {head}.");
        Refusal::new(StatusCode::NOT_FOUND, message)
    })?;
    Ok(answered(world, asked, repository, &compared))
}

fn answered(
    world: &World,
    asked: &Asked,
    repository: &Repository,
    compared: &Comparison<'_>,
) -> Answered {
    let whole = |commit: &Commit| commit_shape(world, repository, commit);
    let all: Vec<Value> = compared.ahead.iter().map(|commit| whole(commit)).collect();
    let total = all.len();
    let paged = ["per_page", "page"].map(|name| asked.parameter(name).is_some());
    let (commits, link) = if paged.contains(&true) {
        page(world, asked, all)
    } else {
        let newest = total.saturating_sub(UNPAGED);
        (all.into_iter().skip(newest).collect(), None)
    };
    let (base, head) = (&compared.base.sha, &compared.head.sha);
    let (api, full_name) = (shape::api(world), repository.full_name());
    let url = format!("{api}/repos/{full_name}/compare/{base}...{head}");
    let web = format!("{}/{full_name}/compare/{base}...{head}", shape::web(world));
    let body = json!({
        "url": url,
        "html_url": web,
        "permalink_url": web,
        "diff_url": format!("{web}.diff"),
        "patch_url": format!("{web}.patch"),
        "base_commit": whole(compared.base),
        "merge_base_commit": whole(compared.merge_base),
        "status": compared.status(),
        "ahead_by": total,
        "behind_by": compared.behind_by,
        "total_commits": total,
        "commits": commits,
        "files": [],
    });
    Answered {
        link,
        ..Answered::ok(body)
    }
}

/// The schema `commit`.
fn commit_shape(world: &World, repository: &Repository, commit: &Commit) -> Value {
    let root = shape::repository_url(world, repository);
    let web = format!("{}/{}", shape::web(world), repository.full_name());
    let parents = commit.parent.iter().map(|sha| {
        json!({
            "sha": sha,
            "url": format!("{root}/commits/{sha}"),
            "html_url": format!("{web}/commit/{sha}"),
        })
    });
    let parents: Vec<Value> = parents.collect();
    let sha = &commit.sha;
    let account = shape::user(world, &commit.author);
    json!({
        "sha": sha,
        "node_id": format!("C_{sha}"),
        "url": format!("{root}/commits/{sha}"),
        "html_url": format!("{web}/commit/{sha}"),
        "comments_url": format!("{root}/commits/{sha}/comments"),
        "commit": git_commit(&root, commit),
        "author": account,
        "committer": account,
        "parents": parents,
    })
}

fn git_commit(root: &str, commit: &Commit) -> Value {
    let Commit {
        sha, author, at, ..
    } = commit;
    let who = json!({
        "name": author,
        "email": format!("{author}@example.com"),
        "date": shape::time(*at),
    });
    json!({
        "url": format!("{root}/git/commits/{sha}"),
        "author": who,
        "committer": who,
        "message": "A change",
        "tree": {"sha": sha, "url": format!("{root}/git/trees/{sha}")},
        "comment_count": 0,
        "verification": {
            "verified": false,
            "reason": "unsigned",
            "signature": null,
            "payload": null,
        },
    })
}
