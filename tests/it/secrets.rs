//! What a run keeps to itself: no secret in anything that it writes or leaves behind, nor on a
//! command line, however it ends, and in whatever form somebody says it aloud.

mod known;
mod panic;

use crate::release::release;
use crate::run::{Ran, Stand, Step};
use greengate_sandbox::world::github::JobKey;
use known::{Known, NETRC, build_secrets};
use rustix::process::Signal;
use std::os::unix::fs::PermissionsExt;

/// A Dockerfile that says its secrets aloud in every form that it can think of, and fails.
const INDISCREET: &str = r"FROM python:3.13-slim
COPY say.py /
RUN --network=none --mount=type=secret,id=netrc --mount=type=secret,id=key python3 /say.py; exit 4
";

const SAY: &str = r#"
import base64, json, sys, urllib.parse
for name in ["netrc", "key"]:
    secret = open("/run/secrets/" + name).read()
    print("whole", secret)
    print("one line", secret.replace("\n", " "))
    print("in colours", "\033[1m".join(secret.splitlines()[0][i:i + 4] for i in range(0, 40, 4)))
    print(json.dumps({"json": secret}))
    print("url", urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret), urllib.parse.quote(secret))
    for before in ["", "u", "us", "user:"]:
        text = (before + secret + "\n").encode()
        print("base64", base64.b64encode(text).decode(), base64.urlsafe_b64encode(text).decode())
    print("x" * 480, secret.splitlines()[0], file=sys.stderr)
"#;

/// A folder with a `docker-buildx` that writes down with which arguments it is called.
fn spy(stand: &Stand) -> String {
    let path = std::env::var("PATH").unwrap();
    let mut folders = std::env::split_paths(&path).map(|folder| folder.join("docker-buildx"));
    let real = folders
        .find(|program| program.is_file())
        .expect("docker-buildx");
    let folder = stand.path("spy");
    std::fs::create_dir(&folder).unwrap();
    let program = folder.join("docker-buildx");
    let script = format!(
        "#!/bin/sh\ntr '\\0' '\\\n' </proc/$$/cmdline >>{}\nexec {} \"$@\"\n",
        stand.path("spy/calls").display(),
        real.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{path}", folder.display())
}

/// `step` with everything secret that a job can hold, and with diagnostics.
fn loaded(step: Step<'_>) -> Step<'_> {
    known::OF_THE_JOB
        .iter()
        .fold(step, |step, (name, value)| step.variable(name, value))
        .variable("RUNNER_DEBUG", "1")
        .input("build-secrets", &build_secrets())
}

/// No secret of `job` is in anything that came of the run, and every one was masked.
#[track_caller]
fn kept(stand: &Stand, job: JobKey, ran: &Ran) {
    let known = Known::of(stand, job, ran);
    known.assert_masked(ran);
    for (place, bytes) in ran.everything() {
        known.assert_unsaid(&place, &bytes);
    }
}

fn building(stand: &Stand, job: JobKey) -> Step<'_> {
    let step = release(stand, job).variable("PATH", &spy(stand));
    loaded(step)
}

#[tokio::test]
async fn a_release_that_succeeds() {
    let stand = Stand::open().await;
    let job = stand.staging_job();
    let ran = building(&stand, job).run().await;
    assert_eq!(
        (ran.code, ran.output("outcome")),
        (Some(0), "succeeded"),
        "{}",
        ran.log
    );
    kept(&stand, job, &ran);
    let calls = std::fs::read(stand.path("spy/calls")).unwrap();
    assert!(String::from_utf8_lossy(&calls).contains("--secret"));
    Known::of(&stand, job, &ran).assert_unsaid("the command lines", &calls);
    assert!(
        ran.stderr.contains("debug: "),
        "diagnostics are on: {}",
        ran.stderr
    );
}

#[tokio::test]
async fn a_build_that_says_its_secrets_aloud() {
    let stand = Stand::open().await;
    stand.write("Dockerfile", INDISCREET);
    stand.write("say.py", SAY);
    let job = stand.staging_job();
    let ran = building(&stand, job).run().await;
    assert_eq!(ran.codes(), ["GG031"], "{}", ran.log);
    for form in [
        "whole ***",
        "one line",
        "\"json\": \"***\"",
        "url *** *** ***",
        "base64 ",
    ] {
        assert!(ran.log.contains(form), "{form} is not in {}", ran.log);
    }
    kept(&stand, job, &ran);
}

#[tokio::test]
async fn inputs_that_cannot_be_read() {
    let stand = Stand::open().await;
    let job = stand.staging_job();
    let step = loaded(stand.staging(job));
    // A line too many, and the same secret where it does not belong.
    let broken = format!("{}\nno pair of name and value", build_secrets());
    let step = step.input("build-secrets", &broken).input("cluster", NETRC);
    let ran = step.run().await;
    ran.ended(2, "refused");
    kept(&stand, job, &ran);
}

#[tokio::test]
async fn a_gate_that_refuses() {
    let stand = Stand::open().await;
    let job = stand.staging_job();
    let step = loaded(stand.staging(job)).input("gate", "approved");
    let ran = step.run().await;
    assert_eq!(ran.code, Some(4), "{}", ran.log);
    kept(&stand, job, &ran);
}

const EXITS: (&str, &str) = (
    "behaviours: []",
    "behaviours:
    - match: { service: shop, nth-revision: 1 }
      ends: { exits: { code: 1, after: 2s, log: [panic, no database] } }",
);

#[tokio::test]
async fn a_deployment_that_is_rolled_back() {
    let stand = Stand::with(&[EXITS]).await;
    let job = stand.staging_job();
    let ran = loaded(stand.staging(job)).run().await;
    assert_eq!(ran.code, Some(5), "{}", ran.log);
    kept(&stand, job, &ran);
}

#[tokio::test]
async fn a_blue_green_deployment_that_runs_out_of_time() {
    let stand = Stand::open().await;
    let job = stand.production_job();
    let step = loaded(stand.production(job)).input("timeout", "2m");
    let ran = step.run().await;
    assert_eq!(ran.code, Some(7), "{}", ran.log);
    kept(&stand, job, &ran);
}

/// What answers repeats what it was sent.
#[tokio::test]
async fn credentials_that_end_in_the_middle() {
    let refused = "faults:\n  - { service: ecs, operation: DescribeServices, skip: 3, answer: { error: \
                   { code: ExpiredTokenException, message: The security token included in the request is \
                   expired } } }";
    let stand = Stand::with(&[("faults: []", refused)]).await;
    let job = stand.staging_job();
    let ran = loaded(stand.staging(job)).run().await;
    assert_eq!(ran.code, Some(6), "{}", ran.log);
    kept(&stand, job, &ran);
}

#[tokio::test]
async fn a_run_that_is_cancelled() {
    let slow = "behaviours:\n    - match: { service: shop, nth-revision: 1 }\n      start: 20m";
    let stand = Stand::with(&[("behaviours: []", slow)]).await;
    let job = stand.staging_job();
    let mut under_way = loaded(stand.staging(job)).start();
    under_way.until("under way (IN_PROGRESS)").await;
    under_way.signal(Signal::TERM);
    let ran = under_way.end().await;
    assert_eq!(ran.code, Some(130), "{}", ran.log);
    kept(&stand, job, &ran);
}
