//! What served before a run began, watched all the time: what a rollback goes back to.

use crate::connection::Counted;
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
    /// What the service is set to, unless a deployment is under way.
    current: Option<String>,
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
        let active = Counted::of(world, plan.way).active;
        let service = world.ecs.service(plan.way.environment(), "shop");
        let current = service.map(|service| service.task_definition.clone());
        past.current = current.filter(|_| active.is_none());
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

    /// What served last before what the service is set to or goes to.
    pub(crate) fn previous(&self) -> Option<&str> {
        let mut served = self.served.iter().rev();
        let other = served.find(|it| self.current.as_ref() != Some(it));
        other.map(String::as_str)
    }
}
