//! Who has the production traffic of a blue/green service. Pure.

use super::{Seen, deleted, primary, replacement};
use crate::model::service::{Counts, Service, TaskSet};
use crate::rollout::snapshot::{Serving, State};

/// Who has the production traffic: the PRIMARY task set, unless a deployment that is under way or
/// failed has given ours a part of it.
pub(super) fn serving(seen: &Seen<'_>, state: State) -> Serving {
    let Some(service) = seen.service.filter(|_| deleted(seen).is_none()) else {
        return Serving::Unknown;
    };
    let Some(primary) = primary(service) else {
        return Serving::Unknown;
    };
    let ours = is_ours(seen, primary);
    if let Some((set, is_all)) = left(seen, service).filter(|_| !ours) {
        return match traffic_of_ours(seen, service, state) {
            None if is_all => by_set(seen, set),
            _ => Serving::Unknown,
        };
    }
    match traffic_of_ours(seen, service, state) {
        // What its rollback has moved before it failed is told nowhere.
        Some(_) if state == State::RollbackFailed => Serving::Unknown,
        Some(percent) if percent < 100 && !ours => Serving::Divided {
            task_definition: primary.task_definition.clone(),
            percent,
        },
        Some(_) => Serving::Ours,
        None => by_set(seen, primary),
    }
}

/// Whether our deployment has made `set`. Another one may have brought the same revision before.
pub(super) fn is_ours(seen: &Seen<'_>, set: &TaskSet) -> bool {
    match &set.external_id {
        Some(by) => *by == seen.deployment.id,
        None => set.task_definition == seen.revision,
    }
}

fn by_set(seen: &Seen<'_>, set: &TaskSet) -> Serving {
    match set.counts {
        _ if is_ours(seen, set) => Serving::Ours,
        Counts { desired: 0, .. } => Serving::Unknown,
        Counts {
            desired, running, ..
        } => Serving::Other {
            task_definition: set.task_definition.clone(),
            healthy: running >= desired,
        },
    }
}

/// The task set that has traffic from before, and whether it is all of it.
fn left<'a>(seen: &Seen<'_>, service: &'a Service) -> Option<(&'a TaskSet, bool)> {
    let mut left = seen.left_traffic.iter();
    left.find_map(|left| Some((service.task_set(&left.task_set)?, left.is_all)))
}

/// Percent of the traffic on our task set while it is there and not PRIMARY yet. The weights of a
/// deployment that is over stay as they were, so that they tell nothing once it is rolled back.
fn traffic_of_ours(seen: &Seen<'_>, service: &Service, state: State) -> Option<u8> {
    if matches!(
        state,
        State::Succeeded | State::Superseded | State::RolledBack
    ) {
        return None;
    }
    let green = seen.target.and_then(replacement)?;
    let there = service.task_sets.iter().any(|set| set.id == green.id);
    let percent = green.traffic_weight.clamp(0.0, 100.0).round();
    let percent = (0..=100_u8).find(|whole| f64::from(*whole) >= percent)?;
    Some(percent).filter(|percent| there && *percent > 0)
}
