//! zizmor, actionlint and hadolint, which `setup/linters.sh` installs, on every workflow and
//! Dockerfile of this repository. Nothing that they find is let pass.

use super::{Workflow, all, installed, root};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A linter of the version that is pinned.
fn linter(name: &str) -> Command {
    let program = format!("linters/bin/{name}");
    Command::new(installed(&program, "setup/linters.sh"))
}

/// What a linter finds; nothing if it is content.
fn findings(command: &mut Command) -> Option<String> {
    let output = command.output().unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (!output.status.success()).then_some(said)
}

/// A repository with these workflows, and with what else of ours a linter may read.
fn repository(workflows: &[Workflow]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let into = folder.path().join(".github/workflows");
    fs::create_dir_all(&into).unwrap();
    for workflow in workflows {
        let name = workflow.place.replace(['/', ' ', '.'], "-");
        fs::write(into.join(name + ".yml"), &workflow.text).unwrap();
    }
    for name in ["action.yml", ".github/dependabot.yml"] {
        fs::copy(root().join(name), folder.path().join(name)).unwrap();
    }
    folder
}

/// Without its checks that ask GitHub: the tests have no network to it.
fn zizmor(folder: &Path) -> Option<String> {
    let arguments = ["--offline", "--no-progress", "--color=never"];
    let strict = ["--persona=pedantic", "--strict-collection", "--collect=all"];
    let mut command = linter("zizmor");
    findings(command.args(arguments).args(strict).arg(folder))
}

fn actionlint(folder: &Path) -> Option<String> {
    let mut files: Vec<_> = fs::read_dir(folder.join(".github/workflows"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut command = linter("actionlint");
    // The scripts are ShellCheck's; without it they would go unread, and nobody would know.
    let shellcheck = ["-shellcheck", "shellcheck", "-no-color"];
    findings(command.args(shellcheck).args(files).current_dir(folder))
}

#[test]
fn zizmor_finds_nothing_in_the_workflows() {
    let folder = repository(&all());
    let found = zizmor(folder.path());
    assert!(found.is_none(), "{}", found.unwrap_or_default());
}

#[test]
fn actionlint_finds_nothing_in_the_workflows() {
    let folder = repository(&all());
    let found = actionlint(folder.path());
    assert!(found.is_none(), "{}", found.unwrap_or_default());
}

#[test]
fn hadolint_finds_nothing_in_the_dockerfiles() {
    let files = Command::new("git")
        .args(["ls-files", "--", "Dockerfile", "*/Dockerfile"])
        .current_dir(root())
        .output()
        .unwrap();
    let files = String::from_utf8(files.stdout).unwrap();
    let files: Vec<_> = files.lines().collect();
    assert!(files.len() >= 2, "{files:?}");
    let found = findings(linter("hadolint").args(files).current_dir(root()));
    assert!(found.is_none(), "{}", found.unwrap_or_default());
}

/// So that the tests above can fail: a fault for each linter, and one in a script.
#[test]
fn what_is_wrong_is_found() {
    let with = |step: &str| {
        let text = format!(
            "name: Wrong\non: pull_request_target\npermissions: {{}}\njobs:\n  a:\n    name: A\n    \
             runs-on: ubuntu-24.04\n    steps:\n      - {step}\n"
        );
        let place = "wrong".to_owned();
        repository(&[Workflow { place, text }])
    };
    let said = zizmor(with("uses: actions/checkout@v5").path()).expect("findings");
    for audit in ["unpinned-uses", "dangerous-triggers", "artipacked"] {
        assert!(said.contains(audit), "{said}");
    }
    let said = actionlint(with("run: echo ${{ inputs.x }} $y").path()).expect("findings");
    for fault in ["\"x\" is not defined", "SC2086"] {
        assert!(said.contains(fault), "{said}");
    }
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("Dockerfile");
    fs::write(&file, "FROM debian\n").unwrap();
    let said = findings(linter("hadolint").arg(file)).expect("findings");
    assert!(said.contains("DL3006"), "{said}");
}
