use super::{Broken, Progress, Step};
use base64::{Engine, prelude::BASE64_STANDARD};
use insta::assert_snapshot;
use proptest::prelude::*;
use std::fmt::Write;

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../tests/data/rawjson/", $name, ".jsonl"))
    };
}

/// The steps that are told of `text`, one a line, and how the build failed.
fn told(text: &str) -> (String, Broken) {
    let mut progress = Progress::default();
    let mut lines = String::new();
    let mut tell = |step: Step| {
        let cached = if step.cached { " cached" } else { "" };
        writeln!(lines, "{:.3}{cached} {}", step.seconds, step.name).expect("it is a string");
    };
    progress.read(text.as_bytes(), &mut tell);
    progress.end(&mut tell);
    (lines, progress.broken())
}

fn steps(text: &str) -> String {
    told(text).0
}

/// What a reader is shown of the failure of `text`.
fn failure(text: &str) -> String {
    let broken = told(text).1;
    let failure = broken.failure("r.example/shop");
    let output = broken.output.join("\n| ");
    format!(
        "{} {}\n{}\n{}\n\n{}\n| {output}",
        failure.code,
        failure.what,
        failure.why.join("\n"),
        failure.help,
        broken.named(),
    )
}

#[test]
fn a_build_is_told_step_by_step() {
    assert_snapshot!(steps(sample!("ok-0.13")), @r#"
    0.033 [test 1/5] FROM registry.example/python:3.13-slim@sha256:acff83e1d787
    0.111 [test 2/5] WORKDIR /src
    0.015 [test 3/5] COPY hello.txt .
    1.113 [test 4/5] RUN --mount=type=secret,id=x,required=false sh -c 'echo "secret has $(wc -c </run/secrets/x) bytes"; for i in 1 2 3; do echo "test $i ok"; sleep 0.3; done; echo "a warning" >&2'
    0.158 [test 5/5] RUN cat hello.txt > out.txt
    0.007 [stage-1 2/2] COPY --from=test /src/out.txt /out.txt
    0.338 exporting to image
    0.168 exporting cache to registry
    0.055 pushing 127.0.0.1:5077/shop:abc with docker
    "#);
}

#[test]
fn newer_buildx_is_told_alike() {
    assert_snapshot!(steps(sample!("ok-0.29")), @r#"
    0.028 [test 1/5] FROM registry.example/python:3.13-slim@sha256:acff83e1d787
    0.001 cached [test 2/5] WORKDIR /src
    0.189 [test 3/5] COPY hello.txt .
    1.152 [test 4/5] RUN --mount=type=secret,id=x,required=false sh -c 'echo "secret has $(wc -c </run/secrets/x) bytes"; for i in 1 2 3; do echo "test $i ok"; sleep 0.3; done; echo "a warning" >&2'
    0.238 [test 5/5] RUN cat hello.txt > out.txt
    0.029 [stage-1 2/2] COPY --from=test /src/out.txt /out.txt
    0.477 exporting to image
    0.282 exporting cache to registry
    0.005 resolving provenance for metadata file
    "#);
}

#[test]
fn cached_steps_say_so() {
    assert_snapshot!(steps(sample!("cached-0.13")), @r#"
    0.012 [test 1/5] FROM registry.example/python:3.13-slim@sha256:acff83e1d787
    0.000 cached [test 2/5] WORKDIR /src
    0.000 cached [test 3/5] COPY hello.txt .
    0.000 cached [test 4/5] RUN --mount=type=secret,id=x,required=false sh -c 'echo "secret has $(wc -c </run/secrets/x) bytes"; for i in 1 2 3; do echo "test $i ok"; sleep 0.3; done; echo "a warning" >&2'
    0.000 cached [test 5/5] RUN cat hello.txt > out.txt
    0.001 cached [stage-1 2/2] COPY --from=test /src/out.txt /out.txt
    0.079 exporting to image
    0.102 exporting cache to registry
    0.074 pushing 127.0.0.1:5077/shop:abc with docker
    "#);
}

#[test]
fn platforms_have_steps_of_their_own() {
    assert_snapshot!(steps(sample!("multi-0.13")), @r#"
    0.017 [linux/arm64 1/1] COPY hello.txt /arm64
    0.022 [linux/amd64 1/1] COPY hello.txt /amd64
    0.369 exporting to image
    0.155 pushing 127.0.0.1:5077/shop:abc with docker
    "#);
}

#[test]
fn a_failing_instruction_is_told_with_its_output() {
    assert_snapshot!(failure(sample!("fail-0.13")), @r#"
    GG031 RUN echo "going to fail"; echo "E: no such thing" >&2; exit 3 (Dockerfile.fail:5) failed with exit code 3
    process "/bin/sh -c echo \"going to fail\"; echo \"E: no such thing\" >&2; exit 3" did not complete successfully: exit code: 3
    Look at the end of the step's output, correct the cause and push again.

    [test 5/5] RUN echo "going to fail"; echo "E: no such thing" >&2; exit 3
    | E: no such thing
    | going to fail
    "#);
    assert_eq!(
        failure(sample!("fail-0.29")).lines().next(),
        failure(sample!("fail-0.13")).lines().next()
    );
}

#[test]
fn a_dockerfile_that_cannot_be_read_is_told_with_its_line() {
    assert_snapshot!(failure(sample!("syntax-0.13")), @r#"
    GG031 Dockerfile:2 cannot be understood
    dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)
    Correct the Dockerfile at the line shown.

    Dockerfile:2
    |    1 |     FROM scratch
    |    2 | >>> RUNN x
    |    3 |
    "#);
}

#[test]
fn a_base_image_that_cannot_be_had_is_told() {
    assert_snapshot!(failure(sample!("no-base-0.13")), @r#"
    GG031 FROM nothere:1 (Dockerfile:1) failed
    nothere:1: failed to resolve source metadata for registry.example/nothere:1: failed to do request: Head "https://registry.example/v2/library/nothere/manifests/1": dial tcp: lookup registry.example on 192.0.2.53:53: no such host
    Check the image's name and tag and the runner's way to its registry. For a private one, log in before this step with DOCKER_CONFIG set to a directory in the workspace.

    Dockerfile:1
    |    1 | >>> FROM nothere:1
    |    2 |     RUN x
    |    3 |
    "#);
}

#[test]
fn a_push_that_is_denied_is_no_fault_of_the_build() {
    assert_snapshot!(failure(sample!("denied-0.13")), @r#"
    GG032 the registry did not accept the push to r.example/shop
    failed to push 127.0.0.1:5077/shop:abc: unexpected status from HEAD request to http://127.0.0.1:5077/v2/shop/blobs/sha256:0b27e7b269a1c6e1ddae148eb7e0a2ffcbab7c7814072119903150e1a714c3e2: 401 Unauthorized
    Pushing needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the repository.

    exporting to image
    |
    "#);
}

#[test]
fn a_failure_without_a_word_is_told_too() {
    assert_snapshot!(failure(""), @r#"
    GG031 the build failed
    buildx said nothing
    Look at the end of the step's output, correct the cause and push again.

    build
    |
    "#);
}

fn log(data: &str) -> String {
    let data = BASE64_STANDARD.encode(data);
    format!(r#"{{"logs":[{{"vertex":"v","data":"{data}"}}]}}"#) + "\n"
}

#[test]
fn output_comes_in_pieces_that_are_no_lines() {
    let failed = r#"{"vertexes":[{"digest":"v","name":"[1/1] RUN x","error":"exit code: 1"}]}"#;
    let text = log("one\ntw") + &log("o\n\u{e4}") + &log("\u{f6}") + &log("\nend") + failed;
    assert_eq!(told(&text).1.output, ["one", "two", "\u{e4}\u{f6}", "end"]);
}

#[test]
fn only_the_end_of_the_output_is_kept() {
    let failed = r#"{"vertexes":[{"digest":"v","name":"[1/1] RUN x","error":"exit code: 1"}]}"#;
    let lines: Vec<_> = (0..100).map(|number| log(&format!("{number}\n"))).collect();
    let output = told(&(lines.concat() + failed)).1.output;
    assert_eq!(output.len(), 30);
    assert_eq!(output.last().map(String::as_str), Some("99"));
    let long = log(&"x".repeat(100_000)) + failed;
    assert!(told(&long).1.output.concat().len() <= 500);
}

proptest! {
    #[test]
    fn every_step_is_told_once(bytes: Vec<u8>, cut in 0..12_000_usize) {
        let ok = sample!("ok-0.13").as_bytes();
        let mut text = ok[..cut.min(ok.len())].to_vec();
        text.extend(bytes);
        text.extend(ok);
        let lines = steps(&String::from_utf8_lossy(&text));
        let mut names: Vec<_> = lines.lines().filter_map(|line| line.split_once(' ')).collect();
        let all = names.len();
        names.sort_unstable_by_key(|(_, name)| *name);
        names.dedup_by_key(|(_, name)| *name);
        prop_assert_eq!(names.len(), all);
    }
}

#[test]
fn an_image_that_another_build_named_at_the_same_moment_is_looked_for_again() {
    let mut broken = Broken::default();
    broken.step = Some("exporting to image".to_owned());
    broken.error = "image \"127.0.0.1:5077/shop:sha-0123abc\": already exists".to_owned();
    assert!(broken.is_overtaken());
    broken.step = Some("[2/2] RUN mkdir /data".to_owned());
    broken.error = "mkdir: /data already exists".to_owned();
    assert!(!broken.is_overtaken());
}

/// On a busy machine the same error comes by another way.
#[test]
fn an_error_that_the_build_function_came_to_is_the_same_error() {
    let wrong = "dockerfile parse error on line 2: unknown instruction: COPPY";
    for before in ["", "failed to run Build function: "] {
        let text = format!("ERROR: failed to solve: {before}{wrong}\n");
        assert_eq!(told(&text).1.error, wrong);
    }
}

#[test]
fn of_steps_that_fail_alike_the_first_is_named() {
    let failing = |digest: usize, name: &str| {
        let vertex = format!(r#"{{"digest":"{digest}","name":"{name}","error":"no such host"}}"#);
        format!("{{\"vertexes\":[{vertex}]}}\n")
    };
    let steps: String = (0..20)
        .map(|at| failing(at, &format!("step {at}")))
        .collect();
    let text = steps + "ERROR: failed to solve: no such host\n";
    assert_eq!(told(&text).1.step.as_deref(), Some("step 0"));
}
