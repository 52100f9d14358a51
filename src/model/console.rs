//! Links to the AWS console, right for the partition of the region.

use crate::model::arn::short;

/// The console's host for a region
/// (<https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/select-region.html>).
fn host(region: &str) -> String {
    if region.starts_with("cn-") {
        format!("{region}.console.amazonaws.cn")
    } else if region.starts_with("us-gov-") {
        format!("{region}.console.amazonaws-us-gov.com")
    } else {
        format!("{region}.console.aws.amazon.com")
    }
}

/// The page of a service's deployments. Names or ARNs.
pub fn service_deployments(region: &str, cluster: &str, service: &str) -> String {
    format!(
        "https://{}/ecs/v2/clusters/{}/services/{}/deployments?region={region}",
        host(region),
        encoded(short(cluster)),
        encoded(short(service)),
    )
}

/// The page of a CodeDeploy deployment.
pub fn codedeploy_deployment(region: &str, id: &str) -> String {
    format!(
        "https://{}/codesuite/codedeploy/deployments/{}?region={region}",
        host(region),
        encoded(id),
    )
}

/// `text` as one segment of a path.
fn encoded(text: &str) -> impl std::fmt::Display {
    percent_encoding::utf8_percent_encode(text, SEGMENT)
}

const SEGMENT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.');

#[cfg(test)]
mod tests {
    use super::{codedeploy_deployment, service_deployments};

    #[test]
    fn every_partition_has_its_console() {
        for (region, host) in [
            ("eu-west-1", "eu-west-1.console.aws.amazon.com"),
            ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
            (
                "us-gov-west-1",
                "us-gov-west-1.console.amazonaws-us-gov.com",
            ),
        ] {
            assert_eq!(
                codedeploy_deployment(region, "d-A1B2C3D4E"),
                format!(
                    "https://{host}/codesuite/codedeploy/deployments/d-A1B2C3D4E?region={region}"
                )
            );
            assert_eq!(
                service_deployments(region, "prod", "shop"),
                format!(
                    "https://{host}/ecs/v2/clusters/prod/services/shop/deployments?region={region}"
                )
            );
        }
    }

    #[test]
    fn arns_are_shortened_and_odd_names_stay_one_segment() {
        let arn = "arn:aws:ecs:eu-west-1:123456789012";
        let url = service_deployments(
            "eu-west-1",
            &format!("{arn}:cluster/prod"),
            &format!("{arn}:service/prod/shop"),
        );
        assert!(
            url.contains("/clusters/prod/services/shop/deployments"),
            "{url}"
        );
        let odd = codedeploy_deployment("eu-west-1", "d-?#<");
        assert!(odd.contains("/deployments/d-%3F%23%3C?region"), "{odd}");
    }
}
