//! Each refusal of the gate, as the binary ends with it: nothing is written to AWS.
//!
//! The production role of this world lets every job of the repository in, as a trust policy does
//! that is not written with care: the gate must hold alone.

use crate::run::{Place, Stand, Step};
use greengate_sandbox::world::github::JobKey;
use greengate_sandbox::world::github::permissions::{Level, Permissions, Scope};

const TRUSTS_EVERY_JOB: (&str, &str) = (
    "      max-session-seconds: 14400
      documented:
        trust: environment
",
    "      max-session-seconds: 14400
      trust:
        Statement:
          - Effect: Allow
            Principal:
              Federated: arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:aud: sts.amazonaws.com
              StringLike:
                token.actions.githubusercontent.com:sub: repo:acme/shop:*
      documented:
",
);

const LENIENT: (&str, &str) = ("prevent-self-review: true", "prevent-self-review: false");
const NO_REVIEWERS: (&str, &str) = ("reviewers: [mona]", "reviewers: []");

/// Who lets the job start.
#[derive(Clone, Copy)]
enum LetThrough {
    Nobody,
    Mona,
    MonaBypassing,
}
use LetThrough::{Mona, MonaBypassing, Nobody};

struct Case {
    name: &'static str,
    scenario: &'static [(&'static str, &'static str)],
    actor: &'static str,
    environment: Option<&'static str>,
    permissions: Permissions,
    let_through: LetThrough,
    inputs: &'static [(&'static str, &'static str)],
    code: &'static str,
}

impl Case {
    /// A job for production that mona has approved, and that is refused with `code` all the same.
    fn of(name: &'static str, code: &'static str) -> Self {
        Self {
            name,
            scenario: &[],
            actor: "hubot",
            environment: Some("production"),
            permissions: Permissions::deploying(),
            let_through: Mona,
            inputs: &[],
            code,
        }
    }

    /// The failure as the log shows it.
    async fn run(&self) -> String {
        let scenario = [&[TRUSTS_EVERY_JOB], self.scenario].concat();
        let stand = Stand::with(&scenario).await;
        let job = self.job(&stand);
        let step = self
            .inputs
            .iter()
            .fold(stand.production(job), |step: Step<'_>, (name, value)| {
                step.input(name, value)
            });
        let ran = step.run().await;
        assert_eq!(ran.codes(), [self.code], "{}: {}", self.name, ran.log);
        ran.ended(4, "refused");
        assert_eq!(stand.writes(), Vec::<String>::new(), "{}", self.name);
        assert_eq!(ran.output("task-definition-arn"), "");
        assert_eq!(stand.revision("production"), "shop:1");
        stand.masked(&ran.failures())
    }

    fn job(&self, stand: &Stand) -> JobKey {
        let run = stand.shop.run(self.actor);
        let permissions = self.permissions.clone();
        let job = stand.shop.job_with(run, self.environment, permissions);
        match self.let_through {
            Nobody => {}
            Mona => stand.shop.review(run, "production", "mona", true),
            MonaBypassing => stand.shop.bypass(run, "production", "mona"),
        }
        job
    }
}

fn cases() -> Vec<Case> {
    let without = |scope: Scope, level: Level| Permissions::new([(scope, level)]);
    vec![
        Case {
            environment: None,
            let_through: Nobody,
            ..Case::of("a job that is bound to no environment", "GG040")
        },
        Case {
            inputs: &[("environment", "prodution")],
            ..Case::of("an input that names another environment", "GG040")
        },
        Case {
            environment: Some("prodution"),
            let_through: Nobody,
            ..Case::of("a job that is bound to a misspelt environment", "GG041")
        },
        Case {
            scenario: &[NO_REVIEWERS],
            let_through: Nobody,
            ..Case::of("an environment without required reviewers", "GG041")
        },
        Case {
            let_through: MonaBypassing,
            ..Case::of("nobody approved", "GG042")
        },
        Case {
            scenario: &[LENIENT],
            actor: "mona",
            ..Case::of("only who started the run approved", "GG043")
        },
        Case {
            inputs: &[("gate", "approved")],
            permissions: without(Scope::Actions, Level::Read),
            ..Case::of("no permission for the OIDC token", "GG045")
        },
        Case {
            permissions: without(Scope::IdToken, Level::Write),
            ..Case::of("no permission to read the approvals", "GG045")
        },
        Case {
            inputs: &[("allow-admin-bypass", "false")],
            ..Case::of("administrators may bypass", "GG047")
        },
    ]
}

#[tokio::test]
async fn the_gate_refuses_before_anything_is_written() {
    let mut told = String::new();
    for case in cases() {
        told.extend([
            "# ",
            case.name,
            "
",
            &case.run().await,
            "
",
        ]);
    }
    insta::assert_snapshot!("refusals", told);
}

#[tokio::test]
async fn a_rejection_refuses_the_jobs_that_were_let_through_before() {
    rejection_refuses(Place::Machine).await;
}

pub(crate) async fn rejection_refuses(place: Place) {
    let stand = Stand::open().await.at(place);
    let run = stand.shop.run("hubot");
    let first = stand.shop.job(run, Some("production"));
    stand.shop.review(run, "production", "mona", true);
    stand.shop.job(run, Some("production"));
    stand.shop.review(run, "production", "mona", false);
    let ran = stand.production(first).run().await;
    ran.ended(4, "refused");
    assert_eq!(ran.codes(), ["GG044"]);
    assert!(ran.failures().contains("mona"), "{}", ran.failures());
    assert_eq!(stand.writes(), Vec::<String>::new());
}

/// The gate is asked before credentials are, where the inputs say that there is one.
#[tokio::test]
async fn a_gate_that_is_asked_for_holds_for_a_rolling_deployment_too() {
    let stand = Stand::open().await;
    let ran = stand
        .staging(stand.staging_job())
        .input("gate", "approved")
        .run()
        .await;
    ran.ended(4, "refused");
    assert_eq!(ran.codes(), ["GG041"]);
    stand.look(|world| {
        let to_aws = world.calls.iter().filter(|call| call.service == "sts");
        assert_eq!(to_aws.count(), 0);
    });
}

/// With a trust policy on the environment, AWS refuses a job outside of it by itself.
#[tokio::test]
async fn the_role_is_the_second_lock() {
    let stand = Stand::open().await;
    let job = stand.shop.job(stand.shop.run("hubot"), None);
    let ran = stand.production(job).run().await;
    ran.ended(3, "refused");
    assert_eq!(ran.codes(), ["GG011"]);
    assert!(ran.log.contains("repo:acme/shop:ref:refs/heads/main"));
    assert_eq!(stand.writes(), Vec::<String>::new());
}
