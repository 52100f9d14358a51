//! GitHub: repositories with their environments, the runs and jobs of their workflows, reviews of
//! deployments, and the tokens that jobs are given.
//!
//! Knows nothing of HTTP or JSON. The rules of protection stand in [`gate`], those of runs in
//! [`run`].
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments>

pub mod claims;
pub mod commit;
pub mod deployment;
pub mod environment;
pub mod gate;
pub mod permissions;
pub mod pull_request;
pub mod run;
pub mod seed;

pub use gate::{next_due, settle};
pub use seed::Seed;

use super::World;
use super::identity::Secret;
use commit::Commit;
use deployment::Deployment;
use environment::Environment;
use permissions::Permissions;
use pull_request::PullRequest;
use run::{Attempt, Job, Run};

/// Everything GitHub has.
#[derive(Debug, Default)]
pub struct GitHub {
    /// People, organisations and bots.
    pub users: Vec<User>,
    /// Teams of the organisation.
    pub teams: Vec<Team>,
    /// Repositories.
    pub repositories: Vec<Repository>,
    /// The last number given to anything: runs, jobs, environments share one row of numbers.
    pub last_id: u64,
}

/// An account.
#[derive(Debug, Clone)]
pub struct User {
    /// Unique among accounts.
    pub id: u64,
    /// `mona`.
    pub login: String,
    /// `User`, `Organization` or `Bot`.
    pub kind: &'static str,
    /// A personal access token, if the scenario gives one.
    pub token: Option<Secret>,
}

/// A team of people.
#[derive(Debug, Clone)]
pub struct Team {
    /// Unique among teams.
    pub id: u64,
    /// `deployers`.
    pub slug: String,
    /// Logins.
    pub members: Vec<String>,
}

/// A repository.
#[derive(Debug, Clone)]
pub struct Repository {
    /// Stays when the repository is renamed.
    pub id: u64,
    /// The owner's login.
    pub owner: String,
    /// Without the owner.
    pub name: String,
    /// Hidden from tokens of others.
    pub private: bool,
    /// `main`.
    pub default_branch: String,
    /// Logins of those who may administer it.
    pub admins: Vec<String>,
    /// OIDC subjects name owner and repository with their ids, as for repositories created since
    /// 15 July 2026.
    pub immutable_subject: bool,
    /// Its environments; names differ without regard to case.
    pub environments: Vec<Environment>,
    /// Commits, oldest first; the last one is the newest of the default branch.
    pub commits: Vec<Commit>,
    /// Workflow runs, oldest first.
    pub runs: Vec<Run>,
    /// Deployments, oldest first.
    pub deployments: Vec<Deployment>,
    /// Pull requests.
    pub pull_requests: Vec<PullRequest>,
}

/// Who a token speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A person, by login.
    User(String),
    /// A running job.
    Job(JobKey),
}

/// Where a job is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobKey {
    /// The repository's id.
    pub repository: u64,
    /// The run's id.
    pub run: u64,
    /// The job's id.
    pub job: u64,
}

impl GitHub {
    /// A new number, unlike every other.
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The account of that name, without regard to case.
    pub fn user(&self, login: &str) -> Option<&User> {
        let mut users = self.users.iter();
        users.find(|user| user.login.eq_ignore_ascii_case(login))
    }

    /// The repository `owner/name`, without regard to case.
    pub fn repository(&self, full_name: &str) -> Option<&Repository> {
        let mut repositories = self.repositories.iter();
        repositories.find(|r| r.full_name().eq_ignore_ascii_case(full_name))
    }

    /// The repository `owner/name`, to change it.
    pub fn repository_mut(&mut self, full_name: &str) -> Option<&mut Repository> {
        let mut repositories = self.repositories.iter_mut();
        repositories.find(|r| r.full_name().eq_ignore_ascii_case(full_name))
    }

    /// The job with its repository, run and attempt.
    pub fn job(&self, key: JobKey) -> Option<(&Repository, &Run, &Attempt, &Job)> {
        let repository = self.repositories.iter().find(|r| r.id == key.repository)?;
        let run = repository.run(key.run)?;
        let (attempt, job) = run.job(key.job)?;
        Some((repository, run, attempt, job))
    }

    /// Who bears `token`: a person, or a job that has not ended.
    pub fn holder(&self, token: &str) -> Option<Holder> {
        let is = |secret: &Option<Secret>| secret.as_ref().is_some_and(|s| s.0 == token);
        let user = self.users.iter().find(|user| is(&user.token));
        user.map(|user| Holder::User(user.login.clone()))
            .or_else(|| self.find_job(|job| is(&job.token)).map(Holder::Job))
    }

    /// The job that may ask for identity tokens with `token`.
    pub fn requester(&self, token: &str) -> Option<JobKey> {
        self.find_job(|job| job.request_token.as_ref().is_some_and(|s| s.0 == token))
    }

    /// What `holder` may do in `repository`; a person may do everything.
    pub fn permissions(&self, holder: &Holder, repository: &Repository) -> Option<Permissions> {
        match holder {
            Holder::User(_) => Some(Permissions::all()),
            Holder::Job(key) if key.repository == repository.id => {
                self.job(*key).map(|(.., job)| job.permissions.clone())
            }
            Holder::Job(_) => None,
        }
    }

    fn find_job(&self, is: impl Fn(&Job) -> bool) -> Option<JobKey> {
        self.repositories.iter().find_map(|repository| {
            let mut jobs = repository
                .runs
                .iter()
                .flat_map(|run| run.jobs().map(move |job| (run, job)));
            let (run, job) = jobs.find(|(_, job)| is(job))?;
            Some(JobKey {
                repository: repository.id,
                run: run.id,
                job: job.id,
            })
        })
    }
}

impl Repository {
    /// `acme/shop`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The environment of that name, without regard to case.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        let mut environments = self.environments.iter();
        environments.find(|e| e.name.eq_ignore_ascii_case(name))
    }

    /// The run with that id.
    pub fn run(&self, id: u64) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }

    /// The run with that id, to change it.
    pub fn run_mut(&mut self, id: u64) -> Option<&mut Run> {
        self.runs.iter_mut().find(|run| run.id == id)
    }
}

/// A bearer token of a kind: `ghs_` and 36 characters. The same in every run.
fn new_token(world: &mut World, prefix: &str) -> Secret {
    let bytes = [world.next_bytes(), world.next_bytes()].concat();
    let text: String = hex::encode(bytes).chars().take(36).collect();
    Secret(format!("{prefix}{text}"))
}
