//! Why a task does not start, in the words of ECS and Fargate.
//!
//! - <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>
//! - <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html>
//! - <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>

use super::ending::{Capacity, Pull, Secret};
use super::ids;
use super::task_definition::TaskDefinition;
use serde_json::Value;

/// Where a task is to run, as far as the words about its failure tell.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The region.
    pub region: &'a str,
    /// The twelve-digit account id.
    pub account: &'a str,
    /// The id of the task.
    pub task: &'a str,
    /// Its task definition.
    pub definition: Option<&'a TaskDefinition>,
}

/// The begin of what Fargate says when it cannot get secrets or log in to the registry.
const SECRETS: &str = "ResourceInitializationError: unable to pull secrets or registry auth: ";
/// How it goes on when the service has answered.
const ONCE: &str = "service call has been retried 1 time(s): ";
/// How an event about placement ends.
const MORE: &str =
    "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";

impl Place<'_> {
    /// The id of the request that failed; the same for the same task.
    fn request(&self) -> String {
        ids::uuid(&format!("request {}", self.task))
    }

    fn role(&self, member: &str) -> Option<&str> {
        self.definition?.document.get(member)?.as_str()
    }

    /// The first half of AWS's refusal of what the execution role wants to do.
    fn denied(&self, call: &str, action: &str, resource: &str) -> String {
        let role = self
            .role("executionRoleArn")
            .unwrap_or("ecsTaskExecutionRole");
        let name = role.rsplit('/').next().unwrap_or(role);
        let (account, task, request) = (self.account, self.task, self.request());
        format!(
            "operation error {call}, https response error StatusCode: 400, RequestID: {request}, \
             api error AccessDeniedException: User: arn:aws:sts::{account}:assumed-role/{name}/\
             {task} is not authorized to perform: {action} on resource: {resource} because no \
             identity-based policy allows the {action} action"
        )
    }

    /// Why `image` cannot be pulled. `own`: is it in the account's own registry?
    pub fn cannot_pull(&self, image: &str, own: bool, why: Pull) -> String {
        let pull = |times: u8| {
            format!(
                "CannotPullContainerError: pull image manifest has been retried {times} time(s): "
            )
        };
        let resolve = |times: u8| format!("{}failed to resolve ref {image}: ", pull(times));
        let (host, rest) = image.split_once('/').unwrap_or(("docker.io", image));
        match why {
            Pull::NotFound => format!("{}{image}: not found", resolve(5)),
            Pull::Denied if own => {
                let denied = self.denied(
                    "ECR: GetAuthorizationToken",
                    "ecr:GetAuthorizationToken",
                    "*",
                );
                format!(
                    "{SECRETS}execution resource retrieval failed: unable to retrieve ecr registry \
                     auth: {ONCE}{denied}"
                )
            }
            Pull::Denied => format!(
                "{}pull access denied, repository does not exist or may require authorization: \
                 server message: insufficient_scope: authorization failed",
                resolve(1)
            ),
            Pull::Forbidden => format!(
                "{}pulling from host {host} failed with status code [manifests {}]: 403 Forbidden",
                resolve(1),
                rest.rsplit_once([':', '@'])
                    .map_or("latest", |(_, tag)| tag)
            ),
            Pull::Unreachable if own => format!(
                "{SECRETS}The task cannot pull registry auth from Amazon ECR: There is a connection \
                 issue between the task and Amazon ECR. Check your task network configuration. \
                 operation error ECR: GetAuthorizationToken, exceeded maximum number of attempts, \
                 3, https response error StatusCode: 0, RequestID: , request send failed, Post \
                 \"https://api.ecr.{}.amazonaws.com/\": dial tcp 44.213.79.104:443: i/o timeout",
                self.region
            ),
            Pull::Unreachable => format!(
                "{}failed to do request: Head \"https://{host}/v2/{rest}\": dial tcp \
                 34.205.13.154:443: i/o timeout",
                resolve(5)
            ),
            Pull::Platform => format!(
                "{}image Manifest does not contain descriptor matching platform 'linux/amd64'",
                pull(7)
            ),
            Pull::RateLimit => format!(
                "{}unexpected status from HEAD request to https://{host}/v2/{rest}: 429 Too Many \
                 Requests: toomanyrequests: You have reached your pull rate limit. You may increase \
                 the limit by authenticating and upgrading: \
                 https://www.docker.com/increase-rate-limit",
                resolve(1)
            ),
        }
    }

    /// Why the secret or parameter `value_from` cannot be read.
    pub fn cannot_pull_secret(&self, value_from: Option<&str>, why: Secret) -> String {
        let unnamed = format!("arn:aws:ssm:{}:{}:parameter/key", self.region, self.account);
        let from = value_from
            .or_else(|| self.first_secret())
            .unwrap_or(&unnamed);
        if from.contains(":secretsmanager:") {
            self.of_secrets_manager(from, why)
        } else {
            self.of_parameter_store(from, why)
        }
    }

    fn first_secret(&self) -> Option<&str> {
        let containers = self.definition?.containers().iter();
        let secrets = containers.filter_map(|it| it.get("secrets")?.as_array());
        secrets
            .flatten()
            .find_map(|it| it.get("valueFrom").and_then(Value::as_str))
    }

    fn of_secrets_manager(&self, from: &str, why: Secret) -> String {
        const RETRIEVE: &str = "unable to retrieve secret from asm: ";
        const CALL: &str = "Secrets Manager: GetSecretValue";
        // A JSON key, version stage and version may stand behind the ARN.
        let arn: Vec<&str> = from.split(':').take(7).collect();
        let arn = arn.join(":");
        let fetch = format!("failed to fetch secret {arn} from secrets manager: ");
        let answered = |error: &str| {
            format!("{SECRETS}execution resource retrieval failed: {RETRIEVE}{ONCE}{fetch}{error}")
        };
        match why {
            Secret::Missing => answered(&format!(
                "operation error {CALL}, https response error StatusCode: 400, RequestID: {}, \
                 ResourceNotFoundException: Secrets Manager can't find the specified secret.",
                self.request()
            )),
            Secret::Denied => answered(&self.denied(CALL, "secretsmanager:GetSecretValue", &arn)),
            Secret::Unreachable => format!(
                "{SECRETS}{RETRIEVE}There is a connection issue between the task and AWS Secrets \
                 Manager. Check your task network configuration. {fetch}operation error {CALL}, \
                 https response error StatusCode: 0, RequestID: , canceled, context deadline \
                 exceeded"
            ),
        }
    }

    fn of_parameter_store(&self, from: &str, why: Secret) -> String {
        const RETRIEVE: &str = "unable to retrieve secrets from ssm: ";
        const CALL: &str = "SSM: GetParameters";
        let answered = |error: &str| {
            format!("{SECRETS}execution resource retrieval failed: {RETRIEVE}{ONCE}{error}")
        };
        let name = from.split_once(":parameter").map_or(from, |(_, name)| name);
        match why {
            Secret::Missing => answered(&format!("invalid ssm parameters: {name}")),
            Secret::Denied => {
                let (region, account) = (self.region, self.account);
                let path = name.trim_start_matches('/');
                let arn = format!("arn:aws:ssm:{region}:{account}:parameter/{path}");
                answered(&self.denied(CALL, "ssm:GetParameters", &arn))
            }
            Secret::Unreachable => format!(
                "{SECRETS}{RETRIEVE}The task cannot pull secrets from AWS Systems Manager. There is \
                 a connection issue between the task and AWS Systems Manager Parameter Store. Check \
                 your task network configuration. operation error {CALL}, https response error \
                 StatusCode: 0, RequestID: , canceled, context deadline exceeded"
            ),
        }
    }

    /// Why a task does not start whose log group is not there.
    pub fn log_group_missing(&self) -> String {
        format!(
            "ResourceInitializationError: failed to validate logger args: create stream has been \
             retried 1 times: failed to create Cloudwatch log stream: operation error CloudWatch \
             Logs: CreateLogStream, https response error StatusCode: 400, RequestID: {}, \
             ResourceNotFoundException: The specified log group does not exist. : exit status 1",
            self.request()
        )
    }

    /// The event about a role that ECS cannot assume.
    pub fn role_not_assumed(&self, role: Option<&str>) -> String {
        let own = || self.role("taskRoleArn").or(self.role("executionRoleArn"));
        let role = role.or_else(own).unwrap_or("ecsTaskExecutionRole");
        format!(
            "failed to launch a task with (error ECS was unable to assume the role '{role}' that \
             was provided for this task. Please verify that the role being passed has the proper \
             trust relationship and permissions and that your IAM user has permissions to pass this \
             role.)."
        )
    }

    /// The event about a task that there is no room for.
    pub fn unplaced(&self, of: Capacity) -> String {
        const NONE: &str = "was unable to place a task because no container instance met all of its \
                            requirements.";
        let instance = ids::hex(b"container instance", 32);
        let closest = |lacks: &str| {
            format!(
                "{NONE} The closest matching (container-instance {instance}) has {lacks}. {MORE}"
            )
        };
        match of {
            Capacity::Fargate => format!(
                "was unable to place a task. Reason: Capacity is unavailable at this time. Please \
                 try again later or in a different availability zone. {MORE}"
            ),
            Capacity::Quota => format!(
                "was unable to place a task. Reason: You've reached the limit on the number of vCPUs \
                 you can run concurrently. {MORE}"
            ),
            Capacity::Memory => closest("insufficient memory available"),
            Capacity::Cpu => closest("insufficient CPU units available"),
            Capacity::Instances => {
                format!("{NONE} Reason: No Container Instances were found in your cluster. {MORE}")
            }
        }
    }
}

