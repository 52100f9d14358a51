//! One revision for one run, whatever becomes of the answers.

use crate::edges::{edges, task_definition};
use crate::shop::Shop;
use greengate::aws::ecs::Ecs;
use greengate::aws::error::{AwsFailure, Kind};
use greengate::events::EventKind;
use greengate::failure::{Code, Failure};
use greengate::model::task_definition::TaskDefinition;
use greengate::pipeline::register::{Revision, revision};
use jiff::SignedDuration;
use std::time::Duration;

const FAMILY: &str = "shop-staging";
const BUSY: &str = "Too many concurrent attempts to create a new revision of the specified family.";

/// The demo's world, where these `faults` strike ECS.
fn shop(faults: &[String]) -> Shop {
    let list = faults
        .iter()
        .map(|fault| format!("{{ service: ecs, {fault} }}, "));
    Shop::with(&[], &format!("\nfaults: [{}]\n", list.collect::<String>()))
}

fn fault(text: &str) -> String {
    text.to_owned()
}

fn on_registration(text: &str) -> Vec<String> {
    vec![format!("operation: RegisterTaskDefinition, {text}")]
}

/// The family's revisions in the world, by ARN.
fn revisions(shop: &Shop) -> Vec<String> {
    shop.sandbox.with_world(|world| {
        let family = world.ecs.task_definitions.families.get(FAMILY);
        let revisions = family.into_iter().flatten();
        revisions.map(|revision| revision.arn.clone()).collect()
    })
}

struct Registered {
    shop: Shop,
    result: anyhow::Result<Revision>,
    /// What is new in the world.
    new: Vec<String>,
    took: SignedDuration,
    notes: Vec<String>,
}

/// Registers the example with this going wrong.
async fn registered(faults: &[String]) -> Registered {
    let shop = shop(faults);
    let (ecs, _) = edges(&shop, "staging").await;
    registered_in(shop, &ecs, &task_definition(FAMILY)).await
}

async fn registered_in(shop: Shop, ecs: &Ecs, document: &TaskDefinition) -> Registered {
    let (before, began) = (revisions(&shop), shop.clock.now());
    let result = revision(&shop.clock, &shop.events(), ecs, document).await;
    let took = shop.clock.now().duration_since(began);
    let mut new = revisions(&shop);
    new.retain(|arn| !before.contains(arn));
    let (told, _) = shop.told();
    let notes = told.into_iter().filter_map(|kind| match kind {
        EventKind::Noted { text } => Some(text),
        _ => None,
    });
    Registered {
        result,
        new,
        took,
        notes: notes.collect(),
        shop,
    }
}

