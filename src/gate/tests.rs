mod refused;

use super::{Policy, Seen, judge};
use crate::failure::Code;
use crate::github::environments::{Environment, Reviewer, Rule, Who};
use crate::github::oidc::Claims;
use crate::github::runs::{EnvironmentId, JobFacts, Repository, Review, Run, User};
use crate::github::tests::job;
use crate::inputs::{Gate, GitHubInputs};
use crate::job::Job;
use jiff::Timestamp;
use proptest::prelude::*;
use refused::REFUSED;

/// Ann started the run, Eve this attempt of it; Bob reviews.
fn person(login: &str, id: u64) -> User {
    User {
        login: login.into(),
        id,
        kind: "User".into(),
    }
}

fn review(state: &str, environment: u64, user: Option<User>) -> Review {
    Review {
        state: state.into(),
        comment: Some("Ship it".into()),
        environments: vec![EnvironmentId { id: environment }],
        user,
    }
}

/// What there is to see when all is well.
pub(crate) fn well() -> Seen {
    Seen {
        claims: Claims {
            environment: Some("production".into()),
            repository: Some("shop/web".into()),
            sha: Some("c0ffee".into()),
            run_id: Some(77),
            run_attempt: Some(1),
            check_run_id: Some(9),
            ..Claims::default()
        },
        environment: Some(Environment {
            id: 5,
            name: "production".into(),
            can_admins_bypass: Some(false),
            protection_rules: vec![Rule {
                kind: "required_reviewers".into(),
                prevent_self_review: Some(true),
                reviewers: vec![reviewer()],
            }],
        }),
        run: Run {
            id: 77,
            run_attempt: 1,
            status: "in_progress".into(),
            head_sha: "c0ffee".into(),
            head_repository: Some(Repository {
                full_name: "shop/web".into(),
            }),
            actor: Some(person("ann", 1)),
            triggering_actor: Some(person("eve", 2)),
        },
        job: Some(JobFacts {
            run_id: 77,
            run_attempt: Some(1),
            head_sha: "c0ffee".into(),
        }),
        reviews: vec![review("approved", 5, Some(person("bob", 3)))],
        at: Timestamp::UNIX_EPOCH,
    }
}

fn reviewer() -> Reviewer {
    Reviewer {
        reviewer: Who {
            slug: Some("sre".into()),
            login: None,
        },
    }
}

pub(crate) fn inputs() -> GitHubInputs {
    GitHubInputs {
        token: None,
        environment: None,
        gate: Some(Gate::Approved),
        allow_self_approval: false,
        allow_admin_bypass: true,
        comment: false,
    }
}

fn verdict(seen: &Seen, job: &Job, inputs: &GitHubInputs) -> Vec<Code> {
    let judged = judge(seen, &Policy { job, inputs });
    judged.map_or_else(
        |no| no.iter().map(|refusal| refusal.code).collect(),
        |_| Vec::new(),
    )
}

type Change = fn(&mut Seen);

fn environment(seen: &mut Seen) -> &mut Environment {
    seen.environment.as_mut().expect("an environment")
}

fn facts(seen: &mut Seen) -> &mut JobFacts {
    seen.job.as_mut().expect("a job")
}

/// Nothing is allowed that can be forbidden.
fn strict() -> GitHubInputs {
    GitHubInputs {
        environment: Some("Production".into()),
        allow_admin_bypass: false,
        ..inputs()
    }
}

#[test]
fn each_doubt_is_refused_with_its_code() {
    for (name, code, change) in REFUSED {
        let mut seen = well();
        change(&mut seen);
        assert_eq!(verdict(&seen, &job(), &strict()), [*code], "{name}");
    }
}

#[test]
fn what_is_not_this_gates_business_passes() {
    let harmless: &[(&str, Change)] = &[
        ("all is well", |_| {}),
        ("another case of the name", |s| {
            s.claims.environment = Some("PRODUCTION".into());
        }),
        ("no job in the claims", |s| {
            s.claims.check_run_id = None;
            s.job = None;
        }),
        ("a run that waits for another job", |s| {
            s.run.status = "waiting".into();
        }),
        ("a rule of a kind to come", |s| {
            let rule = Rule {
                kind: "new".into(),
                prevent_self_review: None,
                reviewers: vec![],
            };
            environment(s).protection_rules.insert(0, rule);
        }),
        ("GitHub not saying who may review themselves", |s| {
            environment(s).protection_rules[0].prevent_self_review = None;
        }),
        ("a rejection of another environment", |s| {
            s.reviews
                .push(review("rejected", 6, Some(person("zoe", 4))));
        }),
        ("a comment of one's own", |s| {
            s.reviews.push(review("pending", 5, Some(person("ann", 1))));
        }),
        ("a second approval", |s| {
            s.reviews
                .push(review("approved", 5, Some(person("zoe", 4))));
        }),
    ];
    for (name, change) in harmless {
        let mut seen = well();
        change(&mut seen);
        assert_eq!(verdict(&seen, &job(), &strict()), [], "{name}");
    }
}

