//! A clone of a repository that has what a release is made of, and the scripts run in it.

use crate::run::copy;
use crate::workflows::root;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A clone with a commit on main, and its origin.
pub(crate) struct Scratch {
    folder: TempDir,
    /// What scripts get beside the variables of the test.
    pub(crate) variables: Vec<(&'static str, String)>,
}

/// How a script ended.
pub(crate) struct Ran(Output);

impl Ran {
    pub(crate) fn of(command: &mut Command) -> Self {
        Self(command.output().unwrap())
    }

    /// What it printed; it went well.
    pub(crate) fn good(&self) -> String {
        let said = String::from_utf8_lossy(&self.0.stderr);
        assert!(self.0.status.success(), "{said}");
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    /// Why it refused; it said nothing else.
    pub(crate) fn refusal(&self) -> String {
        assert!(!self.0.status.success());
        assert_eq!(String::from_utf8_lossy(&self.0.stdout), "");
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }
}

/// Runs a script of `release/` in `folder`.
pub(crate) fn script(name: &str, arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(Path::new("release").join(name));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("GITHUB_OUTPUT");
    command
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    let output = Command::new("git")
        .args(identity)
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Scratch {
    /// Version 0.1.0, whatever ours is.
    pub(crate) fn new() -> Self {
        let scratch = Self {
            folder: TempDir::new().unwrap(),
            variables: Vec::new(),
        };
        let (origin, clone) = (scratch.path("origin"), scratch.clone());
        git(
            scratch.folder.path(),
            &[
                "init",
                "--quiet",
                "--bare",
                "--initial-branch=main",
                "origin",
            ],
        );
        fs::create_dir_all(&clone).unwrap();
        for folder in ["release", ".github"] {
            copy(&root().join(folder), &clone.join(folder));
        }
        fs::copy(root().join("action.yml"), clone.join("action.yml")).unwrap();
        scratch.write("Cargo.toml", "[workspace.package]\nversion = \"0.1.0\"\n");
        scratch.write(
            "CHANGELOG.md",
            "# Changes\n\n## 0.1.0\n\n- All.\n\n## 0.0.9\n\n",
        );
        scratch.write("Dockerfile", "FROM scratch\nCOPY action.yml /\n");
        scratch.git(&["init", "--quiet", "--initial-branch=main"]);
        scratch.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
        scratch.commit("Begin");
        scratch.git(&["push", "--quiet", "origin", "main"]);
        scratch
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn clone(&self) -> PathBuf {
        self.path("clone")
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.clone().join(name), text).unwrap();
    }

    /// Replaces a part of a file, which it must have.
    pub(crate) fn replace(&self, name: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.clone().join(name)).unwrap();
        assert!(text.contains(old), "{name} has no {old}");
        self.write(name, &text.replacen(old, new, 1));
    }

    /// Commits all that there is, if it is nothing new too.
    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(&self.clone(), arguments)
    }

    /// What `revision` is in the origin.
    pub(crate) fn origin(&self, revision: &str) -> String {
        git(&self.path("origin"), &["rev-parse", "--verify", revision])
    }

    /// Whether the origin has a tag.
    pub(crate) fn has(&self, tag: &str) -> bool {
        !git(&self.path("origin"), &["tag", "--list", tag]).is_empty()
    }

    /// The lines that differ between two commits of the origin, `-` and `+` before them.
    pub(crate) fn changed(&self, from: &str, to: &str) -> Vec<String> {
        let diff = git(&self.path("origin"), &["diff", "--unified=0", from, to]);
        let lines = diff.lines().filter(|line| {
            let head = line.starts_with("---") || line.starts_with("+++");
            !head && (line.starts_with('-') || line.starts_with('+'))
        });
        lines.map(str::to_owned).collect()
    }

    /// Runs a script of `release/` in the clone.
    pub(crate) fn run(&self, name: &str, arguments: &[&str]) -> Ran {
        let variables = self.variables.iter().cloned();
        Ran::of(script(name, arguments, &self.clone()).envs(variables))
    }
}
