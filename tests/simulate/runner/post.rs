//! The post step of a cancelled step.

use super::{Runner, Step, Text};
use greengate::docker::Docker;
use greengate::events::Events;
use greengate::inputs::Inputs;
use greengate::job::{Job, LeftRunning};
use greengate::pipeline::{self, Run};
use greengate::report::log::Log;
use greengate_sandbox::runner;
use std::time::Duration;

/// The runner gives a post step no longer.
const LONGEST: Duration = Duration::from_hours(6);

/// What a post step came to.
pub(crate) struct Posted {
    /// What it was left with.
    pub(crate) left: LeftRunning,
    /// Absent when it did not end, and with its failure when it failed.
    pub(crate) ended: Option<Result<(), String>>,
    pub(crate) log: String,
}

impl Runner {
    /// Does the post step of a job whose step is over; `None` where the step left nothing.
    pub(crate) async fn post(&self, step: &Step<'_>) -> Option<Posted> {
        let job = step
            .sandbox
            .with_world(|world| runner::Job::of(world, step.job));
        let state = self.files.get()?.state().unwrap().unwrap();
        let saved = state
            .into_iter()
            .rfind(|(name, _)| name == LeftRunning::STATE);
        let left = LeftRunning::from_text(&saved?.1)?;
        let surroundings = self.surroundings(step, &job.expect("a running job"));
        let job = Job::read(&surroundings.variables).unwrap();
        let inputs = Inputs::read(&surroundings.variables, &job).unwrap();
        let text = Text::default();
        let log = Log::new(text.clone(), "docs".to_owned());
        let events = Events::into_sinks(vec![Box::new(log)], surroundings.clock.clone());
        let run = Run {
            inputs: &inputs,
            job: &job,
            events: &events,
            clock: &surroundings.clock,
            http: &surroundings.http,
            cancel: &surroundings.cancel,
            docker: &Docker::new(surroundings.variables.iter()),
            endpoint: surroundings.endpoint.as_deref(),
        };
        let finished = tokio::time::timeout(LONGEST, pipeline::post::finish(&run, &left)).await;
        let ended = finished.ok();
        Some(Posted {
            left,
            ended: ended.map(|done| done.map_err(|error| format!("{error:#}"))),
            log: text.take(),
        })
    }
}
