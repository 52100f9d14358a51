//! The command that a runner gives the docker client for a step of a container action.
//!
//! Whether there is an engine, and what the container does, is not known here.
//!
//! <https://github.com/actions/runner/blob/main/src/Runner.Worker/Handlers/ContainerActionHandler.cs>
//! <https://github.com/actions/runner/blob/main/src/Runner.Worker/Container/DockerCommandManager.cs>

use super::Files;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// What a container action's step is run in.
#[derive(Debug, Clone)]
pub struct Container {
    /// The image, as `docker run` takes it.
    pub image: String,
    /// `post-entrypoint` of the action's file, for its post step; else the image's own is used.
    pub entrypoint: Option<String>,
    /// The network of the job's own container or services; absent, the engine's default.
    pub network: Option<String>,
    /// The engine's socket on the machine: `/var/run/docker.sock` on GitHub's.
    pub socket: PathBuf,
    /// Whether the runner lends its folder for temporary files, as runners since 2.329 do.
    pub lends_temp: bool,
}

/// A call of the docker client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerRun {
    /// The container's name.
    pub name: String,
    /// What the runner finds its own containers by: the same for all of one folder.
    pub label: String,
    /// The arguments after `docker`.
    pub arguments: Vec<String>,
    /// The variables that the client gets beside its own: where the values are.
    pub variables: BTreeMap<String, String>,
}

impl Container {
    /// The call for a step that works with `files` and has `variables` in its environment.
    pub fn run(&self, files: &Files, variables: &BTreeMap<String, String>) -> DockerRun {
        let folders = self.folders(files);
        let translated = variables.iter();
        let variables: BTreeMap<_, _> = translated
            .map(|(name, value)| (name.clone(), in_container(&folders, value)))
            .collect();
        let name = format!("{}_{}", sanitized(&self.image), random());
        let label = label(files);
        let command = ["run", "--name", &name, "--label", &label];
        let more = ["--workdir", "/github/workspace", "--rm"];
        let mut arguments: Vec<String> = [command.as_slice(), &more]
            .concat()
            .into_iter()
            .map(str::to_owned)
            .collect();
        for (option, value) in self.options(&variables, &folders) {
            arguments.extend([option.to_owned(), value]);
        }
        arguments.push(self.image.clone());
        DockerRun {
            name,
            label,
            arguments,
            variables,
        }
    }

    /// The options with a value, in the runner's order. Of a variable it is the name: the value is in
    /// the client's own environment.
    fn options(
        &self,
        variables: &BTreeMap<String, String>,
        folders: &[(PathBuf, &'static str)],
    ) -> Vec<(&'static str, String)> {
        let mut options: Vec<_> = variables.keys().map(|name| ("-e", name.clone())).collect();
        options.push(("-e", "GITHUB_ACTIONS=true".to_owned()));
        if !variables.contains_key("CI") {
            options.push(("-e", "CI=true".to_owned()));
        }
        let entrypoint = self.entrypoint.clone();
        options.extend(entrypoint.map(|it| ("--entrypoint", it)));
        let network = self.network.clone();
        options.extend(network.map(|it| ("--network", it)));
        let socket = self.socket.display();
        options.push(("-v", format!("{socket}:/var/run/docker.sock")));
        let mounts = folders.iter();
        options.extend(mounts.map(|(ours, its)| ("-v", format!("{}:{its}", ours.display()))));
        options
    }

    /// The folders that are lent, in the order of their mounts: on the machine, in the container.
    fn folders(&self, files: &Files) -> Vec<(PathBuf, &'static str)> {
        let temp = (files.temp().to_owned(), "/github/runner_temp");
        let others = [
            (files.home(), "/github/home"),
            (files.workflow(), "/github/workflow"),
            (files.commands(), "/github/file_commands"),
            (files.workspace().to_owned(), "/github/workspace"),
        ];
        let temp = self.lends_temp.then_some(temp);
        temp.into_iter().chain(others).collect()
    }
}

/// A value that begins with a folder that is lent, as the container finds it; any other as it is.
/// The folder that was mounted last is tried first, for all but one of them are in the first.
fn in_container(folders: &[(PathBuf, &'static str)], value: &str) -> String {
    let mut folders = folders.iter().rev();
    let translated = folders.find_map(|(ours, its)| {
        let rest = value.strip_prefix(ours.to_str()?)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{its}{rest}"))
    });
    translated.unwrap_or_else(|| value.to_owned())
}

/// A name has letters, digits and underscores only.
fn sanitized(image: &str) -> String {
    let allowed = |character: &char| character.is_ascii_alphanumeric() || *character == '_';
    image.chars().filter(allowed).collect()
}

/// Six hexadecimal digits.
fn random() -> String {
    let id = Uuid::new_v4().simple().to_string();
    id.chars().take(6).collect()
}

/// Six hexadecimal digits of where the runner is.
fn label(files: &Files) -> String {
    let place = files.temp().parent().and_then(Path::parent);
    let place = place.unwrap_or(files.temp()).to_string_lossy();
    let digest = hex::encode(Sha256::digest(place.as_bytes()));
    digest.chars().take(6).collect()
}

#[cfg(test)]
mod tests;
