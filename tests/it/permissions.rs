//! `docs/permissions.md` gives what runs need and nothing else.
//!
//! Every world of these tests has its roles from that page. What a run lacks fails the run; what no
//! run uses is found here, and for deployments in [`crate::verdicts`].

use crate::run::{Ran, Stand, Step};
use greengate_sandbox::scenario::Scenario;
use greengate_sandbox::world::World;
use greengate_sandbox::world::identity::checks::Use;
use greengate_sandbox::world::identity::documented::Template;
use greengate_sandbox::world::identity::policy::{Policy, Statement, matches};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fmt;

/// The policies of jobs that build.
pub(crate) const BUILD: [&str; 2] = ["build", "create-repository"];

/// The policies that deployments need only for inputs of their own, and that are tried where those are.
pub(crate) const ELSEWHERE: [&str; 5] = [BUILD[0], BUILD[1], CHECKS, "keep-revisions", "plan"];

/// The policy of checks that a deployment could do without: [`crate::preflight`] uses it.
pub(crate) const CHECKS: &str = "preflight";

/// The actions and resources of policies that nothing has used yet.
pub(crate) struct Unused(BTreeSet<Grant>);

/// An action or a resource of a statement, as the page has it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Grant {
    policy: String,
    statement: String,
    what: String,
}

impl Unused {
    /// Everything of these policies.
    pub(crate) fn of(names: &[&str]) -> Self {
        Self::all(|name| names.contains(&name))
    }

    /// Everything of all policies but these.
    pub(crate) fn but(names: &[&str]) -> Self {
        Self::all(|name| !names.contains(&name))
    }

    fn all(of: impl Fn(&str) -> bool) -> Self {
        let templates = Template::policies();
        let policies = templates.iter().filter(|template| of(template.name));
        let grants = policies.flat_map(|template| {
            let policy = template.policy().unwrap();
            let statements = policy.statement.iter();
            let grants = statements.flat_map(|it| {
                let whats = it.action.iter().chain(it.resource.iter());
                whats.map(|what| Grant::of(&policy, it, what))
            });
            grants.collect::<Vec<_>>()
        });
        let unused = Self(grants.collect());
        assert!(!unused.is_empty());
        unused
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Crosses out what was used in `world`.
    pub(crate) fn cross_out(&mut self, world: &World) {
        let used = world.identity.checks.used();
        let roles = world.identity.roles.values();
        for filled in roles.flat_map(|role| &role.policies) {
            if let Some(template) = Template::of(&filled.name) {
                self.cross_out_of(&template.policy().unwrap(), filled, &used);
            }
        }
    }

    fn cross_out_of(&mut self, template: &Policy, filled: &Policy, used: &BTreeSet<Use>) {
        for (statement, filled_in) in template.statement.iter().zip(&filled.statement) {
            let sid = statement.sid.as_deref().unwrap_or_default();
            let used = used.iter();
            let used = used.filter(|it| it.policy == template.name && it.statement == sid);
            for one in used {
                self.0.remove(&Grant::of(template, statement, &one.action));
                let resources = statement.resource.iter().zip(filled_in.resource.iter());
                let resources = resources.filter(|(_, arn)| matches(arn, &one.resource));
                for (resource, _) in resources {
                    assert!(
                        resource != "*" || one.resource == "*",
                        "{sid} of {} could name a resource for {}: {}",
                        template.name,
                        one.action,
                        one.resource
                    );
                    self.0.remove(&Grant::of(template, statement, resource));
                }
            }
        }
    }
}

impl Grant {
    fn of(policy: &Policy, statement: &Statement, what: &str) -> Self {
        Self {
            policy: policy.name.clone(),
            statement: statement.sid.clone().unwrap_or_default(),
            what: what.to_owned(),
        }
    }
}

impl fmt::Display for Unused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|grant| {
            let Grant {
                policy,
                statement,
                what,
            } = grant;
            writeln!(f, "{policy}: {statement}: {what}")
        })
    }
}

/// The role of staging with nothing but what a job to build needs.
const TO_BUILD: [(&str, &str); 2] = [
    (
        "[build, deploy-rolling, diagnosis, diagnosis-targets, preflight, tag-revisions]",
        "[build, create-repository]",
    ),
    ("REPOSITORY: shop", "REPOSITORY: team/shop"),
];

fn built(stand: &Stand) -> Step<'_> {
    stand
        .step(stand.staging_job())
        .input("command", "build")
        .input("role-to-assume", &crate::run::role("staging"))
        .input("repository", "team/shop")
        .input("create-repository", "true")
        .input("tags", "latest")
        .with_engine()
}

