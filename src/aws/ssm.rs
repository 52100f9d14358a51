//! The edge to Systems Manager: which parameters are there? Their values are never asked for.
//!
//! Never waits and never decides.

use crate::aws::Aws;
use crate::aws::answer::{half, unusable};
use crate::aws::ask::Asking;
use crate::aws::direct::{Direct, Protocol, Service};
use crate::aws::error::seen;
use anyhow::Result;
use serde_json::{Value, json};

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/>
const SSM: Service = Service {
    id: "SSM",
    host: "ssm",
    protocol: Protocol::Json("AmazonSSM"),
};

/// Names in one call: as many as a page of the answer has.
const A_CALL: usize = 50;

/// Systems Manager in one account and region.
#[derive(Debug, Clone)]
pub struct Ssm {
    way: Direct,
    asking: Asking,
}

impl Ssm {
    /// Systems Manager as `aws` reaches it, in `region` where that is another one.
    pub fn new(aws: &Aws, region: Option<&str>) -> Self {
        Self {
            way: Direct::new(aws, &SSM).in_region(region),
            asking: aws.asking.clone(),
        }
    }

    /// Those of the parameters of these names that are there.
    pub async fn parameters(&self, names: &[&str]) -> Result<Vec<String>> {
        let mut there = Vec::new();
        for names in names.chunks(A_CALL) {
            let mut next = None;
            loop {
                let page = self.page(names, next.take()).await?;
                there.extend(page.names);
                next = page.next;
                if next.is_none() {
                    break;
                }
            }
        }
        Ok(there)
    }

    /// A page may have fewer names than fit, or none, with more to come.
    async fn page(&self, names: &[&str], token: Option<String>) -> Result<Page> {
        const ACTION: &str = "ssm:DescribeParameters";
        let filter = json!({"Key": "Name", "Option": "Equals", "Values": names});
        let mut body = json!({"ParameterFilters": [filter], "MaxResults": A_CALL});
        if let (Some(token), Some(body)) = (token, body.as_object_mut()) {
            body.insert("NextToken".to_owned(), token.into());
        }
        let body = body.to_string();
        let ask = async || {
            let answered = self.way.call("DescribeParameters", body.clone()).await?;
            page(ACTION, &answered.map_err(seen(ACTION))?)
        };
        self.asking.ask(ask).await
    }
}

/// A page of names, and the token of the next one.
struct Page {
    names: Vec<String>,
    next: Option<String>,
}

fn page(action: &str, answer: &[u8]) -> Result<Page> {
    let answer: Value =
        serde_json::from_slice(answer).map_err(|error| unusable(action, &error.to_string()))?;
    let parameters = answer.get("Parameters").and_then(Value::as_array);
    let parameters = parameters.ok_or_else(|| half(action, "Parameters"))?;
    let names = parameters.iter().filter_map(|it| it.get("Name")?.as_str());
    let next = answer.get("NextToken").and_then(Value::as_str);
    Ok(Page {
        names: names.map(str::to_owned).collect(),
        next: next.filter(|token| !token.is_empty()).map(str::to_owned),
    })
}
