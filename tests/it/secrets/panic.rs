//! A bug that panics is a failure like others: told without secrets, and with everything written that
//! is written on every way out.

use super::known::{Known, OF_THE_JOB, build_secrets};
use crate::fuzz::runner;
use crate::run::{Ran, Stand, role};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use greengate::events::{Events, Sink};
use greengate::report::annotations::Annotations;
use greengate::report::log::Log;
use greengate::run::{Surroundings, told};
use greengate_sandbox::runner::{Files, Inputs, Job};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// A way to AWS and GitHub that ends in a panic, with what it was to send in its words.
#[derive(Debug)]
struct Panics;

impl HttpConnector for Panics {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let authorization = request.headers().get("authorization").unwrap_or_default();
        panic!(
            "no way to send\n::error::{authorization}\r##[error] with {}",
            build_secrets()
        );
    }
}

fn client() -> SharedHttpClient {
    http_client_fn(|_, _| SharedHttpConnector::new(Panics))
}

#[derive(Clone, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A build whose first call panics.
fn inputs() -> Inputs {
    let inputs = [
        ("command", "build"),
        ("repository", "shop"),
        ("aws-region", "eu-west-1"),
        ("role-to-assume", &role("staging")),
        ("build-secrets", &build_secrets()),
    ];
    let declared = Inputs::declared(include_str!("../../../action.yml")).unwrap();
    inputs
        .into_iter()
        .fold(declared, |inputs, (name, value)| inputs.with(name, value))
}

#[tokio::test]
async fn a_panic_is_told_like_any_failure() {
    let stand = Stand::open().await;
    let key = stand.staging_job();
    let job = stand.look(|world| Job::of(world, key)).unwrap();
    let folder = stand.path("panic");
    let files = Files::create(&folder, &folder.join("workspace"), &job).unwrap();
    let inputs = inputs();
    let of_job = OF_THE_JOB.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let surroundings = Surroundings {
        variables: job
            .environment(&inputs, &files)
            .into_iter()
            .chain(of_job)
            .collect(),
        clock: stand.shop.clock.clone(),
        http: client(),
        cancel: CancellationToken::new(),
        endpoint: None,
    };
    let job = greengate::job::Job::read(&surroundings.variables).unwrap();
    let text = Text::default();
    let mut sinks: Vec<Box<dyn Sink>> = vec![
        Box::new(Log::new(text.clone(), job.docs.clone())),
        Box::new(Annotations::new(text.clone(), job.docs.clone())),
    ];
    // The first two write to the standard output, which a test has no part in.
    sinks.extend(greengate::report::sinks(&job).into_iter().skip(2));
    let events = Events::into_sinks(sinks, surroundings.clock.clone());

    let code = told(&surroundings, &job, &events).await;

    let log = String::from_utf8(text.0.lock().unwrap().clone()).unwrap();
    let outputs = files.outputs().unwrap().unwrap();
    let ran = Ran {
        code: Some(code.into()),
        log,
        stderr: String::new(),
        outputs: outputs.into_iter().collect(),
        summary: files.summary().unwrap(),
        report: std::fs::read_to_string(folder.join("workspace/greengate-build.json")).unwrap(),
        state: files.state().unwrap().unwrap().into_iter().collect(),
        folder,
    };
    ran.ended(1, "failed");
    assert_eq!(ran.codes(), ["GG090"]);
    assert!(ran.log.contains("no way to send"), "{}", ran.log);
    assert!(ran.log.contains("bearer ***"), "{}", ran.log);
    let commands = runner::lines(&ran.log)
        .into_iter()
        .filter_map(runner::command);
    let errors = commands.filter(|command| command.name == "error").count();
    assert_eq!(errors, 1, "{}", ran.log);
    assert!(!runner::has_older_command(&ran.log), "{}", ran.log);
    let known = Known::of(&stand, key, &ran);
    known.assert_masked(&ran);
    for (place, bytes) in ran.everything() {
        known.assert_unsaid(&place, &bytes);
    }
}
