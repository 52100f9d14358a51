//! The files that a runner makes for a step, and the folders it lends it.

use super::{BadOutput, Job, read_outputs};
use std::path::{Path, PathBuf};
use std::{fs, io};
use uuid::Uuid;

/// The files of one step, under one folder, laid out as a runner's: everything but the workspace is
/// in `_temp`.
#[derive(Debug, Clone)]
pub struct Files {
    temp: PathBuf,
    workspace: PathBuf,
    /// What the names of this step's command files end with.
    step: String,
}

/// The command files: variable, and how its file's name begins.
const COMMANDS: [(&str, &str); 5] = [
    ("GITHUB_OUTPUT", "set_output_"),
    ("GITHUB_STEP_SUMMARY", "step_summary_"),
    ("GITHUB_STATE", "save_state_"),
    ("GITHUB_ENV", "set_env_"),
    ("GITHUB_PATH", "add_path_"),
];

impl Files {
    /// Makes them afresh under `root` for a step of `job` that works in `workspace`.
    pub fn create(root: &Path, workspace: &Path, job: &Job) -> io::Result<Self> {
        let files = Self {
            temp: root.join("_temp"),
            workspace: workspace.to_owned(),
            step: Uuid::new_v4().to_string(),
        };
        for folder in [files.home(), files.workflow(), files.commands()] {
            fs::create_dir_all(folder)?;
        }
        fs::create_dir_all(workspace)?;
        files.empty()?;
        fs::write(files.workflow().join("event.json"), job.event.to_string())?;
        Ok(files)
    }

    /// The variables that name them.
    pub(super) fn variables(&self) -> Vec<(String, String)> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let commands = COMMANDS.map(|(variable, prefix)| (variable, self.command(prefix)));
        let above = self.workspace.parent().unwrap_or(&self.workspace);
        let folders = [
            ("GITHUB_WORKSPACE", self.workspace.clone()),
            ("GITHUB_EVENT_PATH", self.workflow().join("event.json")),
            ("HOME", self.home()),
            ("RUNNER_TEMP", self.temp.clone()),
            ("RUNNER_WORKSPACE", above.to_owned()),
        ];
        commands
            .into_iter()
            .chain(folders)
            .map(|(variable, path)| (variable.to_owned(), text(&path)))
            .collect()
    }

    pub(super) fn workspace(&self) -> &Path {
        &self.workspace
    }

    /// What `RUNNER_TEMP` names.
    pub(super) fn temp(&self) -> &Path {
        &self.temp
    }

    pub(super) fn home(&self) -> PathBuf {
        self.temp.join("_github_home")
    }

    pub(super) fn workflow(&self) -> PathBuf {
        self.temp.join("_github_workflow")
    }

    pub(super) fn commands(&self) -> PathBuf {
        self.temp.join("_runner_file_commands")
    }

    fn command(&self, prefix: &str) -> PathBuf {
        self.commands().join(format!("{prefix}{}", self.step))
    }

    /// Empties the command files, for a step that is run after another with the same ones.
    pub fn empty(&self) -> io::Result<()> {
        let mut commands = COMMANDS.iter();
        commands.try_for_each(|(_, prefix)| fs::write(self.command(prefix), ""))
    }

    /// What the step wrote to `GITHUB_OUTPUT`, as the runner reads it.
    pub fn outputs(&self) -> io::Result<Result<Vec<(String, String)>, BadOutput>> {
        let text = fs::read_to_string(self.command("set_output_"))?;
        Ok(read_outputs(&text))
    }

    /// What the step wrote to `GITHUB_STEP_SUMMARY`; [`super::Log::attached`] says what becomes of it.
    pub fn summary(&self) -> io::Result<String> {
        fs::read_to_string(self.command("step_summary_"))
    }

    /// What the step wrote to `GITHUB_STATE`, as the runner reads it.
    pub fn state(&self) -> io::Result<Result<Vec<(String, String)>, BadOutput>> {
        let text = fs::read_to_string(self.command("save_state_"))?;
        Ok(read_outputs(&text))
    }
}
