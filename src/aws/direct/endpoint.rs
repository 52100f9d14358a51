//! Where a service is.
//!
//! A regional service has the address of every other one but for its name: the SDK's rules for ECS
//! know the partitions, FIPS and dual stack. IAM is one place a partition
//! (<https://docs.aws.amazon.com/general/latest/gr/iam-service.html>).

use super::Service;
use anyhow::{Context as _, Result, anyhow};
use aws_config::{Region, SdkConfig};
use aws_sdk_ecs::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_types::service_config::ServiceConfigKey;

/// How the address of a service is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::aws) enum Place {
    /// In every region.
    Regional,
    /// Once in a partition, as IAM is.
    Partition,
}

/// An address and the region that a request to it is signed for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) url: String,
    pub(super) region: Region,
}

/// IAM by the beginning of the regions' names, for those that are not of the partition `aws`: host,
/// and region to sign for.
const IAM: [(&str, &str, &str); 7] = [
    ("cn-", "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
    ("us-gov-", "iam.us-gov.amazonaws.com", "us-gov-west-1"),
    ("eusc-", "iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
    ("us-iso-", "iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
    (
        "us-isob-",
        "iam.us-isob-east-1.sc2s.sgov.gov",
        "us-isob-east-1",
    ),
    (
        "eu-isoe-",
        "iam.eu-isoe-west-1.cloud.adc-e.uk",
        "eu-isoe-west-1",
    ),
    (
        "us-isof-",
        "iam.us-isof-south-1.csp.hci.ic.gov",
        "us-isof-south-1",
    ),
];

/// The address of `service`, and what to sign for.
pub(super) async fn of(config: &SdkConfig, service: &Service) -> Result<Endpoint> {
    let region = config.region().context("no region")?;
    let fips = config.use_fips().unwrap_or_default();
    let mut endpoint = match service.place {
        Place::Partition => in_partition(region, fips),
        Place::Regional => Endpoint {
            url: in_region(config, service.host).await?,
            region: region.clone(),
        },
    };
    if let Some(own) = told(config, service.id) {
        endpoint.url = own;
    }
    Ok(endpoint)
}

/// The address that `AWS_ENDPOINT_URL_<ID>`, `AWS_ENDPOINT_URL` or the profile name.
fn told(config: &SdkConfig, id: &str) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(id)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    let own = config.service_config().and_then(|it| it.load_config(key));
    own.or_else(|| config.endpoint_url().map(str::to_owned))
}

async fn in_region(config: &SdkConfig, host: &str) -> Result<String> {
    let region = config.region().map(ToString::to_string);
    let params = Params::builder()
        .set_region(region)
        .set_use_fips(config.use_fips())
        .set_use_dual_stack(config.use_dual_stack())
        .build()?;
    let resolved = DefaultResolver::new().resolve_endpoint(&params).await;
    let resolved = resolved.map_err(|error| anyhow!(error))?;
    let rest = resolved.url().strip_prefix("https://ecs");
    let rest = rest.with_context(|| format!("{} is not ECS's address", resolved.url()))?;
    Ok(format!("https://{host}{rest}"))
}

fn in_partition(region: &Region, fips: bool) -> Endpoint {
    let others = IAM.iter();
    let other = others.filter(|(prefix, ..)| region.as_ref().starts_with(prefix));
    let usual = if fips {
        "iam-fips.amazonaws.com"
    } else {
        "iam.amazonaws.com"
    };
    let (host, region) = other
        .map(|(_, host, region)| (*host, *region))
        .next()
        .unwrap_or((usual, "us-east-1"));
    Endpoint {
        url: format!("https://{host}"),
        region: Region::from_static(region),
    }
}
