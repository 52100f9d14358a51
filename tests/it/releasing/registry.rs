//! A registry of a test's own, which asks for no password: `setup/release-tools.sh` installs its program.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Ends with the test.
pub(crate) struct Registry {
    /// `127.0.0.1:<port>`.
    pub(crate) address: String,
    process: Child,
    _folder: TempDir,
}

impl Registry {
    pub(crate) fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let config = folder.path().join("config.yml");
        let data = folder.path().join("data").display().to_string();
        let text = format!(
            "version: 0.1\nstorage: {{filesystem: {{rootdirectory: {data}}}}}\nhttp: {{addr: '127.0.0.1:0'}}\n"
        );
        std::fs::write(&config, text).unwrap();
        let mut process = Command::new("docker-registry")
            .args(["serve".as_ref(), config.as_os_str()])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("docker-registry: run setup/release-tools.sh");
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = log.find_map(|line| {
            let line = line.unwrap();
            let (_, rest) = line.split_once("listening on ")?;
            Some(rest.split('"').next()?.to_owned())
        });
        // Read on, lest it waits for somebody who does.
        std::thread::spawn(move || log.for_each(drop));
        Self {
            address: address.expect("an address"),
            process,
            _folder: folder,
        }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
