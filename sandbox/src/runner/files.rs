//! The files that a runner makes for a step, and the folders it lends it.

use super::{BadOutput, Job, read_outputs};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The files of one step, under one folder.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
    workspace: PathBuf,
}

/// The command files: variable and file name.
const COMMANDS: [(&str, &str); 5] = [
    ("GITHUB_OUTPUT", "output"),
    ("GITHUB_STEP_SUMMARY", "summary"),
    ("GITHUB_STATE", "state"),
    ("GITHUB_ENV", "env"),
    ("GITHUB_PATH", "path"),
];

impl Files {
    /// Makes them afresh under `root` for a step of `job` that works in `workspace`.
    pub fn create(root: &Path, workspace: &Path, job: &Job) -> io::Result<Self> {
        for folder in ["commands", "home", "temp"] {
            fs::create_dir_all(root.join(folder))?;
        }
        fs::create_dir_all(workspace)?;
        for (_, name) in COMMANDS {
            fs::write(root.join("commands").join(name), "")?;
        }
        fs::write(root.join("event.json"), job.event.to_string())?;
        Ok(Self {
            root: root.to_owned(),
            workspace: workspace.to_owned(),
        })
    }

    /// The variables that name them.
    pub(super) fn variables(&self) -> Vec<(String, String)> {
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let commands = COMMANDS.map(|(variable, name)| (variable, self.command(name)));
        let folders = [
            ("GITHUB_WORKSPACE", self.workspace.clone()),
            ("GITHUB_EVENT_PATH", self.root.join("event.json")),
            ("HOME", self.root.join("home")),
            ("RUNNER_TEMP", self.root.join("temp")),
        ];
        commands
            .into_iter()
            .chain(folders)
            .map(|(variable, path)| (variable.to_owned(), text(path)))
            .collect()
    }

    fn command(&self, name: &str) -> PathBuf {
        self.root.join("commands").join(name)
    }

    /// What the step wrote to `GITHUB_OUTPUT`, as the runner reads it.
    pub fn outputs(&self) -> io::Result<Result<Vec<(String, String)>, BadOutput>> {
        Ok(read_outputs(&fs::read_to_string(self.command("output"))?))
    }

    /// What the step wrote to `GITHUB_STEP_SUMMARY`.
    pub fn summary(&self) -> io::Result<String> {
        fs::read_to_string(self.command("summary"))
    }

    /// What the step wrote to `GITHUB_STATE`, as the runner reads it.
    pub fn state(&self) -> io::Result<Result<Vec<(String, String)>, BadOutput>> {
        Ok(read_outputs(&fs::read_to_string(self.command("state"))?))
    }
}
