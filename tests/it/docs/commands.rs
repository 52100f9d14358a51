//! Commands for a shell: each block is run by a real one in which `aws` is a stand-in that notes what it
//! is asked for, and the AWS CLI itself then says whether it takes it.
//!
//! The AWS CLI is what `setup/python.sh` installs.

use super::{Document, all, root};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Answers a question for one thing with a name, and for several with two.
const STAND_IN: &str = r#"#!/bin/bash
printf '%s\0' "$@" >> "$ASKED"
printf '\n\0' >> "$ASKED"
case "$*" in
*'[]'*) echo thing-1 thing-2 ;;
*) echo thing-1 ;;
esac
"#;

fn clients() -> PathBuf {
    let cache = std::env::var_os("GREENGATE_CACHE").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/greengate"),
        PathBuf::from,
    );
    let bin = cache.join("venv/bin");
    assert!(
        bin.join("python").exists(),
        "there is no AWS CLI: run setup/python.sh"
    );
    bin
}

/// What `script` asks of the AWS CLI, in a folder with `files`.
fn asked(script: &str, folder: &Path) -> Vec<Vec<String>> {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).unwrap();
    fs::write(bin.join("aws"), STAND_IN).unwrap();
    let executable = Command::new("chmod")
        .arg("+x")
        .arg(bin.join("aws"))
        .status();
    assert!(executable.unwrap().success());
    let noted = folder.join("asked");
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let shell = Command::new("bash")
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .env("ASKED", &noted)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&shell.stderr);
    assert!(shell.status.success(), "{said}\n{script}");
    let noted = fs::read_to_string(noted).unwrap_or_default();
    let calls = noted.split("\0\n\0").filter(|it| !it.is_empty());
    calls
        .map(|call| call.split('\0').map(str::to_owned).collect())
        .collect()
}

/// Why the AWS CLI would not take some of `calls`.
fn refused(calls: &[Vec<String>], folder: &Path) -> String {
    let mut python = Command::new(clients().join("python"))
        .arg("-B")
        .arg(root().join("tests/docs/commands.py"))
        .current_dir(folder)
        .env_clear()
        .env("PATH", clients())
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_DEFAULT_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "none")
        .env("AWS_SECRET_ACCESS_KEY", "none")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let given = serde_json::to_vec(calls).unwrap();
    // Dropped once it is written, so that the other side sees its end.
    python.stdin.take().unwrap().write_all(&given).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// The commands of a document as one script, and the files that it says to make.
fn script(document: &Document, folder: &Path) -> Option<String> {
    let blocks = document.blocks.iter();
    let shell = blocks.filter(|(kind, text)| kind == "console" && text.contains("aws "));
    let script: Vec<_> = shell.map(|(_, text)| text.as_str()).collect();
    let data: Vec<_> = document
        .blocks
        .iter()
        .filter(|(kind, _)| kind == "json")
        .collect();
    let policy = data.first().map_or("{}", |(_, text)| text.as_str());
    let named = [
        "task-definition",
        "trust",
        "build",
        "deploy",
        "diagnosis",
        "deploy-codedeploy",
    ];
    for name in named {
        fs::write(folder.join(format!("{name}.json")), policy).unwrap();
    }
    (!script.is_empty()).then(|| script.join("\n"))
}

#[test]
fn the_aws_cli_takes_every_command() {
    let mut all_calls = 0;
    for document in all() {
        let folder = TempDir::new().unwrap();
        let Some(script) = script(&document, folder.path()) else {
            continue;
        };
        let calls = asked(&script, folder.path());
        all_calls += calls.len();
        let refused = refused(&calls, folder.path());
        assert!(
            refused.is_empty(),
            "{}:\n{refused}",
            document.path.display()
        );
    }
    assert!(all_calls > 30, "only {all_calls} commands");
}

/// The way from CodeDeploy to ECS that a plan shows.
#[test]
fn the_aws_cli_takes_the_commands_of_a_plan() {
    let shown = root().join("tests/it/plan/snapshots/it__plan__golden__plan_transfer.snap");
    let shown = fs::read_to_string(shown).unwrap();
    let (summary, _) = shown.split_once("======== comment").unwrap();
    let blocks = summary.split("```console\n").skip(1);
    let blocks: Vec<_> = blocks
        .filter_map(|it| Some(it.split_once("\n```")?.0))
        .collect();
    let folder = TempDir::new().unwrap();
    let calls = asked(&blocks.join("\n"), folder.path());
    assert_eq!(calls.len(), 11, "{calls:?}");
    assert_eq!(refused(&calls, folder.path()), "");
}

#[test]
fn a_command_that_there_is_not_is_found() {
    let folder = TempDir::new().unwrap();
    let calls = asked(
        "aws ecs describe-services --services \"$(aws ecs list-services)\"
        aws ecs update-service --service shop --controller ECS
        aws ecs update-service --service shop --deployment-configuration '{\"bake\": 1}'",
        folder.path(),
    );
    let refused = refused(&calls, folder.path());
    assert!(
        refused.contains("Unknown options: --controller, ECS"),
        "{refused}"
    );
    assert!(
        refused.contains("Unknown parameter in deploymentConfiguration: \"bake\""),
        "{refused}"
    );
    assert_eq!(
        refused
            .lines()
            .filter(|line| line.starts_with("aws "))
            .count(),
        2,
        "{refused}"
    );
}
