//! What must not be seen: on command lines, in the image, on disk, in the log.

use super::*;
use std::os::unix::fs::PermissionsExt;

const SECRET: &str = "s3cr3t-of-the-build";

/// Puts a `docker-buildx` first on the path that writes down how it is called.
fn listen_in(bench: &mut Bench) {
    let path = bench.environment[&OsString::from("PATH")].clone();
    let real = std::env::split_paths(&path)
        .map(|directory| directory.join("docker-buildx"))
        .find(|program| program.is_file())
        .expect("docker-buildx is on the path");
    let spy = bench.path("spy");
    std::fs::create_dir(&spy).unwrap();
    let script = format!(
        "#!/bin/sh\n\
         tr '\\0' '\\n' </proc/$$/cmdline >>{spy}/calls\n\
         env >>{spy}/environment\n\
         ls -l \"$DOCKER_CONFIG\" >>{spy}/files 2>/dev/null\n\
         exec {real} \"$@\"\n",
        spy = spy.display(),
        real = real.display()
    );
    let program = spy.join("docker-buildx");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::split_paths(&path).collect::<Vec<_>>();
    let path = std::env::join_paths([spy].into_iter().chain(path)).unwrap();
    bench.environment.insert("PATH".into(), path);
}

#[tokio::test]
async fn secrets_are_seen_by_the_build_alone() {
    let mut bench = Bench::new().await;
    listen_in(&mut bench);
    bench.write(
        "Dockerfile",
        "FROM python:3.13-slim\n\
         ARG NAME\n\
         RUN --network=none --mount=type=secret,id=token wc -c </run/secrets/token >/length && echo $NAME\n",
    );
    bench.inputs.secrets = vec![("token".to_owned(), SECRET.into())];
    bench.inputs.args = vec![pair("NAME", "value-of-the-argument")];
    bench
        .environment
        .insert("AWS_SECRET_ACCESS_KEY".into(), "of the job".into());
    bench.built().await;
    bench.built().await;

    let read = |name| std::fs::read_to_string(bench.path("spy").join(name)).unwrap();
    let calls = read("calls");
    assert!(
        calls.contains("--secret=id=token,env=GREENGATE_SECRET_0"),
        "{calls}"
    );
    let secrets = bench.heard.secrets.lock().unwrap().clone();
    assert!(secrets.len() >= 2, "the token and its other form");
    for secret in secrets
        .iter()
        .map(String::as_str)
        .chain([SECRET, "value-of-the-argument"])
    {
        assert!(!calls.contains(secret), "{calls}");
    }
    assert!(!read("environment").contains("AWS_SECRET_ACCESS_KEY"));
    assert!(read("files").contains("-rw-------"), "{}", read("files"));

    bench.in_repository("team/shop", |repository| {
        for layer in repository.layers.values() {
            let text = String::from_utf8_lossy(&layer.0);
            assert!(!text.contains(SECRET), "{text}");
        }
    });
    let said = format!("{:?}", bench.events());
    assert!(!said.contains(SECRET), "{said}");
    assert!(bench.leftovers().is_empty());
}

#[tokio::test]
async fn nothing_is_left_after_a_failure() {
    let bench = Bench::new().await;
    bench.write("Dockerfile", "FROM scratch\nCOPY missing /\n");
    bench.failure().await;
    assert!(bench.leftovers().is_empty());
}

#[tokio::test]
async fn a_cancelled_build_ends_with_all_its_processes() {
    let bench = Bench::new().await;
    bench.write(
        "Dockerfile",
        "FROM python:3.13-slim\nRUN --network=none sleep 600\n",
    );
    let cancelled = async {
        // The base image is done with when the instruction on it has begun.
        bench.heard.stepped.notified().await;
        assert!(is_at_work(&bench));
        bench.cancel.cancel();
    };
    let (failure, ()) = tokio::join!(bench.failure(), cancelled);
    assert_eq!(failure.code, Code::Cancelled);
    assert!(!is_at_work(&bench));
    assert!(bench.leftovers().is_empty());
    assert!(bench.tags("team/shop").is_empty());
}

/// Whether a process of this machine was started for the build.
fn is_at_work(bench: &Bench) -> bool {
    let workspace = bench.path("workspace").display().to_string();
    let processes = std::fs::read_dir("/proc").unwrap();
    processes.flatten().any(|process| {
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(&workspace)
    })
}
