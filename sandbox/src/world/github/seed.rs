//! The part of a scenario that says which repositories and people there are.

use super::commit::Commit;
use super::environment::{Branches, Environment, Reviewer};
use super::pull_request::PullRequest;
use super::{GitHub, Repository, Team, User};
use crate::world::World;
use crate::world::identity::Secret;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;

/// People, teams and repositories.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Seed {
    /// People by login.
    pub users: BTreeMap<String, UserSeed>,
    /// Members (logins) by a team's slug.
    pub teams: BTreeMap<String, Vec<String>>,
    /// Repositories by `owner/name`; owners come into being with them.
    pub repositories: BTreeMap<String, RepositorySeed>,
}

/// A person.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct UserSeed {
    /// A personal access token that may do everything.
    pub token: Option<Secret>,
}

/// A repository.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct RepositorySeed {
    /// Hidden from tokens of others.
    pub private: bool,
    /// `main`.
    pub default_branch: String,
    /// Logins of those who may administer it.
    pub admins: Vec<String>,
    /// OIDC subjects with ids, as for repositories created since 15 July 2026.
    pub immutable_subject: bool,
    /// Environments by name.
    pub environments: BTreeMap<String, EnvironmentSeed>,
    /// Commits, oldest first; those of runs are added to them.
    pub commits: Vec<CommitSeed>,
    /// Numbers of open pull requests.
    pub pull_requests: Vec<u64>,
}

/// A commit.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum CommitSeed {
    /// Its SHA; it was made on the one before.
    Next(String),
    /// One that was made on another one, or on none.
    Branched(Branched),
}

/// A commit that was not made on the one before.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branched {
    /// Its SHA.
    pub sha: String,
    /// The SHA of the one that it was made on, which comes earlier in the list.
    pub parent: Option<String>,
}

impl Default for RepositorySeed {
    fn default() -> Self {
        Self {
            private: false,
            default_branch: "main".to_owned(),
            admins: Vec::new(),
            immutable_subject: false,
            environments: BTreeMap::new(),
            commits: Vec::new(),
            pull_requests: Vec::new(),
        }
    }
}

/// An environment; without any rule unless told.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct EnvironmentSeed {
    /// Logins of people, `team:` and slugs of teams; at most six.
    pub reviewers: Vec<String>,
    /// Who started a run may not approve it.
    pub prevent_self_review: bool,
    /// Minutes, at most 43200.
    pub wait_timer: i64,
    /// `all`, `protected` or `custom: [patterns]`.
    pub branches: Branches,
    /// Administrators may let waiting jobs through.
    pub can_admins_bypass: bool,
    /// Slugs of apps.
    pub custom_rules: Vec<String>,
}

impl Default for EnvironmentSeed {
    fn default() -> Self {
        Self {
            reviewers: Vec::new(),
            prevent_self_review: false,
            wait_timer: 0,
            branches: Branches::All,
            can_admins_bypass: true,
            custom_rules: Vec::new(),
        }
    }
}

impl Seed {
    /// Puts everything into `world`.
    ///
    /// # Errors
    /// A sentence that names what makes no sense.
    pub fn seed(self, world: &mut World) -> Result<(), String> {
        let github = &mut world.github;
        // Real ids are large: small ones would hide a mix-up of ids and positions.
        github.last_id = github.last_id.max(100_000);
        for (login, user) in self.users {
            add_user(github, &login, "User", user.token);
        }
        for (slug, members) in self.teams {
            let id = github.next_id();
            let members = known(github, members).map_err(|why| format!("team {slug}: {why}"))?;
            github.teams.push(Team { id, slug, members });
        }
        for (name, repository) in self.repositories {
            repository
                .seed(&name, world)
                .map_err(|why| format!("repository {name}: {why}"))?;
        }
        Ok(())
    }
}

