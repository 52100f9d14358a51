//! A place that a sink writes to, and what becomes of it when it cannot.

use super::workflow_command::{command, one_line};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file, and what is kept in it.
pub(super) struct Place {
    path: PathBuf,
    holds: &'static str,
    told: bool,
}

impl Place {
    pub(super) fn new(path: PathBuf, holds: &'static str) -> Self {
        Self {
            path,
            holds,
            told: false,
        }
    }

    /// Elsewhere from now on.
    pub(super) fn moved_to(&mut self, path: PathBuf) {
        self.path = path;
    }

    /// Writes; a failure is told once and does not fail the run.
    pub(super) fn write(&mut self, write: impl FnOnce(&Path) -> io::Result<()>) {
        if let Err(error) = write(&self.path)
            && !std::mem::replace(&mut self.told, true)
        {
            let (holds, path) = (self.holds, self.path.display());
            let text = one_line(&format!("{holds} cannot be written to {path}: {error}"));
            let warning = command("warning", &[("title", "Greengate")], &text);
            // Where the log cannot be written either, nobody can be told.
            let _ = writeln!(io::stdout(), "{warning}");
        }
    }
}