#[test]
fn self_approval_and_bypass_pass_where_the_inputs_allow_them() {
    let mut seen = well();
    seen.reviews[0].user = Some(person("ann", 1));
    environment(&mut seen).can_admins_bypass = None;
    let allowed = GitHubInputs {
        allow_self_approval: true,
        ..inputs()
    };
    assert_eq!(verdict(&seen, &job(), &allowed), []);
    seen.run.triggering_actor = None;
    assert_eq!(verdict(&seen, &job(), &allowed), [Code::GateUnproven]);
}

#[test]
fn a_later_attempt_passes_with_claims_of_its_own() {
    let mut seen = well();
    let later = Job {
        run_attempt: 2,
        ..job()
    };
    assert_eq!(verdict(&seen, &later, &inputs()), [Code::GateUnproven]);
    seen.claims.run_attempt = Some(2);
    seen.run.run_attempt = 2;
    facts(&mut seen).run_attempt = Some(2);
    assert_eq!(verdict(&seen, &later, &inputs()), []);
    seen.reviews
        .push(review("approved", 5, Some(person("eve", 2))));
    assert_eq!(verdict(&seen, &later, &inputs()), [Code::SelfApproved]);
}

#[test]
fn the_evidence_says_who_what_and_when() {
    let evidence = judge(
        &well(),
        &Policy {
            job: &job(),
            inputs: &inputs(),
        },
    )
    .expect("a proof");
    let shown = serde_json::to_string_pretty(&evidence).expect("JSON");
    insta::assert_snapshot!(shown, @r#"
    {
      "environment": "production",
      "required-reviewers": [
        "sre"
      ],
      "prevent-self-review": true,
      "admins-may-bypass": false,
      "approvers": [
        {
          "login": "bob",
          "comment": "Ship it"
        }
      ],
      "run-id": 77,
      "run-attempt": 1,
      "sha": "c0ffee",
      "seen-at": "1970-01-01T00:00:00Z"
    }
    "#);
}

#[test]
fn reasons_are_told_together() {
    let mut seen = well();
    seen.run.head_sha = "beef".into();
    environment(&mut seen).can_admins_bypass = Some(true);
    seen.reviews.clear();
    let all = [Code::GateUnproven, Code::AdminBypass];
    assert_eq!(verdict(&seen, &job(), &strict())[..2], all);
}

#[test]
fn refusals_read_well() {
    let mut seen = well();
    environment(&mut seen).protection_rules.clear();
    let refusals = judge(
        &seen,
        &Policy {
            job: &job(),
            inputs: &inputs(),
        },
    )
    .unwrap_err();
    let shown = serde_json::to_string_pretty(&refusals).expect("JSON");
    insta::assert_snapshot!(shown, @r#"
    [
      {
        "code": "GG041",
        "what": "environment production requires no reviewers",
        "why": [
          "its protection rules: none",
          "GitHub makes an environment that a job names and that is not there, without rules: check the name for a typing error",
          "in private and internal repositories required reviewers need GitHub Enterprise; with Free, Pro and Team they work in public repositories only"
        ],
        "help": "Add required reviewers to it: https://github.com/shop/web/settings/environments.",
        "exit": "gate"
      }
    ]
    "#);
}

proptest! {
    /// Whatever else is wrong or right, one doubt is enough.
    #[test]
    fn no_combination_of_doubts_passes(
        doubts in proptest::collection::vec(0..REFUSED.len(), 1..6),
        allow_admin_bypass: bool,
    ) {
        let mut seen = well();
        let mut changed = false;
        for doubt in doubts {
            let (_, code, change) = &REFUSED[doubt];
            // A change that another one has left nothing to do for is none.
            let whole = seen.environment.as_ref().is_some_and(|e| {
                e.protection_rules.first().is_some_and(|rule| !rule.reviewers.is_empty())
            });
            let whole = whole && seen.job.is_some() && !seen.reviews.is_empty();
            let whole = whole && seen.reviews[0].user.is_some();
            if whole && !(allow_admin_bypass && *code == Code::AdminBypass) {
                change(&mut seen);
                changed = true;
            }
        }
        let inputs = GitHubInputs { allow_admin_bypass, ..strict() };
        prop_assert_eq!(verdict(&seen, &job(), &inputs).is_empty(), !changed);
    }
}