/// Why a task stops that was made though there was no room for it.
pub fn no_room(of: Capacity) -> &'static str {
    match of {
        Capacity::Fargate => {
            "Capacity is unavailable at this time. Please try again later or in a different \
             availability zone"
        }
        Capacity::Quota => {
            "You've reached the limit on the number of vCPUs you can run concurrently"
        }
        Capacity::Memory => "RESOURCE:MEMORY",
        Capacity::Cpu => "RESOURCE:CPU",
        Capacity::Instances => "No Container Instances were found in your cluster.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn definition() -> TaskDefinition {
        let document = json!({
            "executionRoleArn": "arn:aws:iam::123456789012:role/team/exec",
            "containerDefinitions": [{"name": "web", "secrets": [
                {"name": "KEY", "valueFrom": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2c3:password::"}]}],
        });
        TaskDefinition {
            arn: String::new(),
            family: "shop".to_owned(),
            revision: 1,
            document: document.as_object().cloned().unwrap(),
            tags: Vec::new(),
            registered: jiff::Timestamp::UNIX_EPOCH,
            registered_by: String::new(),
            deregistered: None,
        }
    }

    fn place(definition: &TaskDefinition) -> Place<'_> {
        Place {
            region: "eu-west-1",
            account: "123456789012",
            task: "0a1b",
            definition: Some(definition),
        }
    }

    #[test]
    fn a_secret_is_named_without_its_key() {
        let definition = definition();
        let place = place(&definition);
        let words = place.cannot_pull_secret(None, Secret::Denied);
        assert!(
            words.contains("User: arn:aws:sts::123456789012:assumed-role/exec/0a1b is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2c3 because"),
            "{words}"
        );
        let words = place.cannot_pull_secret(None, Secret::Missing);
        assert!(
            words.ends_with("Secrets Manager can't find the specified secret."),
            "{words}"
        );
        let words = place.cannot_pull_secret(None, Secret::Unreachable);
        assert!(
            words.contains("connection issue between the task and AWS Secrets Manager"),
            "{words}"
        );
    }

    #[test]
    fn a_parameter_may_be_a_name_or_an_arn() {
        let definition = definition();
        let place = place(&definition);
        let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key";
        let words = place.cannot_pull_secret(Some(arn), Secret::Missing);
        assert!(
            words.ends_with("invalid ssm parameters: /shop/key"),
            "{words}"
        );
        let words = place.cannot_pull_secret(Some("key"), Secret::Denied);
        assert!(
            words.contains("on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/key because"),
            "{words}"
        );
    }

    #[test]
    fn the_account_s_own_registry_fails_before_the_pull() {
        let definition = definition();
        let place = place(&definition);
        let image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v2";
        for why in [Pull::Denied, Pull::Unreachable] {
            let own = place.cannot_pull(image, true, why);
            assert!(
                own.starts_with(
                    "ResourceInitializationError: unable to pull secrets or registry auth: "
                ),
                "{own}"
            );
            let other = place.cannot_pull("nginx:1", false, why);
            assert!(
                other.starts_with("CannotPullContainerError: pull image manifest"),
                "{other}"
            );
        }
        let words = place.cannot_pull(image, true, Pull::Forbidden);
        assert!(words.ends_with("[manifests v2]: 403 Forbidden"), "{words}");
    }
}
