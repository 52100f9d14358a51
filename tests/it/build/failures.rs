//! What a reader is told when there is no image.

use super::*;
use greengate_sandbox::world::script;
use insta::assert_snapshot;

/// The failure as a reader sees it, without what is another one every time.
async fn told(bench: &Bench) -> String {
    let failure = bench.failure().await;
    let address = bench.server.address.to_string();
    let events = bench.events();
    let output = events.iter().find_map(|event| match event {
        EventKind::BuildFailed { step, output } => {
            Some(format!("{step}\n| {}", output.join("\n| ")))
        }
        _ => None,
    });
    let text = format!(
        "{} {}\n{}\n{}\n\n{}",
        failure.code,
        failure.what,
        failure.why.join("\n"),
        failure.help,
        output.unwrap_or_default()
    );
    text.replace(&address, "<registry>")
}

#[tokio::test]
async fn a_failing_instruction() {
    let bench = Bench::new().await;
    bench.write(
        "Dockerfile",
        "FROM python:3.13-slim\nRUN --network=none echo compiling; echo 'E: no such thing' >&2; exit 3\n",
    );
    let told = told(&bench).await;
    assert!(
        told.starts_with("GG031 RUN --network=none echo compiling"),
        "{told}"
    );
    assert!(
        told.contains("(Dockerfile:2) failed with exit code 3"),
        "{told}"
    );
    assert!(told.contains("| E: no such thing"), "{told}");
}

#[tokio::test]
async fn a_dockerfile_that_cannot_be_understood() {
    let bench = Bench::new().await;
    bench.write("Dockerfile", "FROM scratch\nRUNN x\n");
    assert_snapshot!(told(&bench).await, @r#"
    GG031 Dockerfile:2 cannot be understood
    dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)
    Correct the Dockerfile at the line shown.

    Dockerfile:2
    |    1 |     FROM scratch
    |    2 | >>> RUNN x
    |    3 |
    "#);
}

#[tokio::test]
async fn a_file_that_is_not_in_the_context() {
    let bench = Bench::new().await;
    bench.write("Dockerfile", "FROM scratch\nCOPY missing /\n");
    let told = told(&bench).await;
    assert!(
        told.starts_with("GG031 COPY missing / (Dockerfile:2) failed"),
        "{told}"
    );
    assert!(told.contains(".dockerignore"), "{told}");
}

#[tokio::test]
async fn a_stage_that_is_not_there() {
    let mut bench = Bench::new().await;
    bench.inputs.target = Some("release".to_owned());
    assert_snapshot!(told(&bench).await, @r#"
    GG031 the target stage is not in the Dockerfile
    target stage "release" could not be found
    Set target to the name of a stage: FROM … AS <name>.
    "#);
}

#[tokio::test]
async fn a_push_that_is_not_permitted() {
    let bench = Bench::new().await;
    bench.sandbox.with_world(|world| {
        let user = world.identity.users.get_mut("ops").unwrap();
        let policies = user.policies.iter_mut();
        for statement in policies.flat_map(|policy| &mut policy.statement) {
            let actions = &mut statement.action.0;
            actions.retain(|action| action != "ecr:InitiateLayerUpload");
        }
    });
    let told = told(&bench).await;
    assert!(
        told.starts_with("GG032 the registry did not accept the push"),
        "{told}"
    );
    assert!(told.contains("ecr:InitiateLayerUpload"), "{told}");
}

#[tokio::test]
async fn a_push_whose_last_answers_are_lost_is_a_push() {
    let bench = Bench::new().await;
    let faults = "[{ service: registry, operation: 'PUT */manifests/*', lost: true, answer: { status: 500 } }]";
    let faults: script::Seed = serde_saphyr::from_str(faults).unwrap();
    bench
        .sandbox
        .with_world(|world| faults.seed(world).unwrap());
    let built = bench.build().await.expect("it is there");
    assert!(built.pushed);
    let digest = bench.digest("team/shop", "sha-0123abc");
    assert_eq!(digest, Some(built.image.digest));
}

#[tokio::test]
async fn no_daemon() {
    let mut bench = Bench::new().await;
    let nowhere = bench.path("nowhere.sock");
    let host = format!("unix://{}", nowhere.display());
    bench.environment.insert("DOCKER_HOST".into(), host.into());
    let failure = bench.failure().await;
    assert_eq!(failure.code, Code::NoDocker);
    assert!(failure.what.contains("nowhere.sock"), "{}", failure.what);
    bench
        .environment
        .insert("DOCKER_HOST".into(), "tcp://127.0.0.1:1".into());
    let failure = bench.failure().await;
    assert_eq!(failure.code, Code::NoDocker);
    assert!(
        failure.what.contains("tcp://127.0.0.1:1"),
        "{}",
        failure.what
    );
}

#[tokio::test]
async fn no_buildx() {
    let mut bench = Bench::new().await;
    let empty = bench.path("temp").into_os_string();
    bench.environment.insert("PATH".into(), empty);
    let failure = bench.failure().await;
    assert_eq!(failure.code, Code::NoDocker);
    assert!(failure.what.contains("docker-buildx"), "{}", failure.what);
}

#[tokio::test]
async fn all_that_is_missing_is_told_at_once() {
    let mut bench = Bench::new().await;
    bench.inputs.repository = Some("team/new".to_owned());
    bench.inputs.file = Some("nowhere/Dockerfile".into());
    let empty = bench.path("temp").into_os_string();
    bench.environment.insert("PATH".into(), empty);
    let error = bench.build().await.expect_err("it was built");
    let codes: Vec<_> = Failure::all_of(&error)
        .iter()
        .map(|failure| failure.code)
        .collect();
    assert_eq!(
        codes,
        [Code::UnreadableFile, Code::NoRepository, Code::NoDocker]
    );
}
