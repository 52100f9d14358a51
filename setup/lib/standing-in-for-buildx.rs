//! A program that needs nothing around it, made out of one that needs a loader and a library: the
//! three are in it, and it unpacks and starts them. Debian's buildx is of that kind, Docker's own is
//! static, and the action's image has neither loader nor libraries.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::{fs, io};

const LOADER: &[u8] = include_bytes!(env!("LOADER"));
const LIBRARY: &[u8] = include_bytes!(env!("LIBRARY"));
const PROGRAM: &[u8] = include_bytes!(env!("PROGRAM"));

const FOLDER: &str = "/tmp/docker-buildx";

/// Under another name until all is there: there may be two of us.
fn unpack() -> io::Result<()> {
    let partial = format!("{FOLDER}-{}", std::process::id());
    let partial = Path::new(&partial);
    fs::create_dir_all(partial)?;
    for (name, bytes) in [("loader", LOADER), ("libc.so.6", LIBRARY), ("buildx", PROGRAM)] {
        let file = partial.join(name);
        fs::write(&file, bytes)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    }
    // The other one was quicker.
    fs::rename(partial, FOLDER).or_else(|_| fs::remove_dir_all(partial))
}

fn main() -> io::Result<()> {
    if !Path::new(FOLDER).exists() {
        unpack()?;
    }
    let mut command = Command::new(format!("{FOLDER}/loader"));
    command.args(["--library-path", FOLDER, "--argv0", "docker-buildx"]);
    command.arg(format!("{FOLDER}/buildx"));
    Err(command.args(std::env::args_os().skip(1)).exec())
}
