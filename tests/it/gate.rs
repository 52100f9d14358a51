//! The gate, from the world's jobs and reviews to proof or refusal.

use crate::shop::{REPOSITORY, Shop};
use greengate::events::EventKind;
use greengate::failure::{Code, Failure};
use greengate::inputs::{Gate, GitHubInputs};
use greengate::model::approval::Evidence;
use greengate::pipeline::gate::pass;
use greengate_sandbox::world::github::JobKey;
use greengate_sandbox::world::github::permissions::{Level, Permissions, Scope};
use greengate_sandbox::world::github::run::{Conclusion, finish, rerun};

fn inputs(shop: &Shop, job: JobKey) -> GitHubInputs {
    GitHubInputs {
        token: Some(shop.token(job)),
        environment: None,
        gate: Some(Gate::Approved),
        allow_self_approval: false,
        allow_admin_bypass: true,
        comment: false,
    }
}

async fn asked(shop: &Shop, job: JobKey, inputs: &GitHubInputs) -> anyhow::Result<Evidence> {
    let told_of = shop.told_of(job);
    let events = shop.events();
    let passed = pass(Gate::Approved, &told_of, inputs, &shop.http(), &events).await?;
    Ok(passed.expect("a proof"))
}

async fn refused(shop: &Shop, job: JobKey) -> Vec<Code> {
    codes(asked(shop, job, &inputs(shop, job)).await)
}

fn codes(asked: anyhow::Result<Evidence>) -> Vec<Code> {
    let error = asked.expect_err("a refusal");
    Failure::all_of(&error)
        .iter()
        .map(|failure| failure.code)
        .collect()
}

/// A production job that mona has approved.
fn approved(shop: &Shop) -> (u64, JobKey) {
    let run = shop.run("hubot");
    let job = shop.job(run, Some("production"));
    shop.review(run, "production", "mona", true);
    (run, job)
}

/// Production without "prevent self-review".
const LENIENT: (&str, &str) = ("prevent-self-review: true", "prevent-self-review: false");

#[tokio::test(start_paused = true)]
async fn an_approved_job_passes_with_its_proof() {
    let shop = Shop::open();
    let (run, job) = approved(&shop);
    let evidence = asked(&shop, job, &inputs(&shop, job)).await.unwrap();
    assert_eq!(evidence.environment, "production");
    assert_eq!(evidence.required_reviewers, ["mona"]);
    assert_eq!(evidence.prevent_self_review, Some(true));
    assert_eq!((evidence.run_id, evidence.run_attempt), (run, 1));
    assert_eq!(evidence.approvers[0].login, "mona");
    assert_eq!(evidence.approvers[0].comment, "as agreed");
    let (told, masked) = shop.told();
    assert!(
        matches!(told[..], [EventKind::GatePassed { .. }]),
        "{told:?}"
    );
    assert_eq!(masked.len(), 1, "the OIDC token");
    shop.sandbox
        .with_world(|world| assert_eq!(world.calls.len(), 5, "{:?}", world.calls));
}

#[tokio::test(start_paused = true)]
async fn a_job_without_the_environment_is_refused() {
    let shop = Shop::open();
    let job = shop.job(shop.run("hubot"), None);
    assert_eq!(refused(&shop, job).await, [Code::NotBound]);
}

#[tokio::test(start_paused = true)]
async fn a_misspelt_environment_is_made_without_rules_and_refused() {
    let shop = Shop::open();
    let job = shop.job(shop.run("hubot"), Some("prodution"));
    assert_eq!(refused(&shop, job).await, [Code::NoReviewers]);
}

#[tokio::test(start_paused = true)]
async fn another_environments_approval_is_none() {
    let shop = Shop::open();
    let (run, production) = approved(&shop);
    let staging = shop.job(run, Some("staging"));
    assert_eq!(refused(&shop, staging).await, [Code::NoReviewers]);
    let named = GitHubInputs {
        environment: Some("staging".to_owned()),
        ..inputs(&shop, production)
    };
    assert_eq!(
        codes(asked(&shop, production, &named).await),
        [Code::NotBound]
    );
}

#[tokio::test(start_paused = true)]
async fn a_job_that_an_administrator_let_through_is_not_approved() {
    let shop = Shop::open();
    let run = shop.run("hubot");
    let job = shop.job(run, Some("production"));
    shop.bypass(run, "production", "mona");
    assert_eq!(refused(&shop, job).await, [Code::NotApproved]);
}

