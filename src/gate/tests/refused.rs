//! Every single doubt, by name, with the code it is refused with.

use super::{Change, environment, facts, person, review};
use crate::failure::Code;
use crate::github::environments::Who;
use crate::github::runs::{EnvironmentId, Repository};

/// Everything that, on its own, must be refused under the strictest inputs.
pub(super) const REFUSED: &[(&str, Code, Change)] = &[
    ("no environment claim", Code::NotBound, |s| {
        s.claims.environment = None;
    }),
    ("another environment claim", Code::NotBound, |s| {
        s.claims.environment = Some("staging".into());
    }),
    ("no repository claim", Code::GateUnproven, |s| {
        s.claims.repository = None;
    }),
    ("another repository claim", Code::GateUnproven, |s| {
        s.claims.repository = Some("shop/x".into());
    }),
    ("no run_id claim", Code::GateUnproven, |s| {
        s.claims.run_id = None;
    }),
    ("another run_id claim", Code::GateUnproven, |s| {
        s.claims.run_id = Some(78);
    }),
    ("no run_attempt claim", Code::GateUnproven, |s| {
        s.claims.run_attempt = None;
    }),
    ("another run_attempt claim", Code::GateUnproven, |s| {
        s.claims.run_attempt = Some(2);
    }),
    ("no sha claim", Code::GateUnproven, |s| s.claims.sha = None),
    ("another sha claim", Code::GateUnproven, |s| {
        s.claims.sha = Some("beef".into());
    }),
    ("no environment", Code::GateUnproven, |s| {
        s.environment = None;
    }),
    ("another environment's name", Code::GateUnproven, |s| {
        environment(s).name = "prod".into();
    }),
    ("no rules", Code::NoReviewers, |s| {
        environment(s).protection_rules.clear();
    }),
    ("only a wait timer", Code::NoReviewers, |s| {
        environment(s).protection_rules[0].kind = "wait_timer".into();
    }),
    ("a rule without reviewers", Code::NoReviewers, |s| {
        environment(s).protection_rules[0].reviewers.clear();
    }),
    ("a reviewer without a name", Code::NoReviewers, |s| {
        environment(s).protection_rules[0].reviewers[0].reviewer = Who::default();
    }),
    ("bypass on", Code::AdminBypass, |s| {
        environment(s).can_admins_bypass = Some(true);
    }),
    ("bypass unknown", Code::AdminBypass, |s| {
        environment(s).can_admins_bypass = None;
    }),
    ("another run", Code::GateUnproven, |s| s.run.id = 78),
    ("another attempt", Code::GateUnproven, |s| {
        s.run.run_attempt = 2;
    }),
    ("a run that is over", Code::GateUnproven, |s| {
        s.run.status = "completed".into();
    }),
    ("a run in an unknown state", Code::GateUnproven, |s| {
        s.run.status = "odd".into();
    }),
    ("another commit", Code::GateUnproven, |s| {
        s.run.head_sha = "beef".into();
    }),
    ("a fork", Code::GateUnproven, |s| {
        s.run.head_repository = Some(Repository {
            full_name: "mallory/web".into(),
        });
    }),
    ("a fork that is gone", Code::GateUnproven, |s| {
        s.run.head_repository = None;
    }),
    ("no actor", Code::GateUnproven, |s| s.run.actor = None),
    ("no triggering actor", Code::GateUnproven, |s| {
        s.run.triggering_actor = None;
    }),
    ("no job for the claim", Code::GateUnproven, |s| s.job = None),
    ("a job of another run", Code::GateUnproven, |s| {
        facts(s).run_id = 78;
    }),
    ("a job of another attempt", Code::GateUnproven, |s| {
        facts(s).run_attempt = Some(2);
    }),
    ("a job of an unknown attempt", Code::GateUnproven, |s| {
        facts(s).run_attempt = None;
    }),
    ("a job of another commit", Code::GateUnproven, |s| {
        facts(s).head_sha = "beef".into();
    }),
    ("no reviews", Code::NotApproved, |s| s.reviews.clear()),
    (
        "only another environment's approval",
        Code::NotApproved,
        |s| {
            s.reviews[0].environments = vec![EnvironmentId { id: 6 }];
        },
    ),
    ("an approval of no environment", Code::NotApproved, |s| {
        s.reviews[0].environments.clear();
    }),
    ("only a comment", Code::NotApproved, |s| {
        s.reviews[0].state = "pending".into();
    }),
    ("a review of an unknown kind", Code::GateUnproven, |s| {
        s.reviews[0].state = "waved".into();
    }),
    ("an approval by nobody", Code::GateUnproven, |s| {
        s.reviews[0].user = None;
    }),
    (
        "an approval by an unknown kind of account",
        Code::GateUnproven,
        |s| {
            s.reviews[0].user.as_mut().expect("bob").kind = "Mannequin".into();
        },
    ),
    ("only an app's approval", Code::NotApproved, |s| {
        s.reviews[0].user.as_mut().expect("bob").kind = "Bot".into();
    }),
    ("the actor's approval", Code::SelfApproved, |s| {
        s.reviews[0].user = Some(person("new", 1));
    }),
    ("the triggering actor's approval", Code::SelfApproved, |s| {
        s.reviews[0].user = Some(person("bob", 2));
    }),
    (
        "an approval of one's own beside another's",
        Code::SelfApproved,
        |s| {
            s.reviews
                .push(review("approved", 5, Some(person("ann", 1))));
        },
    ),
    ("a rejection beside an approval", Code::Rejected, |s| {
        s.reviews
            .push(review("rejected", 5, Some(person("zoe", 4))));
    }),
    ("a rejection by nobody", Code::Rejected, |s| {
        s.reviews.insert(0, review("rejected", 5, None));
    }),
];
