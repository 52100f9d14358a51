//! What served before a run began, watched all the time: what a rollback goes back to.

use crate::connection::{Counted, brought};
use crate::plan::Plan;
use crate::runner::duration;
use crate::truth::Truth;
use greengate_sandbox::Sandbox;
use jiff::SignedDuration;

/// Shorter than anything serves.
const STEP: SignedDuration = SignedDuration::from_secs(5);

/// The revisions that served, and what is under way.
#[derive(Default)]
pub(crate) struct Past {
    /// The ARNs of those that served completely, each once for every time that it did.
    served: Vec<String>,
    /// What the service is on or goes to.
    current: Option<String>,
    /// What it is on its way back to.
    back_to: Option<String>,
}

/// Lets the time pass until the run begins.
pub(crate) async fn watch(sandbox: &Sandbox, plan: &Plan) -> Past {
    let mut past = Past::default();
    let mut left = plan.starts;
    loop {
        sandbox.with_world(|world| past.look(&Truth::of(world, plan.way)));
        if left <= SignedDuration::ZERO {
            break;
        }
        let step = STEP.min(left);
        tokio::time::sleep(duration(step)).await;
        left -= step;
    }
    sandbox.with_world(|world| {
        let counted = Counted::of(world, plan.way);
        let service = world.ecs.service(plan.way.environment(), "shop");
        let set_to = service.map(|service| service.task_definition.clone());
        let brought = counted
            .active
            .map(|active| brought(world, plan.way, &active));
        past.back_to = brought.clone().filter(|_| counted.is_rollback);
        past.current = brought.or(set_to);
    });
    past
}

impl Past {
    fn look(&mut self, truth: &Truth) {
        let sole = truth.sole();
        if let Some(revision) = sole.filter(|it| self.served.last().map(String::as_str) != Some(it))
        {
            self.served.push(revision.to_owned());
        }
    }

    /// What served last before what the service is on or goes to.
    pub(crate) fn previous(&self) -> Option<&str> {
        if self.back_to.is_some() {
            return self.back_to.as_deref();
        }
        let mut served = self.served.iter().rev();
        let other = served.find(|it| self.current.as_ref() != Some(it));
        other.map(String::as_str)
    }
}