#[tokio::test(start_paused = true)]
async fn one_revision_whatever_becomes_of_the_answer() {
    let busy =
        format!("count: 3, answer: {{ error: {{ code: ClientException, message: {BUSY} }} }}");
    for (faults, calls) in [
        (vec![], 1),
        (on_registration("count: 1, lost: true, answer: cut"), 1),
        (
            on_registration("count: 1, lost: true, answer: { status: 500 }"),
            1,
        ),
        (
            on_registration("count: 1, lost: true, answer: { status: 503 }"),
            1,
        ),
        (on_registration("count: 1, lost: true, answer: throttle"), 1),
        (on_registration("count: 1, answer: cut"), 2),
        (on_registration("count: 4, answer: { status: 500 }"), 5),
        (on_registration("count: 6, answer: throttle"), 7),
        (on_registration(&busy), 4),
        (
            on_registration("skip: 1, count: 9, lost: true, answer: cut"),
            1,
        ),
        (
            [
                on_registration("count: 2, answer: { status: 503 }"),
                on_registration("skip: 2, count: 1, lost: true, answer: cut"),
                vec![fault(
                    "operation: DescribeTaskDefinition, skip: 1, count: 8, answer: cut",
                )],
            ]
            .concat(),
            3,
        ),
    ] {
        let Registered {
            shop, result, new, ..
        } = registered(&faults).await;
        let revision = result.expect("a revision");
        assert!(revision.registered);
        assert_eq!(new, [revision.arn], "{faults:?}");
        assert_eq!(shop.calls("RegisterTaskDefinition").0, calls, "{faults:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn others_in_the_same_family_are_waited_out_for_minutes() {
    let busy = |until: &str| {
        let error = format!("{{ error: {{ code: ClientException, message: {BUSY} }} }}");
        on_registration(&format!("until: {until}, answer: {error}"))
    };
    let passed = registered(&busy("4m")).await;
    let revision = passed.result.expect("a revision");
    assert_eq!(passed.new, [revision.arn]);
    assert!(
        (240..=300).contains(&passed.took.as_secs()),
        "{}",
        passed.took
    );
    let told = format!(
        "AWS holds ecs:RegisterTaskDefinition back ({BUSY}); asking again for up to 5 minutes."
    );
    assert_eq!(passed.notes, [told]);

    let never = registered(&busy("2h")).await;
    let error = never.result.expect_err("it never passed");
    let failure = AwsFailure::of(&error).expect("a failed call");
    assert_eq!(failure.kind, Kind::Throttled);
    assert!(
        (300..=331).contains(&never.took.as_secs()),
        "{}",
        never.took
    );
    assert_eq!(never.new, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_at_once() {
    let refused = "answer: { error: { code: ClientException, message: No. } }";
    let ended = registered(&on_registration(refused)).await;
    let error = ended.result.expect_err("a refusal");
    assert_eq!(Failure::all_of(&error)[0].code, Code::TaskDefinitionRefused);
    assert_eq!(ended.shop.calls("RegisterTaskDefinition"), (1, 1));
    assert_eq!(ended.took, SignedDuration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn ours_is_found_below_what_another_has_registered_meanwhile() {
    let shop = shop(&on_registration("count: 1, lost: true, answer: cut"));
    let (ecs, _) = edges(&shop, "staging").await;
    let (ours, mut theirs) = (task_definition(FAMILY), task_definition(FAMILY));
    theirs.set_image("web", "nginx:1").expect("the container");
    let another = async {
        // Within the pause before the look.
        shop.clock.sleep(Duration::from_millis(100)).await;
        ecs.register(&theirs).await.expect("theirs")
    };
    let (registered, theirs) = tokio::join!(registered_in(shop.clone(), &ecs, &ours), another);
    let revision = registered.result.expect("a revision");
    assert_eq!(registered.new, [revision.arn.clone(), theirs.arn]);
    assert!(revision.arn.ends_with(":2"), "{}", revision.arn);
}

#[tokio::test(start_paused = true)]
async fn in_a_new_family_too_there_is_one_revision() {
    let shop = shop(&on_registration("count: 1, lost: true, answer: cut"));
    let (ecs, _) = edges(&shop, "staging").await;
    shop.sandbox.with_world(|world| {
        let families = &mut world.ecs.task_definitions.families;
        let revisions = families.get_mut(FAMILY).expect("the family");
        for revision in revisions {
            revision.deregistered = Some(revision.registered);
        }
    });
    let registered = registered_in(shop, &ecs, &task_definition(FAMILY)).await;
    let revision = registered.result.expect("a revision");
    assert_eq!(registered.new, [revision.arn]);
}

/// A fault by chance.
fn trouble(operation: &str) -> String {
    let answer = fastrand::choice(["cut", "throttle", "{ status: 500 }", "{ status: 503 }"]);
    let (skip, count) = (fastrand::u8(0..4), fastrand::u8(1..4));
    let lost = fastrand::bool();
    let answer = answer.expect("one of them");
    format!("operation: {operation}, skip: {skip}, count: {count}, lost: {lost}, answer: {answer}")
}

#[tokio::test(start_paused = true)]
async fn by_chance_too_there_is_one_revision() {
    for seed in 0..120 {
        fastrand::seed(seed);
        let faults: Vec<String> = (0..fastrand::u8(1..5))
            .map(|_| match fastrand::u8(0..3) {
                0 => trouble("DescribeTaskDefinition"),
                _ => trouble("RegisterTaskDefinition"),
            })
            .collect();
        let ended = registered(&faults).await;
        match ended.result {
            Ok(revision) => assert_eq!(ended.new, [revision.arn], "seed {seed}: {faults:?}"),
            Err(error) => {
                let failure = AwsFailure::of(&error).expect("a failed call");
                let of_the_first_look = failure.action == "ecs:DescribeTaskDefinition";
                assert!(
                    of_the_first_look && ended.new.is_empty(),
                    "seed {seed}: {error:#}"
                );
            }
        }
    }
}
