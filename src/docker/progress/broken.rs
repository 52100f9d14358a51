//! Why a build failed, from the failed step and from what buildx said last; and what the reader
//! can do about it.

use crate::failure::{Code, Failure};
use std::collections::VecDeque;

/// How much of an instruction a headline shows, in characters.
const SHOWN_OF_AN_INSTRUCTION: usize = 120;

/// What is known of a failed build.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Broken {
    /// BuildKit's name of the failed step: `[build 2/5] RUN make`; absent when it failed outside
    /// of any.
    pub step: Option<String>,
    /// `Dockerfile:5`, where the instruction stands.
    pub place: Option<String>,
    /// BuildKit's error.
    pub error: String,
    /// The end of the step's output; where it has none, of what buildx printed: the Dockerfile
    /// around the instruction, as a rule.
    pub output: Vec<String>,
    /// The instruction as the Dockerfile has it.
    source: Option<String>,
}

/// What kind of failure it is, by BuildKit's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Daemon,
    PushDenied,
    PushNoRepository,
    Push,
    NoBase,
    NotUnderstood,
    NoTarget,
    NoFile,
    NoSpace,
    Instruction,
}

impl Broken {
    /// From the failed steps (name, error, output) and the last lines of text.
    pub(super) fn new<'a>(
        failed: impl Iterator<Item = (&'a str, &'a str, &'a VecDeque<String>)>,
        text: &VecDeque<String>,
    ) -> Self {
        let last = text.iter().rev().find_map(|line| error_in(line));
        let failed: Vec<_> = failed.collect();
        // The last line tells which of several failed steps ended the build.
        let told = |error: &str| last.is_some_and(|last| last.contains(error));
        let step = failed.iter().find(|(_, error, _)| told(error));
        let step = step.or(failed.first());
        let (place, source) = place_and_source(text);
        let printed = step.map(|(_, _, output)| *output);
        let printed = printed.filter(|output| !output.is_empty());
        Self {
            step: step.map(|(name, _, _)| (*name).to_owned()),
            place,
            source,
            error: last
                .or(step.map(|(_, error, _)| *error))
                .unwrap_or("buildx said nothing")
                .to_owned(),
            output: printed.map_or_else(|| excerpt(text), |lines| lines.iter().cloned().collect()),
        }
    }

    /// Whether the image was built and then not pushed.
    pub fn is_in_the_push(&self) -> bool {
        self.code() == Code::PushFailed
    }

    /// Whether another build on the same engine named the same image at the same moment: the
    /// engine's image store takes the first and refuses the second.
    pub fn is_overtaken(&self) -> bool {
        let step = self.step.as_deref().unwrap_or_default();
        step.starts_with("exporting to image") && self.error.ends_with("already exists")
    }

    /// Whether it is the fault of what is built, so that its output is what the reader needs.
    pub fn is_in_the_build(&self) -> bool {
        self.code() == Code::BuildFailed
    }

    /// BuildKit's name of the failed step, or the best that is known instead.
    pub fn named(&self) -> String {
        let instruction = self.step.as_ref().filter(|step| !is_internal(step));
        let known = instruction.or(self.place.as_ref()).or(self.step.as_ref());
        known.map_or_else(|| "build".to_owned(), Clone::clone)
    }

    /// The failure to report of an image that was to go to `repository`.
    pub fn failure(&self, repository: &str) -> Failure {
        let kind = self.kind();
        Failure::new(self.code(), self.what(kind, repository), help(kind, self))
            .because(&self.error)
    }

    fn code(&self) -> Code {
        match self.kind() {
            Kind::Daemon => Code::NoDocker,
            Kind::PushDenied | Kind::PushNoRepository | Kind::Push => Code::PushFailed,
            _ => Code::BuildFailed,
        }
    }

    fn kind(&self) -> Kind {
        let has = |words: &[&str]| words.iter().any(|word| self.error.contains(word));
        let step = self.step.as_deref().unwrap_or_default();
        if has(&[
            "annot connect to the Docker daemon",
            "error reading from server: EOF",
        ]) {
            return Kind::Daemon;
        }
        if has(&["failed to push"]) || step.starts_with("pushing ") {
            return push_kind(has);
        }
        if has(&["failed to resolve source metadata", "pull access denied"]) {
            return Kind::NoBase;
        }
        if has(&[
            "dockerfile parse error",
            "failed to parse",
            "failed to process",
        ]) {
            return Kind::NotUnderstood;
        }
        if has(&["target stage"]) {
            return Kind::NoTarget;
        }
        if has(&[
            "failed to compute cache key",
            "failed to calculate checksum",
        ]) {
            return Kind::NoFile;
        }
        if has(&["no space left on device"]) {
            return Kind::NoSpace;
        }
        Kind::Instruction
    }

    fn what(&self, kind: Kind, repository: &str) -> String {
        match kind {
            Kind::Daemon => "the Docker daemon was lost during the build".to_owned(),
            Kind::PushDenied => format!("the registry did not accept the push to {repository}"),
            Kind::PushNoRepository => format!("the registry has no repository for {repository}"),
            Kind::Push => format!("the image could not be pushed to {repository}"),
            Kind::NotUnderstood => format!("{} cannot be understood", self.where_it_stands()),
            Kind::NoTarget => "the target stage is not in the Dockerfile".to_owned(),
            _ => self.what_failed(),
        }
    }

