//! What the tasks of a service cost a month on Fargate, on demand, and what a change of their size or
//! number makes of it.
//!
//! An estimate of vCPU and memory alone: neither storage beyond what is free, nor traffic, logs or
//! load balancers, nor any discount. Where a price is not known, nothing is said.

use serde::Serialize;
use serde_json::{Map, Value};

/// The prices, with their source and date.
const PRICES: &str = include_str!("prices.txt");

/// The hours of a month, as AWS's own calculator counts them.
const HOURS: f64 = 730.0;

/// The size of one task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// vCPUs: 0.25 and more.
    pub vcpus: f64,
    /// Memory in GB of 1024 MiB.
    pub memory: f64,
    /// Whether it runs on ARM.
    pub arm: bool,
}

/// What the tasks of a service cost a month.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Cost {
    /// How many tasks there would be.
    pub tasks: u32,
    /// Those of the revision that serves, in USD; absent when there is none, or its price is not
    /// known.
    pub before: Option<f64>,
    /// Those of the revision that would be deployed, in USD.
    pub after: f64,
}

/// Tasks of one size.
#[derive(Debug, Clone, Copy)]
pub struct Tasks<'a> {
    /// How many.
    pub count: u32,
    /// Their task definition.
    pub document: &'a Map<String, Value>,
}

impl Tasks<'_> {
    fn monthly(self, region: &str) -> Option<f64> {
        Some(f64::from(self.count) * Size::of(self.document)?.monthly(region)?)
    }
}

impl Cost {
    /// Of `after` in the place of `before` in `region`; `None` when there is no price for the new
    /// ones.
    pub fn of(region: &str, before: Option<Tasks<'_>>, after: Tasks<'_>) -> Option<Self> {
        Some(Self {
            tasks: after.count,
            before: before.and_then(|before| before.monthly(region)),
            after: after.monthly(region)?,
        })
    }

    /// How much more a month, in USD; negative when it is less.
    pub fn change(&self) -> Option<f64> {
        Some(self.after - self.before?)
    }
}

/// The month that the prices are of: `2026-07`.
pub fn as_of() -> &'static str {
    let date = PRICES.split_once("as of ").map(|(_, rest)| rest);
    date.and_then(|rest| rest.get(..7)).unwrap_or_default()
}

impl Size {
    /// The size that a task definition gives a task on Fargate. `None` when it is not for Fargate,
    /// is for Windows, or has no size that can be read
    /// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size>).
    pub fn of(document: &Map<String, Value>) -> Option<Self> {
        let of_platform = |name: &str| document.get("runtimePlatform")?.get(name)?.as_str();
        let system = of_platform("operatingSystemFamily");
        let fargate = document.get("requiresCompatibilities")?.as_array()?;
        if !fargate.iter().any(|it| it == "FARGATE") || system.is_some_and(|it| it != "LINUX") {
            return None;
        }
        Some(Self {
            vcpus: amount(document.get("cpu")?, "vcpu")?,
            memory: amount(document.get("memory")?, "gb")?,
            arm: of_platform("cpuArchitecture") == Some("ARM64"),
        })
    }

    /// What one task costs a month in `region`, in USD.
    pub fn monthly(&self, region: &str) -> Option<f64> {
        let (vcpu, gb) = price(region, self.arm)?;
        Some((self.vcpus * vcpu + self.memory * gb) * HOURS)
    }
}

/// `256`, `.25 vCPU` or `0.5 GB`, in units of 1024 or in those that it names.
fn amount(value: &Value, unit: &str) -> Option<f64> {
    let text = value.as_str()?.trim().to_ascii_lowercase();
    let amount = match text.strip_suffix(unit) {
        Some(amount) => amount.trim().parse().ok()?,
        None => text.parse::<f64>().ok()? / 1024.0,
    };
    (f64::is_finite(amount) && amount > 0.0).then_some(amount)
}

/// USD for an hour of a vCPU and of a GB.
fn price(region: &str, arm: bool) -> Option<(f64, f64)> {
    let mut lines = PRICES.lines().map(str::split_whitespace);
    let found = lines.find_map(|mut words| (words.next() == Some(region)).then_some(words))?;
    let prices: Vec<f64> = found.filter_map(|price| price.parse().ok()).collect();
    let [vcpu, gb, arm_vcpu, arm_gb] = prices.as_slice() else {
        return None;
    };
    Some(if arm {
        (*arm_vcpu, *arm_gb)
    } else {
        (*vcpu, *gb)
    })
}

#[cfg(test)]
mod tests;
