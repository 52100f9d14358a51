//! Production and test traffic of a deployment that goes through stages: the weights of listener rules.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html>

use super::strategy::Strategy;
use crate::world::ecs::service::Service;
use crate::world::elb::Elb;
use serde_json::Value;

/// The listener rules and target groups behind a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes {
    /// The target group of the revision that serves.
    pub blue: String,
    /// The one of the replacement.
    pub green: String,
    /// The ARN of the rule, or of a network load balancer's listener, for production.
    pub production: String,
    /// The same for tests.
    pub test: Option<String>,
}

impl Routes {
    /// The routes of `service`, in which the tasks that serve are registered in the target group
    /// `serving`; none where ECS moves no traffic.
    pub fn of(service: &Service, serving: Option<&str>) -> Option<Self> {
        let balancer = service.load_balancer()?;
        let text = |of: &Value, name: &str| of.get(name)?.as_str().map(str::to_owned);
        let advanced = balancer.get("advancedConfiguration")?;
        let first = text(balancer, "targetGroupArn")?;
        let second = text(advanced, "alternateTargetGroupArn")?;
        let (blue, green) = match serving {
            Some(serving) if serving == second => (second, first),
            _ => (first, second),
        };
        Some(Self {
            blue,
            green,
            production: text(advanced, "productionListenerRule")?,
            test: text(advanced, "testListenerRule"),
        })
    }

    /// Do the rules exist, and does production's hold both target groups?
    pub fn are_complete(&self, elb: &Elb) -> bool {
        let holds = |group: &String| {
            let forward = elb.forward_of(&self.production);
            forward.is_some_and(|forward| forward.iter().any(|(arn, _)| arn == group))
        };
        let tested = self.test.as_ref();
        holds(&self.blue)
            && holds(&self.green)
            && tested.is_none_or(|test| elb.forward_of(test).is_some())
    }

    /// Gives the replacement these shares of the traffic, in thousandths.
    pub fn send(&self, elb: &mut Elb, production: u32, test: u32) {
        elb.weigh(&self.production, &self.weights(production));
        if let Some(rule) = &self.test {
            elb.weigh(rule, &self.weights(test));
        }
    }

    /// As weights of a forward action, which are below a thousand.
    fn weights(&self, share: u32) -> [(String, u32); 2] {
        let (all, share) = if share.is_multiple_of(10) {
            (100, share / 10)
        } else {
            (1000, share)
        };
        [
            (self.blue.clone(), all - share),
            (self.green.clone(), share),
        ]
    }
}

/// The load balancer entry that the tasks of a new deployment of `service` are registered by: with
/// the target group that those that serve are not in, where there are two.
pub fn load_balancer(service: &Service) -> Option<Value> {
    let mut entry = service.load_balancer()?.clone();
    let serving = service.last_completed.as_ref().and_then(|revision| {
        let mut deployments = service.deployments.iter();
        let serving = deployments.find(|it| it.revision == *revision)?;
        let group = serving
            .launch
            .load_balancer
            .as_ref()?
            .get("targetGroupArn")?;
        group.as_str()
    });
    let staged = service.configuration().and_then(Strategy::read).is_some();
    let routes = Routes::of(service, serving).filter(|_| staged && serving.is_some());
    if let (Some(routes), Some(entry)) = (routes, entry.as_object_mut()) {
        entry.insert("targetGroupArn".to_owned(), routes.green.into());
    }
    Some(entry)
}