fn add_user(github: &mut GitHub, login: &str, kind: &'static str, token: Option<Secret>) {
    if github.user(login).is_none() {
        let (id, login) = (github.next_id(), login.to_owned());
        github.users.push(User {
            id,
            login,
            kind,
            token,
        });
    }
}

fn known(github: &GitHub, logins: Vec<String>) -> Result<Vec<String>, String> {
    match logins.iter().find(|login| github.user(login).is_none()) {
        Some(nobody) => Err(format!("there is no user {nobody}")),
        None => Ok(logins),
    }
}

impl RepositorySeed {
    fn seed(self, full_name: &str, world: &mut World) -> Result<(), String> {
        let now = world.now;
        let github = &mut world.github;
        let (owner, name) = full_name
            .split_once('/')
            .ok_or("the name must be owner/name")?;
        add_user(github, owner, "Organization", None);
        let id = github.next_id();
        let mut environments = Vec::new();
        for (name, environment) in self.environments {
            let made = environment
                .read(github, Environment::unprotected(0, &name, now))
                .map_err(|why| format!("environment {name}: {why}"))?;
            environments.push(made);
        }
        let mut commits = Vec::new();
        for commit in self.commits {
            let made = commit.read(&commits, owner, now)?;
            commits.push(made);
        }
        github.repositories.push(Repository {
            id,
            owner: owner.to_owned(),
            name: name.to_owned(),
            private: self.private,
            default_branch: self.default_branch,
            admins: known(github, self.admins)?,
            immutable_subject: self.immutable_subject,
            environments,
            commits,
            runs: Vec::new(),
            deployments: Vec::new(),
            pull_requests: self
                .pull_requests
                .into_iter()
                .map(PullRequest::new)
                .collect(),
        });
        Ok(())
    }
}

impl CommitSeed {
    fn read(self, before: &[Commit], author: &str, at: Timestamp) -> Result<Commit, String> {
        let (sha, parent) = match self {
            Self::Next(sha) => (sha, before.last().map(|last| last.sha.clone())),
            Self::Branched(Branched { sha, parent }) => (sha, parent),
        };
        let there = |sha: &str| before.iter().any(|commit| commit.sha == sha);
        if sha.len() != 40 || !sha.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(format!("commit {sha}: a SHA has 40 hexadecimal digits"));
        }
        if there(&sha) {
            return Err(format!("commit {sha} is there twice"));
        }
        if let Some(parent) = parent.as_deref().filter(|parent| !there(parent)) {
            return Err(format!("commit {sha}: {parent} does not come before it"));
        }
        Ok(Commit {
            sha,
            parent,
            author: author.to_owned(),
            at,
        })
    }
}

impl EnvironmentSeed {
    fn read(self, github: &mut GitHub, bare: Environment) -> Result<Environment, String> {
        if self.reviewers.len() > 6 {
            return Err("GitHub takes at most 6 reviewers".to_owned());
        }
        if !(0..=43200).contains(&self.wait_timer) {
            return Err("wait-timer must be 0 to 43200 minutes".to_owned());
        }
        let reviewers = self
            .reviewers
            .into_iter()
            .map(|name| reviewer(github, name));
        let reviewers = reviewers.collect::<Result<_, String>>()?;
        Ok(Environment {
            id: github.next_id(),
            reviewers,
            prevent_self_review: self.prevent_self_review,
            wait_timer: self.wait_timer,
            branches: self.branches,
            can_admins_bypass: self.can_admins_bypass,
            custom_rules: self.custom_rules,
            ..bare
        })
    }
}

fn reviewer(github: &GitHub, name: String) -> Result<Reviewer, String> {
    match name.strip_prefix("team:") {
        Some(slug) if github.teams.iter().any(|team| team.slug == slug) => {
            Ok(Reviewer::Team(slug.to_owned()))
        }
        Some(slug) => Err(format!("there is no team {slug}")),
        None if github.user(&name).is_some() => Ok(Reviewer::User(name)),
        None => Err(format!("there is no user {name}")),
    }
}
