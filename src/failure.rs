//! A failure that a user can act on: a stable code, what failed, why, and what to do now.
//!
//! Everything that goes wrong for a reason outside Greengate becomes a [`Failure`] and travels in
//! an [`anyhow::Error`]; an error without a [`Failure`] in its chain is a bug in Greengate (exit
//! code 1). Only this module knows codes, exit codes and their meaning; wording of the causes
//! belongs to the place that saw them.

mod several;

pub use several::Failures;

use serde::Serialize;
use std::fmt;

/// The classes of exit codes a run can end with, beside 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exit {
    /// 1: a bug in Greengate.
    Bug,
    /// 2: inputs or files are wrong; nothing was changed.
    Inputs,
    /// 3: preflight or permissions; nothing was changed.
    Preflight,
    /// 4: the gate refused; nothing was changed.
    Gate,
    /// 5: failed, and a healthy revision serves that is not ours.
    OtherServes,
    /// 6: failed, and a person must look.
    NeedsPerson,
    /// 7: timed out; the deployment runs on.
    TimedOut,
    /// 130: cancelled.
    Cancelled,
}

impl Exit {
    /// The number the process exits with.
    pub fn code(self) -> u8 {
        match self {
            Self::Bug => 1,
            Self::Inputs => 2,
            Self::Preflight => 3,
            Self::Gate => 4,
            Self::OtherServes => 5,
            Self::NeedsPerson => 6,
            Self::TimedOut => 7,
            Self::Cancelled => 130,
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal, $exit:ident;)+) => {
        /// The stable codes. Each has a section in `docs/errors.md`; a code is never given a new
        /// meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code there is, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// `GG001`, as users see and search it.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => concat!("GG", $number),)+ }
            }

            /// The exit code that a run ends with when this code is its cause.
            pub fn exit(self) -> Exit {
                match self { $(Self::$name => Exit::$exit,)+ }
            }
        }
    };
}

