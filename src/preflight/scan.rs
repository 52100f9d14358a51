//! Whether the scan of an image lets it pass (`scan-fail-on`).

use super::Check;
use crate::failure::{Code, Failure};
use crate::model::scan::{Scan, Severity};

/// What the check is called.
pub const NAME: &str = "image scan";

/// The image `subject` by its scan, where findings of `least` and above refuse it; `None`: ECR
/// knows of no scan.
pub fn check(subject: &str, scan: Option<&Scan>, least: Severity) -> Check {
    let Some(scan) = scan else {
        let why = "ECR has not scanned it; turn on scanning on push for the repository";
        return Check::skipped(NAME, subject, why);
    };
    if !scan.is_over() {
        let said = scan.description.as_deref().map(|it| format!(": {it}"));
        let why = format!("the scan is {}{}", scan.status, said.unwrap_or_default());
        return Check::skipped(NAME, subject, why);
    }
    let grave: Vec<_> = scan
        .counts
        .iter()
        .filter(|(severity, count)| {
            *count > 0 && Severity::parse(severity).is_some_and(|it| it >= least)
        })
        .map(|(severity, count)| format!("{count} {}", severity.to_lowercase()))
        .collect();
    let failure = (!grave.is_empty()).then(|| {
        let what = format!("the scan of {subject} found {}", grave.join(", "));
        let help = format!(
            "Update what is named in the findings (`aws ecr describe-image-scan-findings`), or set \
             `scan-fail-on` to more than `{}`.",
            least.name()
        );
        Failure::new(Code::Vulnerable, what, help)
    });
    let note = format!("nothing of severity {} or above", least.name());
    Check::judged(NAME, subject, note, failure)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::model::scan::{Scan, Severity};
    use crate::preflight::CheckResult;

    #[test]
    fn findings_of_the_severity_and_above_refuse() {
        let scan = |status: &str, counts: &[(&str, i32)]| Scan {
            status: status.to_owned(),
            description: None,
            counts: counts
                .iter()
                .map(|(it, n)| ((*it).to_owned(), *n))
                .collect(),
        };
        let found = scan("COMPLETE", &[("HIGH", 2), ("LOW", 9), ("UNTRIAGED", 1)]);
        let told = |scan: Option<&Scan>, least| match check("shop:1", scan, least).result {
            CheckResult::Ok { .. } => "ok".to_owned(),
            CheckResult::Failed { failure } => failure.what,
            CheckResult::Skipped { why } => why,
        };
        assert_eq!(told(Some(&found), Severity::Critical), "ok");
        let high = "the scan of shop:1 found 2 high";
        assert_eq!(told(Some(&found), Severity::High), high);
        let low = "the scan of shop:1 found 2 high, 9 low";
        assert_eq!(told(Some(&found), Severity::Low), low);
        assert_eq!(told(Some(&scan("ACTIVE", &[])), Severity::Low), "ok");
        assert_eq!(
            told(Some(&scan("IN_PROGRESS", &[])), Severity::Low),
            "the scan is IN_PROGRESS"
        );
        assert!(told(None, Severity::Low).contains("not scanned"));
    }
}
