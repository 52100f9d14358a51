//! One run, from the environment of the process to its exit code.
//!
//! Whatever happens, the stream of events is ended: outputs, summary and report are written on
//! every way out.

mod panicked;

pub use panicked::keep_to_ourselves;

use crate::aws;
use crate::clock::Clock;
use crate::docker::Docker;
use crate::events::{EventKind, Events};
use crate::failure::{Code, Failure};
use crate::http::SharedHttpClient;
use crate::inputs::Inputs;
use crate::job::{self, Job, Variables};
use crate::pipeline::{self, Run};
use crate::report;
use crate::report::comment::Comment;
use crate::rollout::outcome::Outcome;
use anyhow::Result;
use tokio_util::sync::CancellationToken;

/// What a run is put into.
pub struct Surroundings {
    /// The environment of the process.
    pub variables: Variables,
    /// Whose time counts.
    pub clock: Clock,
    /// The way to AWS and GitHub.
    pub http: SharedHttpClient,
    /// Set when the run is to end now.
    pub cancel: CancellationToken,
    /// Where AWS is, when not where it always is; `AWS_ENDPOINT_URL` is read besides.
    pub endpoint: Option<String>,
}

/// Does the run and tells it to the sinks of its job.
///
/// # Errors
/// The [`Failure`] of a process that is in no job: there is nobody to tell it to.
pub async fn run(surroundings: &Surroundings) -> Result<u8, Failure> {
    let job = Job::read(&surroundings.variables)?;
    let mut sinks = report::sinks(&job);
    if job.debug {
        sinks.push(report::diagnostics::show());
    }
    let events = Events::into_sinks(sinks, surroundings.clock.clone());
    Ok(told(surroundings, &job, &events).await)
}

/// Does what is left to do after a step: nothing, unless it was cancelled while its deployment ran.
///
/// # Errors
/// The [`Failure`] of a process that is in no job: there is nobody to tell it to.
pub async fn post(surroundings: &Surroundings) -> Result<u8, Failure> {
    let job = Job::read(&surroundings.variables)?;
    let Some(left) = job.left_running.clone() else {
        return Ok(0);
    };
    let sinks = report::post_sinks(&job);
    let events = Events::into_sinks(sinks, surroundings.clock.clone());
    hide_secrets(&surroundings.variables, &events);
    let work = Box::pin(async {
        let inputs = Inputs::read(&surroundings.variables, &job)?;
        let docker = Docker::new(surroundings.variables.iter());
        let run = surroundings.run(&inputs, &job, &events, &docker);
        pipeline::post::finish(&run, &left).await
    });
    let done = panicked::caught(work).await;
    Ok(done.map_or_else(|error| tell(&events, &failures(&error)), |()| 0))
}

/// Does the run and tells it to `events`; the exit code.
pub async fn told(surroundings: &Surroundings, job: &Job, events: &Events) -> u8 {
    // Before anything is masked: it has to know what.
    let comment = Comment::on(events, &job.docs);
    hide_secrets(&surroundings.variables, events);
    // On the heap: the compiler does not look deeper into its layout then.
    let work = Box::pin(done(surroundings, job, events, &comment));
    match panicked::caught(work).await {
        Ok(outcome) => {
            events.emit(EventKind::Finished {
                outcome,
                exit: None,
            });
            0
        }
        Err(error) => failed(events, &error),
    }
}

/// Before anything is said that could hold one.
fn hide_secrets(variables: &Variables, events: &Events) {
    let secrets = job::secrets(variables).chain(Inputs::secrets(variables));
    secrets.for_each(|secret| events.mask(&secret));
}

async fn done(
    surroundings: &Surroundings,
    job: &Job,
    events: &Events,
    comment: &Comment,
) -> Result<Outcome> {
    let inputs = Inputs::read(&surroundings.variables, job)?;
    let docker = Docker::new(surroundings.variables.iter());
    let run = surroundings.run(&inputs, job, events, &docker);
    let done = with_inputs(&run, &surroundings.variables).await;
    if pipeline::comment::is_wanted(&run) {
        let failures = done.as_ref().err().map(failures).unwrap_or_default();
        let outcome = match (&done, failures.first()) {
            (Ok(outcome), _) => *outcome,
            (Err(_), first) => first.map_or(Outcome::Failed, Outcome::of),
        };
        pipeline::comment::keep(&run, &comment.text(outcome, &failures)).await;
    }
    done
}

async fn with_inputs(run: &Run<'_>, variables: &Variables) -> Result<Outcome> {
    let Run {
        inputs,
        job,
        events,
        ..
    } = *run;
    events.emit(EventKind::RunStarted {
        command: inputs.command,
        repository: job.repository.clone(),
        commit: job.sha.clone(),
        run_url: job.run_url(),
    });
    for name in Inputs::unknown(variables) {
        events.warn(format!(
            "`{name}` is no input of this version; it is ignored."
        ));
    }
    pipeline::run(run).await
}

impl Surroundings {
    fn run<'a>(
        &'a self,
        inputs: &'a Inputs,
        job: &'a Job,
        events: &'a Events,
        docker: &'a Docker,
    ) -> Run<'a> {
        Run {
            inputs,
            job,
            events,
            clock: &self.clock,
            http: &self.http,
            cancel: &self.cancel,
            docker,
            endpoint: self.endpoint.as_deref(),
        }
    }
}

/// Tells every failure; the exit code of the first one.
fn tell(events: &Events, failures: &[Failure]) -> u8 {
    for failure in failures {
        events.emit(EventKind::Failed {
            failure: failure.clone(),
        });
    }
    failures.first().map_or(1, |first| first.exit.code())
}

/// Tells every failure; the first one decides how the run ends.
fn failed(events: &Events, error: &anyhow::Error) -> u8 {
    let failures = failures(error);
    let code = tell(events, &failures);
    let first = failures.first();
    let exit = first.map(|failure| failure.exit);
    let outcome = first.map_or(Outcome::Failed, Outcome::of);
    events.emit(EventKind::Finished { outcome, exit });
    code
}

fn failures(error: &anyhow::Error) -> Vec<Failure> {
    let failures = aws::error::failures(error);
    if failures.is_empty() {
        return vec![bug(error)];
    }
    failures
}

/// Nothing that was foreseen: the whole chain, for the report of it.
fn bug(error: &anyhow::Error) -> Failure {
    let help = "Please report this with the lines above; look at the service before you run the \
                job again.";
    let chain = error.chain().map(ToString::to_string);
    let mut failure = Failure::new(
        Code::Bug,
        "something happened that Greengate did not foresee",
        help,
    );
    failure.why = chain.collect();
    failure
}
