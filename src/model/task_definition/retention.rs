//! Which older revisions of a family are not to be kept.

use std::collections::BTreeSet;

/// The revisions that are older than `deployed` and not among the `keep` newest, oldest first, of the
/// family's `active` ones, all by ARN; never one that is `held`.
pub fn retired(
    active: &[String],
    keep: usize,
    deployed: &str,
    held: &BTreeSet<String>,
) -> Vec<String> {
    let Some(ours) = number(deployed) else {
        return Vec::new();
    };
    let mut numbered: Vec<_> = active
        .iter()
        .filter_map(|arn| Some((number(arn)?, arn)))
        .collect();
    numbered.sort_unstable();
    let kept = numbered.len().saturating_sub(keep);
    let older = numbered.into_iter().take(kept);
    older
        .filter(|(number, arn)| *number < ours && !held.contains(*arn))
        .map(|(_, arn)| arn.clone())
        .collect()
}

/// The newest one of `active` that is older than `deployed`.
pub fn before<'a>(active: &'a [String], deployed: &str) -> Option<&'a String> {
    let ours = number(deployed)?;
    let older = active
        .iter()
        .filter(|arn| number(arn).is_some_and(|it| it < ours));
    older.max_by_key(|arn| number(arn))
}

/// The family of a revision's ARN, `shop` of `…:task-definition/shop:7`.
pub fn family(arn: &str) -> Option<&str> {
    let (_, name) = arn.rsplit_once('/')?;
    name.split_once(':').map(|(family, _)| family)
}

fn number(arn: &str) -> Option<u64> {
    arn.rsplit_once(':')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{before, family, retired};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn arn(number: u64) -> String {
        format!("arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:{number}")
    }

    fn arns(numbers: &[u64]) -> Vec<String> {
        numbers.iter().map(|number| arn(*number)).collect()
    }

    #[test]
    fn the_oldest_go_and_those_that_are_held_stay() {
        for (active, keep, deployed, held, expected) in [
            (&[5, 4, 3, 2, 1][..], 2, 5, &[][..], &[1, 2, 3][..]),
            (&[5, 4, 3, 2, 1], 2, 5, &[2], &[1, 3]),
            (&[5, 4, 3], 3, 5, &[], &[]),
            (&[5, 4, 3], 1, 5, &[4], &[3]),
            (&[], 1, 5, &[], &[]),
            // An older revision was deployed: what came after it is nobody's to judge.
            (&[9, 8, 7, 2, 1], 1, 7, &[], &[1, 2]),
            (&[9, 8, 7, 2, 1], 1, 2, &[], &[1]),
            // Ten is more than nine.
            (&[10, 9, 8], 2, 10, &[], &[8]),
        ] {
            let held: BTreeSet<_> = arns(held).into_iter().collect();
            let went = retired(&arns(active), keep, &arn(deployed), &held);
            assert_eq!(went, arns(expected), "{active:?} {keep} {deployed}");
        }
    }

    #[test]
    fn the_one_before_is_the_next_lower_number() {
        assert_eq!(before(&arns(&[12, 10, 9]), &arn(10)), Some(&arn(9)));
        assert_eq!(before(&arns(&[12, 10]), &arn(10)), None);
        assert_eq!(family(&arn(7)), Some("shop"));
        assert_eq!(family("shop:7"), None);
    }

    proptest! {
        #[test]
        fn never_one_that_is_held_or_as_new_as_ours(
            active in prop::collection::vec(1..40_u64, 0..20),
            keep in 1..10_usize, deployed in 1..40_u64,
            held in prop::collection::btree_set(1..40_u64, 0..5),
        ) {
            let held: BTreeSet<_> = held.into_iter().map(arn).collect();
            let active = arns(&active);
            for gone in retired(&active, keep, &arn(deployed), &held) {
                prop_assert!(!held.contains(&gone) && active.contains(&gone));
                let newer = active.iter().filter(|it| super::number(it) >= super::number(&gone));
                prop_assert!(newer.count() > keep);
                prop_assert!(super::number(&gone) < Some(deployed));
            }
        }
    }
}
