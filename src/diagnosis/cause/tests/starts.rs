use super::super::{Kind, Scene, of};
use super::{event, evidence_of, exited, holds, not_started, scene, task, well_written};

const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf";

#[test]
fn a_secret_that_is_missing() {
    let json_key = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key uri";
    let arn = format!(
        "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: ResourceNotFoundException: The task can't retrieve the secret with ARN '{SECRET}' from AWS Secrets Manager. Check whether the secret exists in the specified Region: ResourceNotFoundException: Secrets Manager can't find the specified secret."
    );
    let label = format!(
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret {SECRET} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"
    );
    let rows = [
        (
            json_key,
            Kind::SecretMissing,
            &["has no key `uri`", "DATABASE_URL", SECRET][..],
        ),
        (
            &arn,
            Kind::SecretMissing,
            &["DATABASE_URL", "container web", SECRET, "Secrets Manager"],
        ),
        (
            &label,
            Kind::SecretMissing,
            &["DATABASE_URL", "or has no value"],
        ),
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /shop/api-key",
            Kind::SecretMissing,
            &["`/shop/api-key`", "API_KEY", "parameter"],
        ),
        (
            "Fetching secret data from SSM Parameter Store in eu-west-1: invalid parameters: /shop/api-key",
            Kind::SecretMissing,
            &["`/shop/api-key`", "API_KEY", "Systems Manager"],
        ),
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /not/in/the/document",
            Kind::SecretMissing,
            &["`/not/in/the/document`"],
        ),
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): invalid character 'p' in literal true (expecting 'r')",
            Kind::SecretMissing,
            &["JSON"],
        ),
    ];
    holds(&rows, not_started);
}

#[test]
fn a_secret_that_may_not_be_read() {
    let asm = format!(
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret {SECRET} from secrets manager: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/shop-execution/259ab992ff9d4af08a4fc104adda511d is not authorized to perform: secretsmanager:GetSecretValue on resource: {SECRET} because no identity-based policy allows the secretsmanager:GetSecretValue action\n\tstatus code: 400, request id: 259a"
    );
    let rows = [
        (
            asm.as_str(),
            Kind::SecretForbidden,
            &[
                "the execution role shop-execution may not read",
                "DATABASE_URL",
                "`secretsmanager:GetSecretValue`",
                SECRET,
            ][..],
        ),
        (
            "Fetching secret data from SSM Parameter Store in eu-west-1: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/shop-execution/5c0a28eeb5fc45828b57e982c940d1ea is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/shop/api-key because no identity-based policy allows the ssm:GetParameters action status code: 400",
            Kind::SecretForbidden,
            &[
                "API_KEY",
                "`ssm:GetParameters` on arn:aws:ssm:eu-west-1:123456789012:parameter/shop/api-key",
            ],
        ),
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf from secrets manager: AccessDeniedException: Access to KMS is not allowed",
            Kind::SecretForbidden,
            &["kms:Decrypt", "DATABASE_URL"],
        ),
    ];
    holds(&rows, not_started);
}

#[test]
fn subnets_without_a_way_out() {
    let rows = [
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed caused by: Post \"https://api.ecr.eu-west-1.amazonaws.com/\": dial tcp 44.213.79.50:443: i/o timeout",
            Kind::NoRoute,
            &[
                "Amazon ECR",
                "subnet-1, subnet-2",
                "ecr.api, ecr.dkr, s3",
                "DISABLED",
                "sg-1",
            ][..],
        ),
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post https://api.ecr.eu-west-1.amazonaws.com/: dial tcp 54.180.184.245:443: i/o timeout",
            Kind::NoRoute,
            &["Amazon ECR", "NAT gateway"],
        ),
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager. Check your task network configuration. failed to fetch secret arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf from secrets manager: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 0, RequestID: , canceled, context deadline exceeded",
            Kind::NoRoute,
            &["AWS Secrets Manager", "secretsmanager"],
        ),
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled: request context canceled caused by: context deadline exceeded",
            Kind::NoRoute,
            &["AWS Systems Manager", "ssm"],
        ),
        (
            "ResourceInitializationError: failed to validate logger args: The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection issue between the task and Amazon CloudWatch. Check your network configuration. : signal: killed",
            Kind::NoRoute,
            &["CloudWatch Logs", "logs"],
        ),
        (
            "ResourceInitializationError: failed to download env files: file download command: non empty error stream: RequestCanceled: request context canceled caused by: context deadline exceeded (s3)",
            Kind::NoRoute,
            &["Amazon S3"],
        ),
    ];
    holds(&rows, not_started);
}

#[test]
fn a_log_group_that_is_missing() {
    let named = &[
        "`/ecs/shop`",
        "create-log-group --log-group-name /ecs/shop`",
    ][..];
    let rows = [
        (
            "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1",
            Kind::LogGroupMissing,
            named,
        ),
        (
            "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.",
            Kind::LogGroupMissing,
            named,
        ),
        (
            "CannotStartContainerError: API error (500): failed to initialize logging driver: ResourceNotFoundException: The specified log group does not exist.\n\tstatus code: 400, request id: 904a550f-206b-11e8-8e20-1363f96a7838\n",
            Kind::LogGroupMissing,
            named,
        ),
        (
            "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log group: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/shop-execution/0ea3 is not authorized to perform: logs:CreateLogGroup on resource: arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/shop:log-stream: because no identity-based policy allows the logs:CreateLogGroup action : exit status 1",
            Kind::LogDriver,
            &["`logs:CreateLogGroup`", "`/ecs/shop`", "shop-execution"],
        ),
        (
            "ResourceInitializationError: failed to validate logger args: unable to get awslogs driver arguments: awslogs-region is required",
            Kind::LogDriver,
            &["awslogs-region is required", "logConfiguration"],
        ),
    ];
    holds(&rows, not_started);
}