codes! {
    /// Inputs are missing or malformed.
    BadInputs = "001", Inputs;
    /// A file that an input names is missing or cannot be read.
    UnreadableFile = "002", Inputs;
    /// A file is not the JSON or YAML it should be.
    MalformedFile = "003", Inputs;
    /// A container that an input names is not in the task definition.
    UnknownContainer = "004", Inputs;
    /// The environment of the process is not that of a GitHub job.
    NotInAJob = "005", Inputs;
    /// No AWS credentials could be had.
    NoCredentials = "010", Preflight;
    /// STS refused to let the job assume the role.
    RoleRefused = "011", Preflight;
    /// An AWS call is not permitted.
    AccessDenied = "012", Preflight;
    /// AWS did not answer, or answered something unusable.
    AwsUnavailable = "013", Preflight;
    /// A role of the task is not there, does not trust ECS, or may not be passed to it.
    RoleUnfit = "014", Preflight;
    /// The cluster is not there.
    NoCluster = "020", Preflight;
    /// The service is not there or not active.
    NoService = "021", Preflight;
    /// The service's deployment controller or strategy is not one that this run can drive.
    WrongController = "022", Preflight;
    /// The CodeDeploy application, group or config is not there or not for this service.
    CodeDeployMismatch = "023", Preflight;
    /// The repository is not in ECR.
    NoRepository = "024", Preflight;
    /// The image to deploy is not in its repository.
    NoImage = "025", Preflight;
    /// A deployment is already running.
    DeploymentRunning = "026", Preflight;
    /// AWS refused the task definition.
    TaskDefinitionRefused = "027", Preflight;
    /// AWS refused the deployment.
    DeploymentRefused = "028", Preflight;
    /// A newer commit is deployed.
    OlderCommit = "029", Preflight;
    /// No Docker daemon or no buildx.
    NoDocker = "030", Preflight;
    /// The build failed.
    BuildFailed = "031", Inputs;
    /// The image could not be pushed, or the registry holds something else than was built.
    PushFailed = "032", Preflight;
    /// The task definition does not fit where the service runs its tasks.
    TaskUnfit = "033", Preflight;
    /// A secret or parameter of the task is not there.
    NoSecret = "034", Preflight;
    /// A log group of the task is not there.
    NoLogGroup = "035", Preflight;
    /// An alarm that watches the deployment is not there, or fires before it begins.
    AlarmUnfit = "036", Preflight;
    /// A target group or listener is not there, or does not fit the tasks.
    BalancingUnfit = "037", Preflight;
    /// The image is not made for the task's platform.
    WrongPlatform = "038", Preflight;
    /// The scan of the image found more than `scan-fail-on` lets pass.
    Vulnerable = "039", Preflight;
    /// The job is not bound to an environment, or to another one.
    NotBound = "040", Gate;
    /// The environment has no required reviewers.
    NoReviewers = "041", Gate;
    /// Nobody has approved.
    NotApproved = "042", Gate;
    /// Only somebody who started the run has approved.
    SelfApproved = "043", Gate;
    /// Somebody has rejected.
    Rejected = "044", Gate;
    /// A permission to read the proof is missing.
    GatePermission = "045", Gate;
    /// The proof could not be had or does not fit this job.
    GateUnproven = "046", Gate;
    /// The environment lets administrators bypass its rules, and the inputs forbid that.
    AdminBypass = "047", Gate;
    /// The deployment failed and the service was rolled back.
    RolledBack = "050", OtherServes;
    /// A newer deployment took the place of ours.
    Superseded = "051", OtherServes;
    /// The deployment failed and nothing brought a healthy revision back.
    DeploymentFailed = "052", NeedsPerson;
    /// Somebody stopped the deployment.
    DeploymentStopped = "053", NeedsPerson;
    /// Credentials ended, or a call was denied, in the middle of a deployment.
    LostSight = "054", NeedsPerson;
    /// No revision is known to have served before.
    NoPrevious = "055", Preflight;
    /// The time-out passed; the deployment runs on.
    TimedOut = "060", TimedOut;
    /// The run was cancelled.
    Cancelled = "070", Cancelled;
    /// The task definition that the inputs name is not in ECS.
    NoTaskDefinition = "080", Preflight;
    /// Something that Greengate did not foresee: a bug in it.
    Bug = "090", Bug;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// A failure for the reader.
#[derive(Debug, Clone, Serialize)]
pub struct Failure {
    /// The stable code.
    pub code: Code,
    /// What failed and on what, one sentence without a full stop: "service shop is not in cluster
    /// production".
    pub what: String,
    /// Why, as far as it is known; lines of detail, possibly none.
    pub why: Vec<String>,
    /// What the reader can do now, one or more sentences.
    pub help: String,
    /// The exit class, where what serves decides it and not the code alone.
    pub exit: Exit,
    /// What it is about and which one, where the code does not say: `deployment config`, `slow`.
    #[serde(skip)]
    pub about: Option<(&'static str, String)>,
}

impl Failure {
    /// A failure of `code` with its usual exit class and no detail.
    pub fn new(code: Code, what: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            code,
            what: what.into(),
            why: Vec::new(),
            help: help.into(),
            exit: code.exit(),
            about: None,
        }
    }

    /// Says what it is about and which one: `deployment config`, `slow`.
    #[must_use]
    pub fn about(mut self, what: &'static str, which: impl Into<String>) -> Self {
        self.about = Some((what, which.into()));
        self
    }

    /// Adds a line of detail.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why.push(why.into());
        self
    }

    /// Replaces the exit class: what serves decides between 5 and 6.
    #[must_use]
    pub fn exiting(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// The failures in an error's chain, attached as context or not: one, the several of
    /// [`Failures`], or none.
    pub fn all_of(error: &anyhow::Error) -> Vec<&Self> {
        if let Some(several) = within::<Failures>(error) {
            return several.all().iter().collect();
        }
        within(error).into_iter().collect()
    }
}

/// The outermost `T` of an error. A context is no link of the chain that can be looked into, so
/// that both ways are needed.
pub(crate) fn within<T: std::error::Error + Send + Sync + 'static>(
    error: &anyhow::Error,
) -> Option<&T> {
    let attached = error.downcast_ref();
    attached.or_else(|| error.chain().find_map(|cause| cause.downcast_ref()))
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.what)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::{Code, Failure, Failures};
    use std::collections::BTreeSet;

    #[test]
    fn a_failure_is_found_as_error_and_as_context() {
        let failure = || Failure::new(Code::NoService, "service shop is not there", "look");
        let found = |error: anyhow::Error| Failure::all_of(&error).len();
        let below = anyhow::Error::new(failure()).context("deploying");
        let attached = anyhow::anyhow!("no answer").context(failure());
        let several = Failures::none(vec![failure(), failure()]).map_err(anyhow::Error::new);
        assert_eq!(found(below), 1);
        assert_eq!(found(attached.context("deploying")), 1);
        assert_eq!(found(several.unwrap_err()), 2);
        assert_eq!(found(anyhow::anyhow!("a bug")), 0);
    }

    #[test]
    fn codes_are_unique_and_in_order() {
        let ids: Vec<_> = Code::ALL.iter().map(|code| code.id()).collect();
        let sorted: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(ids, sorted.into_iter().collect::<Vec<_>>());
    }
}
