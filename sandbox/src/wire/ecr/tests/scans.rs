use super::*;

fn findings(world: &mut World, extra: &Value) -> Value {
    let mut body = json!({"repositoryName": "scanned", "imageId": {"imageTag": "v1"}});
    for (name, value) in extra.as_object().unwrap() {
        body[name] = value.clone();
    }
    answer(world, "DescribeImageScanFindings", &body)
}

#[test]
fn a_scan_takes_its_time_and_finds_what_the_scenario_says() {
    let mut world = world();
    assert_eq!(
        findings(&mut world, &json!({}))["imageScanStatus"]["status"],
        "IN_PROGRESS"
    );
    let done = world.now + SignedDuration::from_secs(30);
    world.advance_to(done);
    let scan = findings(&mut world, &json!({}));
    assert_eq!(scan["imageScanStatus"]["status"], "COMPLETE");
    let found = &scan["imageScanFindings"];
    assert_eq!(found["imageScanCompletedAt"], epoch(done));
    assert_eq!(
        found["findingSeverityCounts"],
        json!({"CRITICAL": 1, "LOW": 2})
    );
    assert_eq!(
        found["findings"][0],
        json!({"name": "CVE-2026-1", "severity": "CRITICAL", "attributes": [
            {"key": "package_name", "value": "openssl"},
            {"key": "package_version", "value": "3.0"},
        ]})
    );
    assert_eq!(found["findings"][1]["uri"], "https://example.com/2");

    let body = json!({"repositoryName": "scanned", "imageIds": [{"imageTag": "v1"}]});
    let described = answer(&mut world, "DescribeImages", &body);
    let detail = &described["imageDetails"][0];
    assert_eq!(detail["imageScanStatus"]["status"], "COMPLETE");
    let summary = &detail["imageScanFindingsSummary"];
    assert_eq!(
        summary["findingSeverityCounts"],
        json!({"CRITICAL": 1, "LOW": 2})
    );
}

#[test]
fn findings_come_page_by_page() {
    let mut world = world();
    let done = world.now + SignedDuration::from_secs(30);
    world.advance_to(done);
    let first = findings(&mut world, &json!({"maxResults": 2}));
    assert_eq!(
        first["imageScanFindings"]["findings"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(first["imageScanFindings"].get("nextToken"), None);
    let second = findings(
        &mut world,
        &json!({"maxResults": 2, "nextToken": first["nextToken"]}),
    );
    assert_eq!(
        second["imageScanFindings"]["findings"][0]["name"],
        "CVE-2026-3"
    );
    assert_eq!(second.get("nextToken"), None);
}

#[test]
fn an_image_that_nobody_scanned_has_no_findings() {
    let mut world = world();
    let digest = world.ecr.repositories["shop"].resolve("v1").unwrap();
    let body = json!({"repositoryName": "shop", "imageId": {"imageTag": "v1"}});
    let message = format!(
        "Image scan does not exist for the image with '{{imageDigest:'{digest}', imageTag:'v1'}}' in the repository with name 'shop' in the registry with id '123456789012'"
    );
    assert_refused(
        &mut world,
        "DescribeImageScanFindings",
        &body,
        "ScanNotFoundException",
        &message,
    );
    let started = answer(&mut world, "StartImageScan", &body);
    assert_eq!(started["imageScanStatus"]["status"], "IN_PROGRESS");
    assert_eq!(
        started["imageId"],
        json!({"imageTag": "v1", "imageDigest": digest.as_str()})
    );
    answer(&mut world, "DescribeImageScanFindings", &body);
}

#[test]
fn a_day_lies_between_two_scans_of_an_image() {
    let mut world = world();
    let body = json!({"repositoryName": "scanned", "imageId": {"imageTag": "v1"}});
    let message = "The scan quota per image has been exceeded. Wait and try again.";
    assert_refused(
        &mut world,
        "StartImageScan",
        &body,
        "LimitExceededException",
        message,
    );
    let tomorrow = world.now + SignedDuration::from_hours(24);
    world.advance_to(tomorrow);
    answer(&mut world, "StartImageScan", &body);
}

#[test]
fn an_index_is_not_scanned() {
    let mut world = world();
    let body = json!({"repositoryName": "shop", "imageId": {"imageTag": "v2"}});
    let error = ask(&mut world, "StartImageScan", &body).unwrap_err();
    assert_eq!(error.code, "UnsupportedImageTypeException");
}

#[test]
fn a_scan_can_fail() {
    let mut world = world();
    let repository = world.ecr.repositories.get_mut("scanned").unwrap();
    repository.scanner.outcome = crate::world::ecr::scan::Outcome::Failed;
    let done = world.now + SignedDuration::from_secs(30);
    world.advance_to(done);
    let scan = findings(&mut world, &json!({}));
    assert_eq!(scan["imageScanStatus"]["status"], "FAILED");
    assert_eq!(scan.get("imageScanFindings"), None);
}
