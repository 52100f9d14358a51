//! Runs and jobs in the world's GitHub, and what they must keep to themselves.

use crate::connection::Record;
use crate::plan::{Plan, Review};
use greengate_sandbox::world::World;
use greengate_sandbox::world::github::JobKey;
use greengate_sandbox::world::github::gate::review::{self, Verdict};
use greengate_sandbox::world::github::permissions::Permissions;
use greengate_sandbox::world::github::run::{self, NewJob, NewRun};

const REPOSITORY: &str = "acme/shop";

/// A run of the commit `aaaa…`; its id.
pub(crate) fn start(world: &mut World) -> u64 {
    let new = NewRun {
        workflow: "deploy".to_owned(),
        path: ".github/workflows/deploy.yml".to_owned(),
        event: "push".to_owned(),
        sha: "a".repeat(40),
        git_ref: "refs/heads/main".to_owned(),
        actor: "hubot".to_owned(),
    };
    run::start(world, REPOSITORY, new).unwrap()
}

/// The next attempt of a run.
pub(crate) fn again(world: &mut World, run: u64) {
    run::rerun(world, REPOSITORY, run, "hubot").unwrap();
}

/// A job in the latest attempt of a run, let through as `plan` has it.
pub(crate) fn job(world: &mut World, run: u64, plan: &Plan) -> JobKey {
    let environment = plan.way.environment();
    let new = NewJob {
        name: "deploy".to_owned(),
        environment: Some(environment.to_owned()),
        permissions: Permissions::deploying(),
    };
    let job = run::start_job(world, REPOSITORY, run, new).unwrap();
    if plan.way.is_gated() {
        let repository = world.github.repository(REPOSITORY).unwrap();
        let id = repository.environment(environment).unwrap().id;
        let said = match plan.review {
            Review::Approved => review::review(world, REPOSITORY, run, approval(id)),
            Review::Bypassed => review::bypass(world, REPOSITORY, run, id, "mona"),
        };
        said.unwrap();
    }
    job
}

fn approval(environment: u64) -> Verdict {
    Verdict {
        user: "mona".to_owned(),
        environments: vec![environment],
        approved: true,
        comment: "as agreed".to_owned(),
    }
}

/// The secrets of a job and of the sessions it opened.
pub(super) fn secrets(world: &World, key: JobKey, record: &Record) -> Vec<String> {
    let (.., job) = world.github.job(key).unwrap();
    let of_job = [&job.token, &job.request_token].into_iter().flatten();
    let sessions = world.identity.sessions.values();
    let of_sessions = sessions.flat_map(|it| [&it.secret, &it.token]);
    let secrets = of_job.chain(of_sessions).map(|secret| secret.0.clone());
    secrets.chain(record.tokens.iter().cloned()).collect()
}
