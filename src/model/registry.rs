//! An account's own registry in a region, told from the others by the names of images.

use super::arn::Arn;
use super::image_reference::ImageReference;

/// The ECR registry of one account in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    /// Twelve digits.
    pub account: String,
    /// `eu-west-1`.
    pub region: String,
    /// Where AWS is, when not where it always is: `http://127.0.0.1:4566`.
    pub endpoint: Option<String>,
}

impl Registry {
    /// The one beside the resource that `arn` names.
    pub fn beside(arn: &Arn, endpoint: Option<&str>) -> Self {
        Self {
            account: arn.account.clone(),
            region: arn.region.clone(),
            endpoint: endpoint.map(str::to_owned),
        }
    }

    /// Whether `image` is in it, by its host alone: `<account>.dkr.ecr.<region>.amazonaws.com`, or
    /// what other partitions, FIPS and dual-stack endpoints have in its place
    /// (<https://docs.aws.amazon.com/general/latest/gr/ecr.html>).
    pub fn holds(&self, image: &ImageReference<'_>) -> bool {
        let Some((host, _)) = image.repository.split_once('/') else {
            return false;
        };
        if is_stand_in(host, self.endpoint.as_deref()) {
            return true;
        }
        let mut labels = host.split('.');
        let account = labels.next() == Some(self.account.as_str());
        let docker = labels.next().is_some_and(|label| label.starts_with("dkr"));
        account && docker && labels.any(|label| label == self.region)
    }
}

/// Whether `image` is in ECR, whoever's account and whichever region it is. `endpoint` is where AWS
/// is, when not where it always is.
pub fn is_in_ecr(image: &ImageReference<'_>, endpoint: Option<&str>) -> bool {
    let Some((host, _)) = image.repository.split_once('/') else {
        return false;
    };
    let mut labels = host.split('.');
    let account = labels.next().unwrap_or_default();
    let digits = account.len() == 12 && account.chars().all(|c| c.is_ascii_digit());
    let docker = labels.next().is_some_and(|label| label.starts_with("dkr"));
    (digits && docker) || is_stand_in(host, endpoint)
}

/// Whether an image's host is where AWS is.
fn is_stand_in(host: &str, endpoint: Option<&str>) -> bool {
    endpoint.and_then(authority) == Some(host)
}

/// Host and port of a URL.
fn authority(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.split('/').next()
}

#[cfg(test)]
mod tests {
    use super::{Registry, is_in_ecr};
    use crate::model::image_reference::ImageReference;

    fn holds(endpoint: Option<&str>, image: &str) -> bool {
        let service = "arn:aws:ecs:eu-west-1:123456789012:service/production/shop";
        let registry = Registry::beside(&service.parse().expect("an ARN"), endpoint);
        registry.holds(&ImageReference::parse(image))
    }

    #[test]
    fn an_account_has_one_registry_in_a_region() {
        for (image, expected) in [
            ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v1", true),
            (
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn/a/b@sha256:1",
                true,
            ),
            (
                "123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com/shop",
                true,
            ),
            ("123456789012.dkr-ecr.eu-west-1.on.aws/shop", true),
            (
                "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:v1",
                false,
            ),
            (
                "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop:v1",
                false,
            ),
            ("123456789012.example.eu-west-1.com/shop", false),
            ("public.ecr.aws/nginx/nginx", false),
            ("nginx", false),
            ("", false),
        ] {
            assert_eq!(holds(None, image), expected, "{image}");
        }
    }

    #[test]
    fn images_of_other_registries_are_told_from_those_of_ecr() {
        for (image, expected) in [
            ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v1", true),
            ("210987654321.dkr-ecr.us-east-1.on.aws/a/b", true),
            ("127.0.0.1:4566/shop:v2", true),
            ("127.0.0.1:4567/shop:v2", false),
            ("nginx:1", false),
            ("envoyproxy/envoy:v1", false),
            ("ghcr.io/acme/shop", false),
            ("public.ecr.aws/nginx/nginx", false),
        ] {
            let image = ImageReference::parse(image);
            assert_eq!(
                is_in_ecr(&image, Some("http://127.0.0.1:4566")),
                expected,
                "{image:?}"
            );
        }
    }

    #[test]
    fn a_stand_in_for_aws_is_its_registry_too() {
        let endpoint = Some("http://127.0.0.1:4566/");
        assert!(holds(endpoint, "127.0.0.1:4566/shop@sha256:1"));
        assert!(!holds(endpoint, "127.0.0.1:4567/shop"));
        assert!(!holds(None, "127.0.0.1:4566/shop"));
        assert!(holds(
            endpoint,
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop"
        ));
    }
}
