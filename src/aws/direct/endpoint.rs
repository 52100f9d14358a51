//! Where a service is: AWS's own rules, as a table.
//!
//! `endpoints.txt` has them for the services that are called here, written from botocore's model of
//! the rules that every SDK goes by (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html>):
//! partitions, FIPS and dual stack, and IAM, which is one place a partition.

use super::Service;
use anyhow::{Context as _, Result};
use aws_config::{Region, SdkConfig};
use aws_types::service_config::ServiceConfigKey;

/// A line is `service prefix variant=host@signing-region …`: the prefix is what the regions of a
/// partition begin with, `*` all others; `-` signs for the region itself, `{region}` in a host.
const TABLE: &str = include_str!("endpoints.txt");

/// An address and the region that a request to it is signed for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) url: String,
    pub(super) region: Region,
}

/// The address of `service`, and what to sign for.
pub(super) fn of(config: &SdkConfig, service: &Service) -> Result<Endpoint> {
    let region = config.region().context("no region")?;
    let fips = config.use_fips().unwrap_or_default();
    let dual = config.use_dual_stack().unwrap_or_default();
    let found = in_table(service.host, region.as_ref(), variant(fips, dual));
    let mut endpoint = found.with_context(|| {
        let Service { host, .. } = service;
        format!("AWS has no address of {host} for {region} with these settings")
    })?;
    if let Some(own) = told(config, service.id) {
        endpoint.url = own;
    }
    Ok(endpoint)
}

fn variant(fips: bool, dual: bool) -> &'static str {
    match (fips, dual) {
        (false, false) => "plain",
        (false, true) => "dual",
        (true, false) => "fips",
        (true, true) => "fips+dual",
    }
}

fn in_table(service: &str, region: &str, variant: &str) -> Option<Endpoint> {
    let of_service = |line: &&str| line.split(' ').next() == Some(service);
    let lines = || TABLE.lines().filter(of_service);
    let begins = |line: &&str| {
        let prefix = line.split(' ').nth(1);
        prefix.is_some_and(|prefix| region.starts_with(prefix))
    };
    let others = |line: &&str| line.split(' ').nth(1) == Some("*");
    let line = lines().find(begins).or_else(|| lines().find(others))?;
    let cells = line.split(' ').filter_map(|cell| cell.split_once('='));
    let (_, cell) = cells.into_iter().find(|(name, _)| *name == variant)?;
    let (host, signed) = cell.split_once('@')?;
    let signed = if signed == "-" { region } else { signed };
    Some(Endpoint {
        url: format!("https://{}", host.replace("{region}", region)),
        region: Region::new(signed.to_owned()),
    })
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

#[cfg(test)]
mod tests {
    use super::super::{Protocol, Service};
    use super::of;
    use aws_config::{Region, SdkConfig};

    const IAM: Service = Service {
        id: "IAM",
        host: "iam",
        protocol: Protocol::Query("2010-05-08"),
    };
    const SSM: Service = Service {
        id: "SSM",
        host: "ssm",
        protocol: Protocol::Json("AmazonSSM"),
    };

    fn config(region: &str, fips: bool, dual: bool) -> SdkConfig {
        SdkConfig::builder()
            .region(Region::new(region.to_owned()))
            .use_fips(fips)
            .use_dual_stack(dual)
            .build()
    }

    #[test]
    fn an_address_goes_by_partition_fips_and_dual_stack() {
        let rows = "
            ssm eu-west-1 plain https://ssm.eu-west-1.amazonaws.com eu-west-1
            ssm eu-west-1 dual https://ssm.eu-west-1.api.aws eu-west-1
            ssm us-east-1 fips https://ssm-fips.us-east-1.amazonaws.com us-east-1
            ssm us-gov-east-1 fips https://ssm.us-gov-east-1.amazonaws.com us-gov-east-1
            ssm cn-north-1 plain https://ssm.cn-north-1.amazonaws.com.cn cn-north-1
            ssm xx-new-1 plain https://ssm.xx-new-1.amazonaws.com xx-new-1
            iam eu-west-1 plain https://iam.amazonaws.com us-east-1
            iam eu-west-1 fips https://iam-fips.amazonaws.com us-east-1
            iam us-west-2 dual https://iam.global.api.aws us-east-1
            iam us-west-2 fips+dual https://iam-fips.global.api.aws us-east-1
            iam us-gov-east-1 plain https://iam.us-gov.amazonaws.com us-gov-west-1
            iam cn-northwest-1 plain https://iam.cn-north-1.amazonaws.com.cn cn-north-1
            iam us-isob-east-1 plain https://iam.us-isob-east-1.sc2s.sgov.gov us-isob-east-1";
        for row in rows.trim().lines() {
            let cells: Vec<_> = row.split_whitespace().collect();
            let [service, region, variant, url, signed] = cells[..] else {
                panic!("{row}");
            };
            let service = if service == "iam" { &IAM } else { &SSM };
            let config = config(region, variant.contains("fips"), variant.contains("dual"));
            let found = of(&config, service).unwrap();
            let found = (found.url.as_str(), found.region.as_ref());
            assert_eq!(found, (url, signed), "{row}");
        }
    }

    #[test]
    fn an_address_that_was_told_is_taken_and_signed_for_all_the_same() {
        let config = config("eu-west-1", false, false).into_builder();
        let config = config.endpoint_url("http://127.0.0.1:4566").build();
        let found = of(&config, &IAM).unwrap();
        let found = (found.url.as_str(), found.region.as_ref());
        assert_eq!(found, ("http://127.0.0.1:4566", "us-east-1"));
    }

    #[test]
    fn without_a_region_there_is_no_address() {
        assert!(of(&SdkConfig::builder().build(), &SSM).is_err());
    }
}
