//! CloudWatch's alarms, in the query protocol (version 2010-08-01).
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html>

use super::aws::Caller;
use super::aws_error::AwsError;
use super::body::page;
use super::query::{Form, QueryService, element};
use crate::world::World;
use crate::world::alarms::{Alarm, State};

/// CloudWatch, as the protocol sees it.
pub const SERVICE: QueryService = QueryService {
    prefix: "cloudwatch",
    signing: "monitoring",
    version: "2010-08-01",
    namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
    unsigned: &[],
    resources,
    call,
};

/// How many alarms a page has at most.
const MOST: usize = 100;

/// All alarms, whatever names are asked for. Composite ones are shown to those alone whose permission
/// is for `*` (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html>).
fn resources(world: &World, _operation: &str, form: &Form) -> Vec<String> {
    if form.list("AlarmTypes").contains(&"CompositeAlarm") {
        return vec!["*".to_owned()];
    }
    vec![arn(world, "*")]
}

fn arn(world: &World, name: &str) -> String {
    let World {
        region, account, ..
    } = world;
    format!("arn:aws:cloudwatch:{region}:{account}:alarm:{name}")
}

fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    form: &Form,
) -> Result<String, AwsError> {
    match operation {
        "DescribeAlarms" => describe(world, form),
        _ => Err(AwsError::client(
            "InvalidAction",
            format!(
                "Could not find operation {operation} for version {}",
                SERVICE.version
            ),
        )),
    }
}

/// There are no composite alarms here.
fn describe(world: &World, form: &Form) -> Result<String, AwsError> {
    let invalid = |words: String| AwsError::client("ValidationError", words);
    let size = form.get("MaxRecords").map_or(Ok(50), str::parse);
    let size = size.ok().filter(|size| (1..=MOST).contains(size));
    let size = size.ok_or_else(|| invalid("MaxRecords must be 1 to 100".to_owned()))?;
    let names = form.list("AlarmNames");
    if names.len() > MOST {
        let words = format!("1 to {MOST} AlarmNames may be given, not {}", names.len());
        return Err(invalid(words));
    }
    let types = form.list("AlarmTypes");
    let metric = types.is_empty() || types.contains(&"MetricAlarm");
    let prefix = form.get("AlarmNamePrefix").unwrap_or_default();
    let alarms = world.alarms.by_name.iter().filter(|(name, _)| {
        let asked = names.is_empty() || names.contains(&name.as_str());
        metric && asked && name.starts_with(prefix)
    });
    let rendered = alarms.map(|(name, alarm)| render(world, name, alarm));
    let token = form.get("NextToken");
    let Some((members, next)) = page(rendered.collect(), token, size) else {
        let words = "The next token specified is invalid.";
        return Err(AwsError::client("InvalidNextToken", words));
    };
    let next = next.map(|next| element("NextToken", &next));
    Ok(format!(
        "<CompositeAlarms/><MetricAlarms>{}</MetricAlarms>{}",
        members.concat(),
        next.unwrap_or_default()
    ))
}

fn render(world: &World, name: &str, alarm: &Alarm) -> String {
    let (state, reason) = match alarm.state {
        State::Ok => ("OK", "Threshold Crossed: no datapoints were not less than"),
        State::Alarm => ("ALARM", "Threshold Crossed: 1 datapoint was not less than"),
        State::InsufficientData => ("INSUFFICIENT_DATA", "Insufficient Data: no datapoints for"),
    };
    let updated = world.anchor.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let inside = [
        element("AlarmName", name),
        element("AlarmArn", &arn(world, name)),
        element("ActionsEnabled", "true"),
        element("StateValue", state),
        element("StateReason", &format!("{reason} the threshold (1.0).")),
        element("StateUpdatedTimestamp", &updated),
        element("MetricName", "HTTPCode_Target_5XX_Count"),
        element("Namespace", "AWS/ApplicationELB"),
        element("Statistic", "Sum"),
        element("Period", "60"),
        element("EvaluationPeriods", "1"),
        element("Threshold", "1.0"),
        element("ComparisonOperator", "GreaterThanOrEqualToThreshold"),
    ];
    format!("<member>{}</member>", inside.concat())
}
