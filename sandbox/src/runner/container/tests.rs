use super::*;
use crate::runner::{Inputs, Job};
use serde_json::json;
use std::path::Path;
use tempfile::TempDir;

const ACTION: &str = "inputs:\n  aws-region: {}\n  set: { default: '' }\n";

fn job() -> Job {
    let variables = [("GITHUB_SHA", "aaaa"), ("GITHUB_ACTIONS", "true")];
    Job {
        variables: variables
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        event: json!({}),
        token: "ghs_x".to_owned(),
    }
}

fn container() -> Container {
    Container {
        image: "greengate:test".to_owned(),
        entrypoint: None,
        network: None,
        socket: "/var/run/docker.sock".into(),
        lends_temp: true,
    }
}

/// A folder, its files, and the call for a step whose `task-definition` is in the workspace.
fn call(container: &Container) -> (TempDir, DockerRun) {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("_work");
    let files = Files::create(&root, &root.join("shop/shop"), &job()).unwrap();
    let document = root.join("shop/shop/td.json").display().to_string();
    let inputs = Inputs::declared(ACTION)
        .unwrap()
        .with("document", &document);
    let lines = inputs.with("set", "a = 1\nb = 2");
    let call = container.run(&files, &job().environment(&lines, &files));
    (folder, call)
}

/// The values of an option.
fn values<'a>(call: &'a DockerRun, option: &str) -> Vec<&'a str> {
    let pairs = call.arguments.windows(2).filter(|two| two[0] == option);
    pairs.map(|two| two[1].as_str()).collect()
}

#[test]
fn the_call_is_the_runner_s() {
    let (folder, call) = call(&container());
    let work = folder.path().join("_work").display().to_string();
    let text = call.arguments.join(" ").replace(&work, "WORK");
    let text = text
        .replace(&call.name, "NAME")
        .replace(&call.label, "LABEL");
    let command = text.split(" -e ").next().unwrap();
    assert_eq!(
        command,
        "run --name NAME --label LABEL --workdir /github/workspace --rm"
    );
    let (_, mounts) = text.split_once(" -v ").unwrap();
    assert_eq!(
        mounts.split(" -v ").collect::<Vec<_>>(),
        [
            "/var/run/docker.sock:/var/run/docker.sock",
            "WORK/_temp:/github/runner_temp",
            "WORK/_temp/_github_home:/github/home",
            "WORK/_temp/_github_workflow:/github/workflow",
            "WORK/_temp/_runner_file_commands:/github/file_commands",
            "WORK/shop/shop:/github/workspace greengate:test",
        ]
    );
    for never in [
        "-i",
        "-t",
        "-it",
        "--init",
        "--user",
        "--entrypoint",
        "--network",
    ] {
        assert!(!call.arguments.iter().any(|it| it == never), "{never}");
    }
    assert_eq!(
        call.name.strip_prefix("greengatetest_").map(str::len),
        Some(6)
    );
    assert_eq!(call.label.len(), 6);
}

#[test]
fn values_are_the_client_s_own_variables_and_never_arguments() {
    let (_folder, call) = call(&container());
    let named = values(&call, "-e");
    let known: Vec<_> = call.variables.keys().map(String::as_str).collect();
    let known = [known, vec!["GITHUB_ACTIONS=true", "CI=true"]].concat();
    assert_eq!(named, known);
    assert_eq!(call.variables["INPUT_AWS-REGION"], "");
    assert_eq!(call.variables["INPUT_SET"], "a = 1\nb = 2");
}

#[test]
fn values_that_begin_with_a_folder_are_translated() {
    let (folder, call) = call(&container());
    let variable = |name: &str| call.variables[name].as_str();
    assert_eq!(variable("HOME"), "/github/home");
    assert_eq!(variable("RUNNER_TEMP"), "/github/runner_temp");
    assert_eq!(variable("GITHUB_WORKSPACE"), "/github/workspace");
    assert_eq!(variable("GITHUB_EVENT_PATH"), "/github/workflow/event.json");
    assert!(variable("GITHUB_OUTPUT").starts_with("/github/file_commands/set_output_"));
    assert_eq!(variable("INPUT_DOCUMENT"), "/github/workspace/td.json");
    let above = folder.path().join("_work/shop");
    assert_eq!(Path::new(variable("RUNNER_WORKSPACE")), above, "not lent");
}

#[test]
fn only_whole_folders_are_translated() {
    let folders = [
        (PathBuf::from("/w/_temp"), "/t"),
        (PathBuf::from("/w/r"), "/r"),
    ];
    for (value, expected) in [
        ("/w/r", "/r"),
        ("/w/r/a", "/r/a"),
        ("/w/repository", "/w/repository"),
        ("see /w/r/a", "see /w/r/a"),
        ("/w/r\nb", "/w/r\nb"),
        ("/w/_temp/x", "/t/x"),
        ("", ""),
    ] {
        assert_eq!(in_container(&folders, value), expected);
    }
}

#[test]
fn older_runners_lend_no_folder_for_temporary_files() {
    let older = Container {
        lends_temp: false,
        ..container()
    };
    let (folder, call) = call(&older);
    assert_eq!(values(&call, "-v").len(), 5);
    let temp = folder.path().join("_work/_temp");
    assert_eq!(Path::new(&call.variables["RUNNER_TEMP"]), temp);
    assert_eq!(call.variables["HOME"], "/github/home");
}

#[test]
fn a_post_step_has_its_entry_point_and_a_job_its_network() {
    let post = Container {
        entrypoint: Some("/usr/local/bin/greengate-post".to_owned()),
        network: Some("host".to_owned()),
        ..container()
    };
    let (_folder, call) = call(&post);
    assert_eq!(
        values(&call, "--entrypoint"),
        ["/usr/local/bin/greengate-post"]
    );
    assert_eq!(values(&call, "--network"), ["host"]);
}
