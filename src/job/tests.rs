use super::{Job, Variables};
use crate::failure::Code;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

const JOB: [(&str, &str); 5] = [
    ("GITHUB_REPOSITORY", "octo/shop"),
    ("GITHUB_SHA", "3f2a1bc"),
    ("GITHUB_RUN_ID", "42"),
    ("GITHUB_ACTOR", "ann"),
    ("GITHUB_WORKSPACE", "/github/workspace"),
];

fn with(more: &[(&str, &str)]) -> Variables {
    JOB.iter().chain(more).copied().collect()
}

#[test]
fn what_a_runner_may_leave_out_has_a_default() {
    let job = Job::read(&with(&[
        ("RUNNER_TEMP", "/no/such/directory"),
        ("GITHUB_OUTPUT", ""),
    ]))
    .expect("a job");
    assert_eq!((job.run_id, job.run_attempt), (42, 1));
    assert_eq!(job.triggering_actor, "ann");
    assert_eq!(
        job.run_url(),
        "https://github.com/octo/shop/actions/runs/42"
    );
    assert_eq!(job.api_url, "https://api.github.com");
    assert_eq!(job.temp, std::env::temp_dir());
    assert!(job.oidc.is_none() && job.output_file.is_none() && !job.debug);
    assert_eq!(job.docs, "docs");
}

#[test]
fn what_the_runner_says_is_taken() {
    let temp = tempfile::tempdir().expect("a directory");
    let temp = temp.path().to_str().expect("text");
    let job = Job::read(&with(&[
        ("RUNNER_TEMP", temp),
        ("RUNNER_DEBUG", "1"),
        ("GITHUB_RUN_ATTEMPT", "3"),
        ("GITHUB_TRIGGERING_ACTOR", "bob"),
        ("GITHUB_SERVER_URL", "https://ghe.example/"),
        ("GITHUB_ACTION_REPOSITORY", "octo/greengate"),
        ("GITHUB_ACTION_REF", "v1"),
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://oidc.example/?x=1"),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "bearer-secret"),
    ]))
    .expect("a job");
    assert_eq!(job.temp, Path::new(temp));
    assert_eq!((job.run_attempt, job.triggering_actor.as_str()), (3, "bob"));
    assert_eq!(job.docs, "https://ghe.example/octo/greengate/blob/v1/docs");
    assert_eq!(
        job.oidc.as_ref().expect("a request").url,
        "https://oidc.example/?x=1"
    );
    assert!(!format!("{job:?}").contains("bearer-secret"));
}

#[test]
fn every_missing_variable_is_named_at_once() {
    let failure = Job::read(
        &[("GITHUB_RUN_ID", "x"), ("GITHUB_SHA", " ")]
            .into_iter()
            .collect(),
    )
    .expect_err("no job");
    assert_eq!(failure.code, Code::NotInAJob);
    assert_eq!(
        failure.why,
        [
            "GITHUB_ACTOR is not set",
            "GITHUB_REPOSITORY is not set",
            "GITHUB_SHA is not set",
            "GITHUB_WORKSPACE is not set",
            "GITHUB_RUN_ID is `x`, which is not a number",
        ]
    );
}

#[test]
fn inputs_name_files_relative_to_the_workspace() {
    let job = Job::read(&with(&[])).expect("a job");
    assert_eq!(
        job.path(Path::new("a/td.json")),
        PathBuf::from("/github/workspace/a/td.json")
    );
    assert_eq!(
        job.path(Path::new("/tmp/td.json")),
        PathBuf::from("/tmp/td.json")
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_is_passed_over() {
    use std::os::unix::ffi::OsStringExt;
    let odd = OsString::from_vec(vec![0xff, 0xfe]);
    let named = |name: &str| (OsString::from(name), OsString::from(" x "));
    let variables = Variables::of([
        (odd.clone(), "x".into()),
        ("ODD".into(), odd),
        named("FINE"),
    ]);
    assert_eq!(variables.get("FINE"), Some("x"));
    assert_eq!(variables.iter().count(), 1);
}
