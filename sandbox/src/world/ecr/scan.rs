//! Basic scanning of images: when it runs, and what it finds.
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html>

use super::manifest::Manifest;
use super::{Image, Repository};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// An image is scanned once in this time.
const QUOTA: SignedDuration = SignedDuration::from_hours(24);

/// What every scan in a repository comes to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scanner {
    /// How long a scan is `IN_PROGRESS`, in simulated seconds; 30 by default.
    #[serde(default = "half_a_minute")]
    pub seconds: u32,
    /// How a scan ends; `COMPLETE` by default.
    #[serde(default)]
    pub outcome: Outcome,
    /// What a complete scan has found; nothing by default.
    #[serde(default)]
    pub findings: Vec<Finding>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self {
            seconds: half_a_minute(),
            outcome: Outcome::default(),
            findings: Vec::new(),
        }
    }
}

fn half_a_minute() -> u32 {
    30
}

/// How a scan ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// It read the image.
    #[default]
    Complete,
    /// It could not read the image.
    Failed,
}

/// A vulnerability.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// `CVE-2026-12345`.
    pub name: String,
    /// How bad it is.
    pub severity: Severity,
    /// The package that has it, if known.
    #[serde(default)]
    pub package: Option<String>,
    /// The version of that package.
    #[serde(default)]
    pub version: Option<String>,
    /// A sentence about it.
    #[serde(default)]
    pub description: Option<String>,
    /// Where to read on.
    #[serde(default)]
    pub uri: Option<String>,
}

/// ECR's severities, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// Not rated yet.
    Undefined,
    /// For information.
    Informational,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

/// Where a scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It runs.
    InProgress,
    /// It is over, since the moment given.
    Complete(Timestamp),
    /// It is over, and the image could not be read.
    Failed,
}

/// Why a scan was not started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// An index has no content of its own to scan.
    Unsupported,
    /// It was scanned in the last twenty-four hours.
    OverQuota,
}

/// Whether an image can be scanned: an index has no content of its own.
pub fn is_scannable(image: &Image) -> bool {
    matches!(image.parsed, Manifest::Image { .. })
}

/// Where the scan of an image stands at `now`; nothing if none was started.
pub fn status(repository: &Repository, image: &Image, now: Timestamp) -> Option<Status> {
    let started = image.scan_started_at?;
    let takes = SignedDuration::from_secs(repository.scanner.seconds.into());
    let ends = started.saturating_add(takes).unwrap_or(Timestamp::MAX);
    Some(match repository.scanner.outcome {
        _ if now < ends => Status::InProgress,
        Outcome::Complete => Status::Complete(ends),
        Outcome::Failed => Status::Failed,
    })
}

/// Starts the scan of an image.
///
/// # Errors
/// When it cannot be scanned, or not so soon again.
pub fn start(image: &mut Image, now: Timestamp) -> Result<(), Refused> {
    if !is_scannable(image) {
        return Err(Refused::Unsupported);
    }
    let fresh = |started: Timestamp| now.duration_since(started) < QUOTA;
    if image.scan_started_at.is_some_and(fresh) {
        return Err(Refused::OverQuota);
    }
    image.scan_started_at = Some(now);
    Ok(())
}
