//! An essential container ended by itself: why, as far as its exit code and last lines say.

use super::words::{Said, container, of_container, shown, tasks};
use super::{About, Cause, Kind, View, image, start};
use crate::diagnosis::failures::{TaskFailures, Way};
use crate::diagnosis::workload::Workload;

/// The container took more memory than it may.
pub(super) fn out_of_memory(
    view: View<'_>,
    failures: &TaskFailures,
    said: &Said<'_>,
) -> Option<Cause> {
    let words = [
        "heap out of memory",
        "java.lang.outofmemoryerror",
        "cannot allocate memory",
    ];
    let of_runtime = last_lines(view, failures).iter().any(|line| {
        let line = line.to_lowercase();
        words.iter().any(|words| line.contains(words))
    });
    let killed = said.has("outofmemory") || said.has("out of memory");
    let by_itself = failures.way == Way::Exited && of_runtime;
    if !(killed || by_itself) {
        return None;
    }
    let name = failures.container.as_deref();
    let limit = limit(&view.scene.workload, name);
    let limit = limit.map(|limit| format!(" than its {limit} MiB"));
    Some(Cause {
        kind: Kind::OutOfMemory,
        sentence: format!(
            "{} wanted more memory{} and was ended ({})",
            container(name),
            limit.unwrap_or_default(),
            tasks(failures.count)
        ),
        advice: "Raise `memory` of the container, and of the task on Fargate, or let the program \
                 take less; a runtime with a heap limit of its own must be told of the container's."
            .to_owned(),
    })
}

/// The memory that the container may take, in MiB: its own limit, or the task's.
fn limit(workload: &Workload, name: Option<&str>) -> Option<String> {
    let own = name.and_then(|name| workload.container(name)?.memory);
    let own = own.map(|limit| limit.to_string());
    own.or_else(|| workload.memory.clone())
        .filter(|limit| limit.chars().all(|c| c.is_ascii_digit()))
}

/// The container ended by itself.
pub(super) fn exited(view: View<'_>, failures: &TaskFailures) -> Option<Cause> {
    if failures.way != Way::Exited {
        return None;
    }
    let name = failures.container.as_deref();
    let lines = last_lines(view, failures);
    let has = |words: &str| lines.iter().any(|line| line.contains(words));
    if has("exec format error") {
        let about = About {
            container: name,
            image: failures.image.as_deref(),
        };
        return Some(image::wrong_platform(view, about, None));
    }
    if matches!(failures.exit_code, Some(126 | 127)) && (has("not found") || has("denied")) {
        return Some(start::not_runnable(name, ""));
    }
    Some(ended(view, failures, lines))
}

fn ended(view: View<'_>, failures: &TaskFailures, lines: &[String]) -> Cause {
    let name = failures.container.as_deref();
    let known = name.and_then(|name| view.scene.workload.container(name));
    let keeps_no_log = known.is_some_and(|container| container.log.is_none());
    let how = match failures.exit_code {
        Some(code) => format!("ended with exit code {code}"),
        None => "ended".to_owned(),
    };
    let last = lines
        .last()
        .map(|line| format!("; its last line: {}", shown(line)));
    Cause {
        kind: Kind::ContainerExited,
        sentence: format!(
            "the essential {} {how} ({}){}",
            container(name),
            tasks(failures.count),
            last.unwrap_or_default()
        ),
        advice: advice(failures.exit_code, name, lines, keeps_no_log),
    }
}

/// What the exit code means, by the conventions of shells and of Docker
/// (<https://docs.docker.com/engine/containers/run/#exit-status>).
fn advice(code: Option<i32>, name: Option<&str>, lines: &[String], keeps_no_log: bool) -> String {
    let of = of_container(name);
    let meaning = match code {
        Some(0) => "0 says that the program had nothing left to do: a service's container must \
                    keep running, or be no `essential` one. "
            .to_owned(),
        Some(126) => {
            "126 says that the command could not be run: check that it is executable. ".to_owned()
        }
        Some(127) => "127 says that the command was not found in the image. ".to_owned(),
        Some(137) => "137 is SIGKILL: most often too little memory, or a stop that took longer \
                      than `stopTimeout`. "
            .to_owned(),
        Some(139) => "139 is a segmentation fault. ".to_owned(),
        Some(143) => "143 is SIGTERM: something in the container stopped it. ".to_owned(),
        _ => String::new(),
    };
    if keeps_no_log && lines.is_empty() {
        return format!(
            "{meaning}Give {} a `logConfiguration` with the driver `awslogs`, so that its last \
             lines are shown; or run the image with the same environment on your machine.",
            container(name)
        );
    }
    if lines.is_empty() {
        return format!(
            "{meaning}Read the log{of}, or run the image with the same environment on your machine."
        );
    }
    format!(
        "{meaning}Mend what the last lines{of} say; settings and secrets that only this \
         environment lacks are the usual reason."
    )
}

/// The last lines of the failing container.
fn last_lines<'a>(view: View<'a>, failures: &TaskFailures) -> &'a [String] {
    let id = failures.sample.id();
    let tail = view.evidence.logs.iter().find(|tail| {
        tail.task == id && Some(tail.container.as_str()) == failures.container.as_deref()
    });
    tail.map(|tail| tail.lines.as_slice()).unwrap_or_default()
}
