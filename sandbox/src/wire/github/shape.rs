//! What accounts and repositories look like in GitHub's answers.

use crate::world::World;
use crate::world::github::{Repository, Team, User};
use jiff::Timestamp;
use serde_json::{Value, json};

/// `http://127.0.0.1:4566/api/v3`.
pub(super) fn api(world: &World) -> String {
    format!("http://{}/api/v3", world.address)
}

/// `http://127.0.0.1:4566`.
pub(super) fn web(world: &World) -> String {
    format!("http://{}", world.address)
}

/// A time as GitHub writes it: whole seconds.
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A global node id, which clients only compare.
pub(super) fn node_id(kind: &str, id: u64) -> String {
    format!("{kind}_{id}")
}

/// An account by its login; one that is not known has the id 0.
pub(super) fn user(world: &World, login: &str) -> Value {
    match world.github.user(login) {
        Some(user) => account(world, user),
        None => account(
            world,
            &User {
                id: 0,
                login: login.to_owned(),
                kind: if login.ends_with("[bot]") {
                    "Bot"
                } else {
                    "User"
                },
                token: None,
            },
        ),
    }
}

/// The schema `simple-user`.
pub(super) fn account(world: &World, user: &User) -> Value {
    let url = format!("{}/users/{}", api(world), user.login);
    let web = format!("{}/{}", web(world), user.login);
    json!({
        "login": user.login,
        "id": user.id,
        "node_id": node_id("U", user.id),
        "avatar_url": format!("{web}.png"),
        "gravatar_id": "",
        "url": url,
        "html_url": web,
        "followers_url": format!("{url}/followers"),
        "following_url": format!("{url}/following{{/other_user}}"),
        "gists_url": format!("{url}/gists{{/gist_id}}"),
        "starred_url": format!("{url}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{url}/subscriptions"),
        "organizations_url": format!("{url}/orgs"),
        "repos_url": format!("{url}/repos"),
        "events_url": format!("{url}/events{{/privacy}}"),
        "received_events_url": format!("{url}/received_events"),
        "type": user.kind,
        "user_view_type": "public",
        "site_admin": false,
    })
}

/// The schema `team`.
pub(super) fn team(world: &World, owner: &str, team: &Team) -> Value {
    let url = format!("{}/orgs/{owner}/teams/{}", api(world), team.slug);
    json!({
        "id": team.id,
        "node_id": node_id("T", team.id),
        "url": url,
        "html_url": format!("{}/orgs/{owner}/teams/{}", web(world), team.slug),
        "name": team.slug,
        "slug": team.slug,
        "description": "",
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "permission": "push",
        "members_url": format!("{url}/members{{/member}}"),
        "repositories_url": format!("{url}/repos"),
        "parent": null,
    })
}

/// The schema `minimal-repository`.
pub(super) fn repository(world: &World, repository: &Repository) -> Value {
    let url = repository_url(world, repository);
    let mut shape = json!({
        "id": repository.id,
        "node_id": node_id("R", repository.id),
        "name": repository.name,
        "full_name": repository.full_name(),
        "owner": user(world, &repository.owner),
        "private": repository.private,
        "html_url": format!("{}/{}", web(world), repository.full_name()),
        "description": null,
        "fork": false,
        "url": url,
        "default_branch": repository.default_branch,
    });
    if let Value::Object(fields) = &mut shape {
        let urls = LINKS.iter().map(|(name, tail)| {
            let url = format!("{url}/{tail}");
            ((*name).to_owned(), Value::from(url))
        });
        fields.extend(urls);
    }
    shape
}

/// `http://127.0.0.1:4566/api/v3/repos/acme/shop`.
pub(super) fn repository_url(world: &World, repository: &Repository) -> String {
    format!("{}/repos/{}", api(world), repository.full_name())
}

/// The links that every repository has, and where they lead.
const LINKS: [(&str, &str); 36] = [
    ("archive_url", "{archive_format}{/ref}"),
    ("assignees_url", "assignees{/user}"),
    ("blobs_url", "git/blobs{/sha}"),
    ("branches_url", "branches{/branch}"),
    ("collaborators_url", "collaborators{/collaborator}"),
    ("comments_url", "comments{/number}"),
    ("commits_url", "commits{/sha}"),
    ("compare_url", "compare/{base}...{head}"),
    ("contents_url", "contents/{+path}"),
    ("contributors_url", "contributors"),
    ("deployments_url", "deployments"),
    ("downloads_url", "downloads"),
    ("events_url", "events"),
    ("forks_url", "forks"),
    ("git_commits_url", "git/commits{/sha}"),
    ("git_refs_url", "git/refs{/sha}"),
    ("git_tags_url", "git/tags{/sha}"),
    ("hooks_url", "hooks"),
    ("issue_comment_url", "issues/comments{/number}"),
    ("issue_events_url", "issues/events{/number}"),
    ("issues_url", "issues{/number}"),
    ("keys_url", "keys{/key_id}"),
    ("labels_url", "labels{/name}"),
    ("languages_url", "languages"),
    ("merges_url", "merges"),
    ("milestones_url", "milestones{/number}"),
    (
        "notifications_url",
        "notifications{?since,all,participating}",
    ),
    ("pulls_url", "pulls{/number}"),
    ("releases_url", "releases{/id}"),
    ("stargazers_url", "stargazers"),
    ("statuses_url", "statuses/{sha}"),
    ("subscribers_url", "subscribers"),
    ("subscription_url", "subscription"),
    ("tags_url", "tags"),
    ("teams_url", "teams"),
    ("trees_url", "git/trees{/sha}"),
];