/// The first build makes the repository and fills the cache, the second one finds layers in it, and
/// the third one finds its image and gives it a further tag.
#[tokio::test]
async fn builds_use_all_that_they_are_given() {
    let stand = Stand::with(&TO_BUILD).await;
    let pushed = |ran: &Ran| ran.ended(0, "succeeded").output("image-pushed") == "true";
    assert!(pushed(&built(&stand).run().await));
    stand.write(
        "Dockerfile",
        "FROM scratch\nCOPY hello.txt /\nCOPY hello.txt /again\n",
    );
    assert!(pushed(&built(&stand).run().await));
    let again = built(&stand).input("tags", "v1");
    assert!(!pushed(&again.run().await));

    let mut unused = Unused::of(&BUILD);
    stand.look(|world| {
        unused.cross_out(world);
        assert_eq!(world.identity.checks.missing(), BTreeSet::new());
    });
    assert!(
        unused.is_empty(),
        "docs/permissions.md gives what no build uses:\n{unused}"
    );
}

/// For each statement, a name in its own document and beside those that it is attached with; for
/// each action, a line that says why it is there.
#[test]
fn every_statement_has_a_name_and_every_action_a_reason() {
    let page = include_str!("../../docs/permissions.md");
    for template in Template::policies() {
        let policy = template.policy().unwrap();
        let size = template
            .text
            .split_whitespace()
            .map(str::len)
            .sum::<usize>();
        assert!(size <= 6144, "{} is larger than AWS takes", template.name);
        let names: BTreeSet<_> = policy.statement.iter().map(|it| it.sid.clone()).collect();
        assert_eq!(names.len(), policy.statement.len(), "{}", template.name);
        assert!(!names.contains(&None), "{}", template.name);
        let (_, after) = page.split_once(template.text).unwrap();
        let reasons = after.split("\n<!-- ").next().unwrap();
        let due: BTreeSet<_> = policy
            .statement
            .iter()
            .flat_map(|it| it.action.iter())
            .collect();
        assert_eq!(reasoned(reasons), due, "{}", template.name);
    }
}

/// So that what a job may do that only looks is a part of what one may do that deploys.
#[test]
fn a_statement_of_a_deployment_looks_or_writes_but_not_both() {
    let templates = Template::policies().into_iter();
    for template in templates.filter(|it| it.name.starts_with("deploy-")) {
        for statement in template.policy().unwrap().statement {
            let sid = statement.sid.unwrap();
            let looks = ["See", "List", "Read"]
                .iter()
                .any(|verb| sid.starts_with(verb));
            for action in statement.action.iter() {
                let (_, operation) = action.split_once(':').unwrap();
                let reads = ["Describe", "List", "Get", "BatchGet"];
                let reads = reads.iter().any(|verb| operation.starts_with(verb));
                assert_eq!(looks, reads, "{sid}: {action}");
            }
        }
    }
}

#[test]
fn the_roles_of_the_tests_and_of_the_demo_have_nothing_but_what_is_documented() {
    let demo = include_str!("../../sandbox/scenarios/demo.yaml");
    for text in [crate::run::SCENARIO, demo] {
        let scenario = Scenario::parse(text).unwrap();
        let world = scenario.world(Timestamp::UNIX_EPOCH).unwrap();
        assert!(world.identity.users.is_empty());
        // The others are those of tasks, which nobody here assumes.
        let deploying = world.identity.roles.iter();
        let deploying = deploying.filter(|(name, _)| name.starts_with("greengate-"));
        assert_eq!(deploying.clone().count(), 2);
        for (name, role) in deploying {
            let policies = role.policies.iter().chain([&role.trust]);
            assert!(policies.clone().count() > 1, "{name}");
            for policy in policies {
                assert_ne!(policy.name, "", "{name}");
            }
        }
    }
}

/// The actions in the first column of the table.
fn reasoned(text: &str) -> BTreeSet<&str> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = lines.filter_map(|line| line.split(" |").next());
    let words = cells.flat_map(|cell| cell.split(['`', ',', ' ']));
    words.filter(|word| word.contains(':')).collect()
}

/// A repository whose `sub` has ids is let in by the other trust policy, and by that alone.
#[tokio::test]
async fn the_immutable_form_of_the_subject_is_trusted() {
    const IMMUTABLE: (&str, &str) = (
        "private: true",
        "private: true\n      immutable-subject: true",
    );
    let classic = Stand::with(&[IMMUTABLE]).await;
    let refused = classic.staging(classic.staging_job()).run().await;
    assert_eq!(refused.ended(3, "refused").codes(), ["GG011"]);

    let ids = classic.look(|world| {
        let repository = world.github.repository(crate::shop::REPOSITORY).unwrap();
        let owner = world.github.user(&repository.owner).unwrap();
        (owner.id, repository.id)
    });
    let trust = ("trust: environment", "trust: environment-immutable");
    let ids = format!(
        "NAME: shop\n          OWNER_ID: '{}'\n          NAME_ID: '{}'\n",
        ids.0, ids.1
    );
    let stand = Stand::with(&[IMMUTABLE, trust, ("NAME: shop\n", &ids)]).await;
    let ran = stand.staging(stand.staging_job()).run().await;
    ran.ended(0, "succeeded");
}
