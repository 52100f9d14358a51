//! The container cannot be made or started, or a volume cannot be mounted.

use super::words::{Said, container, of_container, shown};
use super::{About, Cause, Kind, View};

/// The container cannot be started.
pub(super) fn of(view: View<'_>, said: &Said<'_>, about: About<'_>) -> Option<Cause> {
    volume(said).or_else(|| command(view, said, about))
}

fn volume(said: &Said<'_>) -> Option<Cause> {
    let words = [
        "efs utils",
        "cannotcreatevolumeerror",
        "failed to mount",
        "mount.nfs4",
    ];
    said.has_one_of(&words).then(|| Cause {
        kind: Kind::Volume,
        sentence: format!(
            "a volume of the task cannot be mounted: {}",
            shown(said.text)
        ),
        advice: "Check the file system's id and path in the task definition, that its mount \
                 targets let the tasks' security groups in on TCP 2049, and that the task role may \
                 mount it."
            .to_owned(),
    })
}

/// `exec: "server": executable file not found in $PATH`, in the words of runc.
fn command(_: View<'_>, said: &Said<'_>, about: About<'_>) -> Option<Cause> {
    let words = [
        "executable file not found",
        "no such file or directory",
        "permission denied",
        "not a directory",
    ];
    let starting = [
        "cannotstartcontainererror",
        "cannotcreatecontainererror",
        "oci runtime create failed",
        "container init",
        "starting container process",
    ];
    if !said.has_one_of(&words) || !said.has_one_of(&starting) {
        return None;
    }
    let program = said
        .word_after("exec: ")
        .map(|it| format!(" `{}`", shown(it)));
    Some(not_runnable(about.container, &program.unwrap_or_default()))
}

/// `program` is empty, or a space and a name.
pub(super) fn not_runnable(name: Option<&str>, program: &str) -> Cause {
    Cause {
        kind: Kind::CommandNotRunnable,
        sentence: format!("the command{program}{} cannot be run", of_container(name)),
        advice: format!(
            "Check `entryPoint` and `command` of {} in the task definition against what its image \
             holds: the program must be there under that path and executable.",
            container(name)
        ),
    }
}