    fn what_failed(&self) -> String {
        let place = self.place.as_ref();
        let place = place.map_or_else(String::new, |place| format!(" ({place})"));
        let ended = match self.exit_code() {
            Some(code) => format!("failed with exit code {code}"),
            None => "failed".to_owned(),
        };
        format!("{}{place} {ended}", self.instruction())
    }

    fn where_it_stands(&self) -> &str {
        self.place.as_deref().unwrap_or("the Dockerfile")
    }

    /// `RUN make` of `[build 2/5] RUN make`.
    fn instruction(&self) -> String {
        let step = self.step.as_deref().filter(|step| !is_internal(step));
        let bare = step.map(|step| match step.split_once("] ") {
            Some((stage, instruction)) if stage.starts_with('[') => instruction,
            _ => step,
        });
        let text = bare.or(self.source.as_deref()).unwrap_or("the build");
        if text.chars().count() <= SHOWN_OF_AN_INSTRUCTION {
            return text.to_owned();
        }
        let cut: String = text.chars().take(SHOWN_OF_AN_INSTRUCTION).collect();
        format!("{cut}…")
    }

    fn exit_code(&self) -> Option<u32> {
        let (_, code) = self.error.rsplit_once("exit code: ")?;
        code.trim().parse().ok()
    }
}

fn push_kind(has: impl Fn(&[&str]) -> bool) -> Kind {
    if has(&["404", "name unknown", "does not exist in the registry"]) {
        Kind::PushNoRepository
    } else if has(&[
        "401",
        "403",
        "denied",
        "no basic auth credentials",
        "not authorized",
    ]) {
        Kind::PushDenied
    } else {
        Kind::Push
    }
}

fn help(kind: Kind, broken: &Broken) -> &'static str {
    match kind {
        Kind::Daemon => "Look at the runner: the daemon was stopped or ran out of memory.",
        Kind::PushDenied => {
            "Pushing needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, \
             ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage, ecr:BatchGetImage and \
             ecr:GetDownloadUrlForLayer on the repository."
        }
        Kind::PushNoRepository => {
            "It was there before the build. Create it again, or set create-repository to true."
        }
        Kind::Push => {
            "Run the job again; layers that were pushed are not pushed twice. If it persists, look \
             at the runner's network and at the region's status."
        }
        Kind::NoBase => {
            "Check the image's name and tag and the runner's way to its registry. For a private \
             one, log in before this step with DOCKER_CONFIG set to a directory in the workspace."
        }
        Kind::NotUnderstood => "Correct the Dockerfile at the line shown.",
        Kind::NoTarget => "Set target to the name of a stage: FROM … AS <name>.",
        Kind::NoFile => {
            "Check that the path is in the build context, that .dockerignore lets it through, and \
             that the step that makes it ran before this one."
        }
        Kind::NoSpace => "Free disk space on the runner, or take one with a larger disk.",
        Kind::Instruction if broken.exit_code() == Some(137) => {
            "Exit code 137 means that the process was killed, most likely for want of memory: take \
             a larger runner, or let the step do less at a time."
        }
        Kind::Instruction => {
            "Look at the end of the step's output, correct the cause and push again."
        }
    }
}

fn is_internal(step: &str) -> bool {
    step.starts_with("[internal]")
}

/// BuildKit's error in a line of buildx's, without what buildx puts before it.
fn error_in(line: &str) -> Option<&str> {
    let error = line.strip_prefix("ERROR: ")?;
    let error = error.strip_prefix("failed to build: ").unwrap_or(error);
    let error = error.strip_prefix("failed to solve: ").unwrap_or(error);
    // Where the builder has ended before its client heard of the error.
    let other_way = error.strip_prefix("failed to run Build function: ");
    Some(other_way.unwrap_or(error))
}

/// The excerpt of the Dockerfile that buildx shows; without one, all that it said beside its error.
fn excerpt(text: &VecDeque<String>) -> Vec<String> {
    let is_numbered = |line: &&String| {
        let number = line.split_once(" |").map(|(number, _)| number.trim());
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let numbered: Vec<_> = text.iter().filter(is_numbered).cloned().collect();
    if !numbered.is_empty() {
        return numbered;
    }
    let beside = text.iter().filter(|line| error_in(line).is_none());
    beside.cloned().collect()
}

/// The place and the text of the instruction that buildx shows an excerpt of:
///
/// ```text
/// Dockerfile:5
/// --------------------
///    4 |     COPY . .
///    5 | >>> RUN make
/// --------------------
/// ```
fn place_and_source(text: &VecDeque<String>) -> (Option<String>, Option<String>) {
    let is_rule = |line: &str| line.len() >= 10 && line.bytes().all(|byte| byte == b'-');
    let is_place = |line: &str| {
        line.rsplit_once(':')
            .is_some_and(|(_, number)| number.parse::<u32>().is_ok())
    };
    let pairs = text.iter().zip(text.iter().skip(1));
    let mut places = pairs.filter(|(place, rule)| is_place(place) && is_rule(rule));
    let Some((place, _)) = places.next() else {
        return (None, None);
    };
    let marked = text.iter().find_map(|line| {
        let (number, source) = line.split_once(" | >>> ")?;
        number.trim().parse::<u32>().ok()?;
        Some(source.trim().to_owned())
    });
    (Some(place.clone()), marked)
}
