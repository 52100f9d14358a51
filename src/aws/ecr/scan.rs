//! What the scan of an image found.

use super::Ecr;
use crate::aws::error::seen;
use crate::model::scan::{Scan, Severity};
use anyhow::Result;
use aws_sdk_ecr::error::ProvideErrorMetadata;
use aws_sdk_ecr::operation::describe_image_scan_findings::DescribeImageScanFindingsOutput;
use aws_sdk_ecr::types::ImageIdentifier;

impl Ecr {
    /// The scan of the image with `digest`; `None` when there is none, or no such image.
    pub async fn scan(&self, repository: &str, digest: &str) -> Result<Option<Scan>> {
        const ACTION: &str = "ecr:DescribeImageScanFindings";
        let id = ImageIdentifier::builder().image_digest(digest).build();
        let call = self.client.describe_image_scan_findings();
        let call = call.repository_name(repository).image_id(id).max_results(1);
        let ask = async || match call.clone().send().await {
            Err(error) if is_absent(error.code()) => Ok(None),
            answer => Ok(Some(scan(&answer.map_err(seen(ACTION))?))),
        };
        self.asking.ask(ask).await
    }
}

fn scan(answer: &DescribeImageScanFindingsOutput) -> Scan {
    let status = answer.image_scan_status();
    let word = status.and_then(|it| it.status());
    let findings = answer.image_scan_findings();
    let counts = findings.and_then(|it| it.finding_severity_counts());
    let counts = counts.into_iter().flatten();
    let mut counts: Vec<_> = counts
        .map(|(severity, count)| (severity.as_str().to_owned(), *count))
        .collect();
    counts.sort_by_key(|(severity, _)| std::cmp::Reverse(Severity::parse(severity)));
    Scan {
        status: word.map_or("", |it| it.as_str()).to_owned(),
        description: status.and_then(|it| it.description()).map(str::to_owned),
        counts,
    }
}

fn is_absent(code: Option<&str>) -> bool {
    matches!(
        code,
        Some("ScanNotFoundException" | "ImageNotFoundException" | "RepositoryNotFoundException")
    )
}
