//! What a run keeps to itself: no secret in anything that it writes, nor on a command line.

use crate::release::release;
use crate::run::Stand;
use greengate_sandbox::world::ecr::token;
use greengate_sandbox::world::github::JobKey;
use std::os::unix::fs::PermissionsExt;

/// Long enough, and said by nobody but the build.
const NETRC: &str = "machine pypi.example.com password s3cr3t-of-the-build";

/// A Dockerfile that uses the secret and says it aloud.
const INDISCREET: &str = "FROM python:3.13-slim\n\
    RUN --network=none --mount=type=secret,id=netrc cat /run/secrets/netrc && cat /run/secrets/netrc >&2\n";

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

/// The secrets of the job and of its sessions, as the world knows them.
fn secrets(stand: &Stand, job: JobKey) -> Vec<String> {
    stand.look(|world| {
        let (.., job) = world.github.job(job).unwrap();
        let of_job = [&job.token, &job.request_token].map(|token| token.clone().unwrap().0);
        let sessions = world.identity.sessions.values();
        let of_sessions = sessions.flat_map(|it| [it.secret.0.clone(), it.token.0.clone()]);
        of_job.into_iter().chain(of_sessions).collect()
    })
}

#[tokio::test]
async fn no_secret_is_written_or_passed_on_a_command_line() {
    let stand = Stand::open().await;
    stand.write("Dockerfile", INDISCREET);
    let job = stand.staging_job();
    let ran = release(&stand, job)
        .variable("PATH", &spy(&stand))
        .input("build-secrets", &format!("netrc={NETRC}"))
        .run()
        .await;
    ran.ended(0, "succeeded");
    let (masks, shown): (Vec<&str>, Vec<&str>) = ran
        .log
        .lines()
        .partition(|line| line.starts_with("::add-mask::"));
    let masks: Vec<_> = masks
        .iter()
        .map(|line| line["::add-mask::".len()..].to_owned())
        .collect();
    let calls = std::fs::read_to_string(stand.path("spy/calls")).unwrap();
    assert!(calls.contains("--secret"), "{calls}");
    let written = [
        shown.join("\n"),
        ran.summary,
        format!("{:?}", ran.outputs),
        ran.report,
        calls,
    ];
    let known = [secrets(&stand, job), vec![NETRC.to_owned()]].concat();
    for secret in known.iter().chain(&masks) {
        for text in &written {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
    let is_masked = |secret: &String| masks.contains(secret);
    let request_token = 1;
    let missing = known
        .iter()
        .enumerate()
        .find(|(at, it)| *at != request_token && !is_masked(it));
    assert_eq!(
        missing, None,
        "the runner masks what it hands out for OIDC by itself"
    );
    assert!(
        masks.iter().any(|mask| mask.starts_with("eyJ")),
        "the OIDC token"
    );
    let opens = |mask: &String| stand.look(|world| token::check(world, mask).is_ok());
    assert!(masks.iter().any(opens), "the password of ECR");
}
