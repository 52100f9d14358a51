//! A load balancer's target group and the health of its targets, in Elastic Load Balancing's words
//! (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html>).

use serde::Serialize;

/// A target group and how it checks health.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The protocol of the health check: `HTTP`, `HTTPS`, `TCP`, …
    pub protocol: Option<String>,
    /// The port of the health check: a number, or `traffic-port` for the target's own.
    pub port: Option<String>,
    /// The path of the health check, where the protocol has one.
    pub path: Option<String>,
    /// The answers that count as healthy: HTTP codes such as `200-299`, or gRPC codes.
    pub matcher: Option<String>,
}

/// A target group as traffic gets to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// What its targets are: `ip`, `instance`, `lambda`, `alb`.
    pub target_type: String,
    /// The load balancers that forward to it, by ARN.
    pub load_balancers: Vec<String>,
}

/// A listener of a load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Its ARN.
    pub arn: String,
    /// Its port.
    pub port: i32,
    /// The target groups that its default action forwards to, by ARN.
    pub forwards: Vec<String>,
}

/// One target of a group and its health.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TargetHealth {
    /// The target group's ARN.
    pub group: String,
    /// An IP address or an instance's id.
    pub id: String,
    /// The target's port.
    pub port: Option<i32>,
    /// The port that is checked.
    pub checked_port: Option<String>,
    /// `healthy`, `unhealthy`, `initial`, `draining`, `unused`, `unavailable`, …
    pub state: String,
    /// Why it is not healthy: `Target.ResponseCodeMismatch`, `Target.Timeout`, …
    pub reason: Option<String>,
    /// AWS's sentence about that.
    pub description: Option<String>,
}

impl TargetHealth {
    /// Whether the target takes no traffic because something is wrong: not when it is only being
    /// registered, drained or left out.
    pub fn is_bad(&self) -> bool {
        let not_reached = [
            "Target.NotInUse",
            "Target.InvalidState",
            "Target.IpUnusable",
        ];
        match self.state.as_str() {
            "unhealthy" | "unhealthy.draining" | "unavailable" => true,
            "unused" => self
                .reason
                .as_deref()
                .is_some_and(|reason| not_reached.contains(&reason)),
            _ => false,
        }
    }
}
