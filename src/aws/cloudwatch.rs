//! The edge to CloudWatch: the states of alarms.
//!
//! Never waits and never decides.

use crate::aws::Aws;
use crate::aws::answer::half;
use crate::aws::ask::Asking;
use crate::aws::direct::{self, Direct, Element, Protocol, Service, result};
use crate::aws::error::seen;
use crate::model::alarm::Alarm;
use anyhow::Result;

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/>
const CLOUDWATCH: Service = Service {
    id: "CloudWatch",
    host: "monitoring",
    protocol: Protocol::Query("2010-08-01"),
};

/// Names in one call.
const A_CALL: usize = 100;

/// CloudWatch in one account and region.
#[derive(Debug, Clone)]
pub struct CloudWatch {
    way: Direct,
    asking: Asking,
}

impl CloudWatch {
    /// CloudWatch as `aws` reaches it.
    pub fn new(aws: &Aws) -> Self {
        Self {
            way: Direct::new(aws, &CLOUDWATCH),
            asking: aws.asking.clone(),
        }
    }

    /// Those of the alarms of these names that are there.
    pub async fn alarms(&self, names: &[String]) -> Result<Vec<Alarm>> {
        let mut alarms = Vec::new();
        for names in names.chunks(A_CALL) {
            alarms.extend(self.some(names).await?);
        }
        Ok(alarms)
    }

    async fn some(&self, names: &[String]) -> Result<Vec<Alarm>> {
        const ACTION: &str = "cloudwatch:DescribeAlarms";
        let body = asked(names);
        let ask = async || {
            let answered = self.way.call("DescribeAlarms", body.clone()).await?;
            let answer = answered.map_err(seen(ACTION))?;
            let answer = result(ACTION, &answer, "DescribeAlarmsResult")?;
            let metric = answer.members("MetricAlarms");
            let composite = answer.members("CompositeAlarms");
            metric
                .chain(composite)
                .map(|it| alarm(ACTION, it))
                .collect()
        };
        self.asking.ask(ask).await
    }
}

/// Both types are asked for: without, metric alarms alone are given.
fn asked(names: &[String]) -> String {
    let mut fields = vec![
        ("AlarmTypes.member.1".to_owned(), "MetricAlarm"),
        ("AlarmTypes.member.2".to_owned(), "CompositeAlarm"),
        ("MaxRecords".to_owned(), "100"),
    ];
    let names = names.iter().zip(1..);
    fields.extend(names.map(|(it, number)| (format!("AlarmNames.member.{number}"), it.as_str())));
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, it)| (name.as_str(), *it))
        .collect();
    direct::form(&fields)
}

fn alarm(action: &str, said: &Element) -> Result<Alarm> {
    let text = |name: &str| {
        let text = said.text(name).map(str::to_owned);
        text.ok_or_else(|| half(action, name))
    };
    Ok(Alarm {
        name: text("AlarmName")?,
        state: text("StateValue")?,
        reason: said.text("StateReason").map(str::to_owned),
    })
}
