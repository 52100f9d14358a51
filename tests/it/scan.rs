//! The scan of an image that was just built, from the push to the refusal: `scan-fail-on` with a
//! release.
//!
//! These tests build, and need what those in [`crate::build`] need.

use crate::release::release;
use crate::run::{Ran, Stand, scenario};

/// The world in which images are scanned when they are pushed, with this outcome.
async fn scanning(scan: &str) -> Stand {
    let repository = "exclusions: [\"buildcache*\"]\n";
    let scanned = format!("{repository}      scan-on-push: true\n      scan: {scan}\n");
    Stand::with(&[(repository, &scanned)]).await
}

/// The same, and the scan ends once somebody has looked at it. Its time is so slow that nobody's
/// patience is over before that.
async fn scanning_until_looked_at(scan: &str) -> Stand {
    let repository = "exclusions: [\"buildcache*\"]\n";
    let scanned = format!("{repository}      scan-on-push: true\n      scan: {scan}\n");
    let ends = "happenings: [{ after: { operation: DescribeImageScanFindings }, does: { end-scans: shop } }]";
    let scenario = scenario(&[(repository, &scanned), ("happenings: []", ends)]);
    Stand::of(&scenario, 30.0).await
}

const FINDINGS: &str =
    "findings: [{ name: CVE-2026-1, severity: HIGH }, { name: CVE-2026-2, severity: LOW }]";

async fn released(stand: &Stand, least: &str) -> Ran {
    release(stand, stand.staging_job())
        .input("scan-fail-on", least)
        .run()
        .await
}

/// How often the scan was looked at.
fn looks(stand: &Stand) -> usize {
    stand.look(|world| {
        let calls = world.calls.iter();
        let of_scan = calls.filter(|call| call.operation == "DescribeImageScanFindings");
        of_scan.count()
    })
}

/// Nothing but the image was written, and staging runs on.
fn is_left_as_it_was(stand: &Stand) {
    assert_eq!(stand.revision("staging"), "shop-staging:1");
    let registered = |call: &String| call.contains("RegisterTaskDefinition");
    assert!(!stand.writes().iter().any(registered));
}

#[tokio::test]
async fn findings_that_come_after_a_while_refuse_the_image() {
    let stand = scanning_until_looked_at(&format!("{{ seconds: 86400, {FINDINGS} }}")).await;
    let ran = released(&stand, "high").await;
    ran.ended(5, "failed");
    assert_eq!(ran.codes(), ["GG039"]);
    assert!(ran.log.contains("found 1 high"), "{}", ran.log);
    assert_eq!(ran.output("image-pushed"), "true");
    assert_eq!(looks(&stand), 2);
    is_left_as_it_was(&stand);
}

#[tokio::test]
async fn findings_below_what_is_asked_for_let_the_image_pass() {
    let stand = scanning(&format!("{{ seconds: 0, {FINDINGS} }}")).await;
    let ran = released(&stand, "critical").await;
    ran.ended(0, "succeeded");
    let passed = "nothing of severity critical or above";
    assert!(ran.log.contains(passed), "{}", ran.log);
    assert_eq!(stand.revision("staging"), "shop-staging:2");
}

#[tokio::test]
async fn a_scan_that_fails_is_told_and_holds_nothing_up() {
    let stand = scanning(&format!("{{ seconds: 0, outcome: FAILED, {FINDINGS} }}")).await;
    let ran = released(&stand, "high").await;
    ran.ended(0, "succeeded");
    assert!(ran.log.contains("the scan is FAILED"), "{}", ran.log);
    assert_eq!(stand.revision("staging"), "shop-staging:2");
}

#[tokio::test]
async fn a_scan_that_takes_too_long_is_told_and_holds_nothing_up() {
    let stand = scanning(&format!("{{ seconds: 3600, {FINDINGS} }}")).await;
    let ran = released(&stand, "high").await;
    ran.ended(0, "succeeded");
    assert!(ran.log.contains("the scan is IN_PROGRESS"), "{}", ran.log);
}

#[tokio::test]
async fn an_image_that_nobody_scans_is_told_and_holds_nothing_up() {
    let stand = Stand::open().await;
    let ran = released(&stand, "high").await;
    ran.ended(0, "succeeded");
    assert!(ran.log.contains("ECR has not scanned it"), "{}", ran.log);
}

#[tokio::test]
async fn a_scan_that_may_not_be_looked_at_holds_nothing_up() {
    let denied = ("without: []", "without: ['ecr:DescribeImageScanFindings']");
    let stand = Stand::with(&[denied]).await;
    let ran = released(&stand, "high").await;
    ran.ended(0, "succeeded");
    let why = "the role may not call ecr:DescribeImageScanFindings";
    assert!(ran.log.contains(why), "{}", ran.log);
    assert_eq!(looks(&stand), 1);
}