#[test]
fn a_role_that_cannot_be_assumed() {
    let rows = [
        (
            "(service shop) failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::123456789012:role/shop-task' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.).",
            Kind::RoleNotAssumable,
            &[
                "`arn:aws:iam::123456789012:role/shop-task`",
                "ecs-tasks.amazonaws.com",
            ][..],
        ),
        (
            "IAM trust relationship has been misconfigured or changed, and ECS can no longer maintain your service",
            Kind::RoleNotAssumable,
            &["sts:AssumeRole"],
        ),
    ];
    holds(&rows, event);
}

#[test]
fn containers_and_volumes_that_cannot_be_made() {
    let rows = [
        (
            "CannotStartContainerError: Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"serve\": executable file not found in $PATH: unknown",
            Kind::CommandNotRunnable,
            &["`serve`", "entryPoint"][..],
        ),
        (
            "CannotStartContainerError: Error response from daemon: OCI runtime create failed: container_linux.go:380: starting container process caused: exec: \"/start.sh\": permission denied: unknown",
            Kind::CommandNotRunnable,
            &["`/start.sh`", "executable"],
        ),
        (
            "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: mount.nfs4: access denied by server while mounting 127.0.0.1:/ : unsuccessful EFS utils command execution; code: 32",
            Kind::Volume,
            &["2049"],
        ),
        (
            "Timeout waiting for network interface provisioning to complete.",
            Kind::TaskFailed,
            &[
                "Timeout waiting for network interface provisioning",
                "1 task of the new revision",
            ],
        ),
    ];
    holds(&rows, not_started);
}

#[test]
fn too_little_memory() {
    let killed = Some("OutOfMemoryError: Container killed due to memory usage");
    for cause in [
        exited(Some(137), killed, &[]),
        exited(
            None,
            Some("OutOfMemory: container killed due to memory usage"),
            &["fine so far"],
        ),
        exited(
            Some(134),
            None,
            &[
                "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
                "  1: 0xb00d10",
            ],
        ),
        exited(
            Some(1),
            None,
            &["Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space"],
        ),
    ] {
        assert_eq!(cause.kind, Kind::OutOfMemory, "{cause:?}");
        assert!(
            cause
                .sentence
                .contains("container web wanted more memory than its 512 MiB"),
            "{cause:?}"
        );
        assert!(cause.advice.contains("`memory`"), "{cause:?}");
        well_written(&cause);
    }
}

#[test]
fn containers_that_end_by_themselves() {
    let cause = exited(Some(1), None, &["starting", "panic: no database"]);
    insta::assert_snapshot!(cause.sentence, @"the essential container web ended with exit code 1 (1 task); its last line: panic: no database");
    assert_eq!(cause.kind, Kind::ContainerExited);
    let rows = [
        (Some(0), "must keep running"),
        (Some(1), "Read the log of container web"),
        (Some(126), "executable"),
        (Some(127), "not found in the image"),
        (Some(137), "SIGKILL"),
        (Some(139), "segmentation fault"),
        (Some(143), "SIGTERM"),
        (Some(255), "Read the log"),
    ];
    for (code, words) in rows {
        let cause = exited(code, None, &[]);
        assert_eq!(cause.kind, Kind::ContainerExited, "{cause:?}");
        assert!(cause.advice.contains(words), "{cause:?}");
        well_written(&cause);
    }
}

#[test]
fn a_container_that_keeps_no_log_should() {
    let mut scene = scene();
    scene.workload.containers[0].log = None;
    let reason = "Essential container in task exited";
    let task = task("EssentialContainerExited", reason, Some(1), None);
    let cause = of(&evidence_of(&[task]), &scene).expect("a cause");
    assert!(cause.advice.contains("`awslogs`"), "{cause:?}");
    well_written(&cause);
}

#[test]
fn a_programs_last_words_tell_more_than_its_exit_code() {
    let rows = [
        (
            1,
            "exec /usr/local/bin/python3: exec format error",
            Kind::WrongPlatform,
        ),
        (
            255,
            "standard_init_linux.go:228: exec user process caused: exec format error",
            Kind::WrongPlatform,
        ),
        (127, "sh: 1: gunicorn: not found", Kind::CommandNotRunnable),
        (
            126,
            "/bin/sh: /start.sh: Permission denied",
            Kind::CommandNotRunnable,
        ),
        (1, "GET /x: 404 not found", Kind::ContainerExited),
    ];
    for (code, line, kind) in rows {
        let cause = exited(Some(code), None, &[line]);
        assert_eq!(cause.kind, kind, "{line}: {cause:?}");
    }
}

#[test]
fn without_the_document_causes_are_told_too() {
    let reason = "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref docker.io/acme/shop:v9: not found";
    let mut task = task("TaskFailedToStart", reason, None, None);
    task.containers.clear();
    let cause = of(&evidence_of(&[task]), &Scene::default()).expect("a cause");
    assert_eq!(cause.kind, Kind::ImageNotFound);
    insta::assert_snapshot!(cause.sentence, @"the image `docker.io/acme/shop:v9` is not in its registry");
}
