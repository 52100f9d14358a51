use super::{Past, previous};
use proptest::collection::vec;
use proptest::prelude::*;

/// `B`: brought B and served. `b`: brought B and did not. `B<A`, `b<AC`: and these ran before.
/// `?`: AWS does not say what it brought.
fn past(text: &str) -> Past {
    let (brought, ran) = text.split_once('<').unwrap_or((text, ""));
    Past {
        brought: Some(brought.to_uppercase()).filter(|it| it != "?"),
        served: brought != brought.to_lowercase(),
        ran_before: ran.chars().map(String::from).collect(),
    }
}

fn history(text: &str) -> Vec<Past> {
    text.split_whitespace().map(past).collect()
}

#[test]
fn the_one_before_is_the_one_that_served() {
    // Newest first.
    for (current, deployments, expected) in [
        ("B", "B A", Some("A")),
        ("A", "A", None),
        ("A", "", None),
        // Deployed again by force, once and often.
        ("B", "B B B A", Some("A")),
        // The one in between failed, or was rolled back.
        ("C", "C b A", Some("A")),
        ("A", "b A Z", Some("Z")),
        // The newest failed and stayed, or is under way.
        ("C", "c B A", Some("B")),
        ("C", "c b A", Some("A")),
        // It failed at first, and served when it was tried again.
        ("C", "C B b A", Some("B")),
        ("B", "B b A", Some("A")),
        // A rollback by hand is a deployment too.
        ("A", "A B A", Some("B")),
        ("C", "C A B A", Some("A")),
        // The next lower letter is nothing by itself.
        ("C", "C D A", Some("D")),
        // Nobody's deployment, but known to have run before the oldest one.
        ("B", "B<A", Some("A")),
        ("B", "B<B B<A", Some("A")),
        ("B", "b<A", Some("A")),
        ("C", "C<B b<A", Some("A")),
        ("C", "c<B b<A", Some("A")),
        ("B", "B A<Z", Some("A")),
        // Which of them served is not known; what failed did not.
        ("C", "c<AB", None),
        ("C", "c<AB b", Some("A")),
        ("C", "c<CA", Some("A")),
        ("C", "c<AA", Some("A")),
        // What AWS does not say is passed over.
        ("C", "C ? B", Some("B")),
    ] {
        let deployments = history(deployments);
        let found = previous(current, &deployments);
        assert_eq!(found, expected, "{current} of {deployments:?}");
    }
}

fn revision() -> impl Strategy<Value = String> {
    "[A-D]"
}

fn deployment() -> impl Strategy<Value = Past> {
    let brought = proptest::option::weighted(0.9, revision());
    (brought, any::<bool>(), vec(revision(), 0..3)).prop_map(|(brought, served, ran_before)| Past {
        brought,
        served,
        ran_before,
    })
}

fn deployments() -> impl Strategy<Value = Vec<Past>> {
    vec(deployment(), 0..8)
}

fn served(deployments: &[Past], revision: &str) -> bool {
    let mut served = deployments.iter().filter(|past| past.served);
    served.any(|past| past.brought.as_deref() == Some(revision))
}

proptest! {
    /// Never the current one, and never one that is only known to have failed.
    #[test]
    fn it_is_another_one_that_ran(current in revision(), deployments in deployments()) {
        if let Some(found) = previous(&current, &deployments) {
            prop_assert_ne!(found, current);
            let failed = deployments.iter().any(|it| it.brought.as_deref() == Some(found));
            prop_assert!(served(&deployments, found) || !failed);
            let ran = deployments.iter().flat_map(|it| &it.ran_before).any(|it| it == found);
            prop_assert!(served(&deployments, found) || ran);
        }
    }

    /// Whoever served and is not current is not overlooked.
    #[test]
    fn there_is_one_where_another_served(current in revision(), deployments in deployments()) {
        let another = ["A", "B", "C", "D"].iter().any(|it| *it != current && served(&deployments, it));
        if another {
            let found = previous(&current, &deployments);
            prop_assert!(found.is_some_and(|found| served(&deployments, found)));
        }
    }

    /// Deployments that failed, and the same revision deployed again, change nothing.
    #[test]
    fn what_failed_and_what_is_the_same_do_not_count(
        current in revision(),
        deployments in deployments(),
        at in 0usize..8,
        failed in revision(),
    ) {
        let found = previous(&current, &deployments).map(str::to_owned);
        prop_assume!(found.as_ref().is_some_and(|found| served(&deployments, found)));
        let at = at.min(deployments.len());
        for (brought, served) in [(failed, false), (current.clone(), true)] {
            let mut more = deployments.clone();
            more.insert(at, Past { brought: Some(brought), served, ran_before: Vec::new() });
            prop_assert_eq!(previous(&current, &more), found.as_deref());
        }
    }

    /// The newest of those that served: all that is older is of no account.
    #[test]
    fn what_is_older_does_not_count(
        current in revision(),
        mut deployments in deployments(),
        older in deployments(),
    ) {
        let found = previous(&current, &deployments).map(str::to_owned);
        prop_assume!(found.as_ref().is_some_and(|found| served(&deployments, found)));
        deployments.extend(older);
        prop_assert_eq!(previous(&current, &deployments), found.as_deref());
    }
}
