//! GitHub's answers, read with the types of a client that nobody here wrote.

use crate::demo::{approve, github, job, sandbox_with, send};
use http::Method;
use octocrab::models::commits::CommitComparison;
use octocrab::models::issues::Comment;
use octocrab::models::repos::{Deployment, DeploymentStatus, Environment, Environments};
use octocrab::models::teams::RequestedTeam;
use octocrab::models::workflows::{Job, PendingDeployment, Run, WorkflowRunApproval};
use octocrab::models::{Author, Repository};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn parsed<T: DeserializeOwned>(body: Value) -> T {
    let text = body.to_string();
    serde_json::from_value(body).unwrap_or_else(|why| panic!("{why} in {text}"))
}

#[test]
fn octocrab_reads_every_answer() {
    let teams = "  users:\n    hubot: {}\n    mona: {}\n";
    let teams = (teams, &*format!("{teams}  teams: {{deployers: [hubot]}}\n"));
    let reviewers = ("reviewers: [mona]", "reviewers: [mona, 'team:deployers']");
    let sandbox = sandbox_with(&[teams, reviewers]);
    let waiting = job(&sandbox, Some("production"), json!({}));
    let reader = job(&sandbox, Some("staging"), json!({"run": waiting["run"]}));
    let token = reader["token"].as_str().unwrap();
    let get = |path: &str| {
        let (status, body) = github(&sandbox, token, &format!("/repos/acme/shop{path}"));
        assert_eq!(status, 200, "{path}: {body}");
        body
    };
    let run = format!("/actions/runs/{}", waiting["run"]);

    let repository: Repository = parsed(get(""));
    assert_eq!(repository.full_name.as_deref(), Some("acme/shop"));
    let environments: Environments = parsed(get("/environments"));
    assert_eq!(environments.environments.len(), 2);
    let production: Environment = parsed(get("/environments/production"));
    assert_eq!(production.protection_rules.len(), 2);
    let team = &get("/environments/production")["protection_rules"][0]["reviewers"][1];
    let team: RequestedTeam = parsed(team["reviewer"].clone());
    assert_eq!(team.slug, "deployers");

    let whole: Run = parsed(get(&run));
    assert_eq!(whole.status, "in_progress");
    let attempt: Run = parsed(get(&format!("{run}/attempts/1")));
    assert_eq!(attempt.id, whole.id);
    let jobs: Vec<Job> = parsed(get(&format!("{run}/jobs"))["jobs"].clone());
    assert_eq!(jobs.len(), 2);
    let one: Job = parsed(get(&format!("/actions/jobs/{}", reader["job"])));
    assert_eq!(one.run_attempt, 1);
    let pending: Vec<PendingDeployment> = parsed(get(&format!("{run}/pending_deployments")));
    assert_eq!(pending[0].reviewers.len(), 2);
    approve(&sandbox, &waiting);
    let approvals: Vec<WorkflowRunApproval> = parsed(get(&format!("{run}/approvals")));
    assert_eq!(approvals[0].state, "approved");
    let mona: Author = parsed(get(&format!("{run}/approvals"))[0]["user"].clone());
    assert_eq!(mona.login, "mona");

    let deployments: Vec<Deployment> = parsed(get("/deployments?environment=production"));
    let statuses = get(&format!("/deployments/{}/statuses", deployments[0].id));
    // Octocrab knows no state `waiting`, which GitHub answers all the same.
    let newest: DeploymentStatus = parsed(statuses[0].clone());
    assert_eq!(newest.environment.as_deref(), Some("production"));
    assert_eq!(statuses[1]["state"], "waiting");

    let compared: CommitComparison = parsed(get("/compare/main...main"));
    assert_eq!(compared.merge_base_commit.sha, "a".repeat(40));
}

#[test]
fn octocrab_reads_a_comment() {
    let pull_requests = (
        "    acme/shop:\n",
        "    acme/shop:\n      pull-requests: [7]\n",
    );
    let sandbox = sandbox_with(&[pull_requests]);
    let writer = json!({"permissions": {"issues": "write"}});
    let writer = job(&sandbox, None, writer);
    let path = "/repos/acme/shop/issues/7/comments";
    let token = writer["token"].as_str().unwrap();
    let (_, made) = send(
        &sandbox,
        token,
        Method::POST,
        path,
        &json!({"body": "said"}),
    );
    let comment: Comment = parsed(made);
    assert_eq!(comment.body.as_deref(), Some("said"));
}