#[tokio::test(start_paused = true)]
async fn the_possibility_of_a_bypass_is_refused_where_the_inputs_say_so() {
    let shop = Shop::open();
    let (_, job) = approved(&shop);
    let strict = GitHubInputs {
        allow_admin_bypass: false,
        ..inputs(&shop, job)
    };
    assert_eq!(codes(asked(&shop, job, &strict).await), [Code::AdminBypass]);
    let off = ("prevent-self-review: true", "can-admins-bypass: false");
    let shop = Shop::with(&[off], "");
    let (_, job) = approved(&shop);
    let strict = GitHubInputs {
        allow_admin_bypass: false,
        ..inputs(&shop, job)
    };
    assert_eq!(
        asked(&shop, job, &strict).await.unwrap().admins_may_bypass,
        Some(false)
    );
}

#[tokio::test(start_paused = true)]
async fn an_approval_by_who_started_the_run_is_refused() {
    let shop = Shop::with(&[LENIENT], "");
    let run = shop.run("mona");
    let job = shop.job(run, Some("production"));
    shop.review(run, "production", "mona", true);
    assert_eq!(refused(&shop, job).await, [Code::SelfApproved]);
    let allowed = GitHubInputs {
        allow_self_approval: true,
        ..inputs(&shop, job)
    };
    assert_eq!(
        asked(&shop, job, &allowed).await.unwrap().approvers[0].login,
        "mona"
    );
}

#[tokio::test(start_paused = true)]
async fn a_rejection_in_the_same_run_is_a_refusal() {
    let shop = Shop::open();
    let (run, first) = approved(&shop);
    shop.job(run, Some("production"));
    shop.review(run, "production", "mona", false);
    assert_eq!(refused(&shop, first).await, [Code::Rejected]);
}

#[tokio::test(start_paused = true)]
async fn a_later_attempt_passes_when_it_was_gated_anew() {
    let shop = Shop::with(&[LENIENT], "");
    let (run, first) = approved(&shop);
    let again = |user: &str| {
        shop.sandbox
            .with_world(|world| rerun(world, REPOSITORY, run, user).unwrap());
        let job = shop.job(run, Some("production"));
        shop.review(run, "production", "mona", true);
        job
    };
    shop.sandbox
        .with_world(|world| finish(world, first, Conclusion::Failure).unwrap());
    let second = again("hubot");
    let evidence = asked(&shop, second, &inputs(&shop, second)).await.unwrap();
    assert_eq!((evidence.run_attempt, evidence.approvers.len()), (2, 2));
    shop.sandbox
        .with_world(|world| finish(world, second, Conclusion::Failure).unwrap());
    let third = again("mona");
    let refusals = refused(&shop, third).await;
    assert_eq!(
        refusals,
        [Code::SelfApproved; 3],
        "none of them is known to be this attempt's"
    );
}

#[tokio::test(start_paused = true)]
async fn each_missing_permission_is_named() {
    for (scopes, key) in [
        (vec![(Scope::Actions, Level::Read)], "`id-token: write`"),
        (vec![(Scope::IdToken, Level::Write)], "`actions: read`"),
    ] {
        let shop = Shop::open();
        let run = shop.run("hubot");
        let job = shop.job_with(run, Some("production"), Permissions::new(scopes));
        shop.review(run, "production", "mona", true);
        let error = asked(&shop, job, &inputs(&shop, job)).await.unwrap_err();
        let failures = Failure::all_of(&error);
        assert_eq!(failures[0].code, Code::GatePermission);
        assert!(failures[0].help.contains(key), "{}", failures[0].help);
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_github_is_survived_or_refused() {
    for (count, passes) in [("count: 2, ", true), ("", false)] {
        let fault = format!(
            "\nfaults:\n  - {{ service: github, operation: \"*approvals\", {count}answer: {{ status: 502 }} }}\n"
        );
        let shop = Shop::with(&[], &fault);
        let (_, job) = approved(&shop);
        let asked = asked(&shop, job, &inputs(&shop, job)).await;
        if passes {
            asked.unwrap();
        } else {
            assert_eq!(codes(asked), [Code::GateUnproven]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn environments_may_have_names_that_need_encoding() {
    let shop = Shop::with(
        &[("        production:\n", "        \"prod: eu/west 1%\":\n")],
        "",
    );
    let run = shop.run("hubot");
    let job = shop.job(run, Some("Prod: EU/west 1%"));
    shop.review(run, "prod: eu/west 1%", "mona", true);
    let evidence = asked(&shop, job, &inputs(&shop, job)).await.unwrap();
    assert_eq!(evidence.environment, "prod: eu/west 1%");
}
