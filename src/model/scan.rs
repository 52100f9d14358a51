//! The scan of an image for vulnerabilities, in ECR's words
//! (<https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html>).

/// How grave a finding is, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// `INFORMATIONAL`.
    Informational,
    /// `LOW`.
    Low,
    /// `MEDIUM`.
    Medium,
    /// `HIGH`.
    High,
    /// `CRITICAL`.
    Critical,
}

impl Severity {
    /// Every severity, from the least to the most.
    pub const ALL: [Self; 5] = [
        Self::Informational,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::Critical,
    ];

    /// Its name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity of this name in any case; `None` for one that has no rank (`UNTRIAGED`).
    pub fn parse(text: &str) -> Option<Self> {
        let named = |it: &Self| it.name().eq_ignore_ascii_case(text);
        Self::ALL.into_iter().find(named)
    }
}

/// A scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// `COMPLETE`, `ACTIVE`, `IN_PROGRESS`, `PENDING`, `FAILED`, …
    pub status: String,
    /// AWS's sentence about the status.
    pub description: Option<String>,
    /// How many findings there are, by severity, the gravest first.
    pub counts: Vec<(String, i32)>,
}

impl Scan {
    /// Whether its findings are there: enhanced scanning goes on for ever.
    pub fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "COMPLETE" | "ACTIVE")
    }

    /// Whether its findings are still to come.
    pub fn is_under_way(&self) -> bool {
        matches!(self.status.as_str(), "IN_PROGRESS" | "PENDING")
    }
}
