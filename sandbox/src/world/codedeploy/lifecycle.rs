//! Lifecycle events of a deployment, in their order.
//!
//! <https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html>

use jiff::Timestamp;

/// A lifecycle event of an ECS deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lifecycle {
    /// Hook: before the replacement task set is made.
    BeforeInstall,
    /// The replacement task set is made and becomes steady.
    Install,
    /// Hook: the replacement is steady.
    AfterInstall,
    /// The test listener goes to the replacement.
    AllowTestTraffic,
    /// Hook: test traffic reaches the replacement.
    AfterAllowTestTraffic,
    /// Hook: before production traffic.
    BeforeAllowTraffic,
    /// Production traffic moves to the replacement.
    AllowTraffic,
    /// Hook: all production traffic is on the replacement.
    AfterAllowTraffic,
}

impl Lifecycle {
    /// All of them, in their order.
    pub const ALL: [Self; 8] = [
        Self::BeforeInstall,
        Self::Install,
        Self::AfterInstall,
        Self::AllowTestTraffic,
        Self::AfterAllowTestTraffic,
        Self::BeforeAllowTraffic,
        Self::AllowTraffic,
        Self::AfterAllowTraffic,
    ];

    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::BeforeInstall => "BeforeInstall",
            Self::Install => "Install",
            Self::AfterInstall => "AfterInstall",
            Self::AllowTestTraffic => "AllowTestTraffic",
            Self::AfterAllowTestTraffic => "AfterAllowTestTraffic",
            Self::BeforeAllowTraffic => "BeforeAllowTraffic",
            Self::AllowTraffic => "AllowTraffic",
            Self::AfterAllowTraffic => "AfterAllowTraffic",
        }
    }

    /// Can an AppSpec name a function for it?
    pub fn has_hook(self) -> bool {
        !matches!(
            self,
            Self::Install | Self::AllowTestTraffic | Self::AllowTraffic
        )
    }

    /// Is it about the test listener?
    pub fn is_test(self) -> bool {
        matches!(self, Self::AllowTestTraffic | Self::AfterAllowTestTraffic)
    }
}

/// Where a lifecycle event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Not begun.
    Pending,
    /// Under way.
    InProgress,
    /// Done.
    Succeeded,
    /// Over, and with it the deployment.
    Failed,
    /// Left out.
    Skipped,
}

impl Progress {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::InProgress => "InProgress",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
        }
    }
}

/// A lifecycle event of one deployment.
#[derive(Debug, Clone)]
pub struct Event {
    /// Which one.
    pub name: Lifecycle,
    /// Where it is.
    pub progress: Progress,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it was over.
    pub ended: Option<Timestamp>,
    /// What a hook function left behind.
    pub diagnostics: Option<Diagnostics>,
}

/// What a hook function left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostics {
    /// `ScriptFailed` or `ScriptTimedOut`.
    pub code: &'static str,
    /// The function.
    pub script: String,
    /// What CodeDeploy says of it.
    pub message: String,
    /// The last lines it wrote.
    pub log: String,
}
