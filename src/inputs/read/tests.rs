use crate::failure::{Code, Failure};
use crate::inputs::raw::RawInputs;
use crate::inputs::{Cache, Command, Gate, Inputs, StrategyChoice, WaitFor};
use crate::job::{Job, Variables};
use proptest::prelude::*;
use secrecy::ExposeSecret;
use std::path::Path;
use std::time::Duration;

const JOB: [(&str, &str); 5] = [
    ("GITHUB_REPOSITORY", "octo/shop"),
    ("GITHUB_SHA", "3f2a1bc"),
    ("GITHUB_RUN_ID", "42"),
    ("GITHUB_ACTOR", "ann"),
    ("GITHUB_WORKSPACE", "/github/workspace"),
];

/// The least that each command asks for.
const RELEASE: [(&str, &str); 4] = [
    ("aws-region", "eu-west-1"),
    ("repository", "shop"),
    ("task-definition", "td.json"),
    ("service", "shop"),
];

/// Later inputs win, and an empty one takes an earlier one away, as in a workflow.
fn read(inputs: &[(&str, &str)]) -> Result<Inputs, Failure> {
    let named = |(name, value): &(&str, &str)| {
        (
            format!("INPUT_{}", name.to_uppercase()),
            (*value).to_owned(),
        )
    };
    let mut variables: Vec<(String, String)> = inputs.iter().map(named).collect();
    variables.extend(JOB.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let variables: Variables = variables.into_iter().collect();
    let job = Job::read(&variables).expect("a job");
    Inputs::read(&variables, &job)
}

fn release(more: &[(&str, &str)]) -> Result<Inputs, Failure> {
    read(&[&RELEASE, more].concat())
}

fn problems(outcome: Result<Inputs, Failure>) -> Vec<String> {
    let failure = outcome.map(|_| ()).expect_err("a refusal");
    assert_eq!(failure.code, Code::BadInputs);
    failure.why
}

#[test]
fn what_is_left_out_has_the_documented_default() {
    let unset: Vec<_> = RawInputs::NAMES.iter().map(|name| (*name, " ")).collect();
    let inputs = read(&[unset.as_slice(), &RELEASE].concat()).expect("inputs");
    assert_eq!(inputs.command, Command::Release);
    assert!(inputs.aws.role.is_none() && inputs.github.token.is_none());
    assert!(inputs.github.gate.is_none() && inputs.waiting.wait_for.is_none());
    assert!(!inputs.github.allow_self_approval && inputs.github.allow_admin_bypass);
    assert_eq!(inputs.build.context, Path::new("."));
    assert_eq!(inputs.build.cache, Cache::Registry);
    assert!(!inputs.build.provenance && !inputs.build.sbom && !inputs.build.rebuild);
    assert_eq!(inputs.deploy.cluster, "default");
    assert_eq!(inputs.deploy.strategy, StrategyChoice::Auto);
    assert_eq!(inputs.waiting.poll_interval, Duration::from_secs(5));
    assert_eq!(inputs.waiting.timeout, None);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a line for every input there is")]
fn everything_can_be_said() {
    let inputs = read(&[
        ("command", "release"),
        ("aws-region", "us-gov-west-1"),
        (
            "role-to-assume",
            "arn:aws-us-gov:iam::123456789012:role/ci/deploy",
        ),
        ("role-duration", "2h"),
        ("github-token", "ghs_token"),
        ("environment", "production"),
        ("gate", "approved"),
        ("allow-self-approval", "YES"),
        ("allow-admin-bypass", "False"),
        ("repository", "team/shop"),
        ("context", "app"),
        ("file", "app/Dockerfile.prod"),
        ("build-args", "A=1\nB=x=y"),
        ("build-secrets", "npm=abc==\nkey<<E\n-----BEGIN\nx=\nE"),
        ("target", "run"),
        ("platforms", "linux/amd64\nlinux/arm64/v8"),
        ("labels", "team=shop"),
        ("tags", "main\nv1.2_3-rc"),
        ("cache", "gha"),
        ("provenance", "true"),
        ("sbom", "true"),
        ("rebuild", "true"),
        ("create-repository", "true"),
        ("task-definition", "deploy/td.yaml"),
        ("images", "proxy=public.example/envoy:v1"),
        ("container-name", "web"),
        (
            "environment-variables",
            "A=1\n[proxy]\nA=<<EOF\nKEY<<EOF\n-----BEGIN\nx=\nEOF",
        ),
        (
            "secrets",
            "DB=arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:url::",
        ),
        ("docker-labels", "com.example.team=shop"),
        ("cpu", ".25 vCPU"),
        ("memory", "2048"),
        ("set", "containerDefinitions[web].cpu = 128"),
        ("unset", "containerDefinitions[web].user\ntags[old]"),
        ("cluster", "arn:aws:ecs:eu-west-1:123456789012:cluster/main"),
        ("service", "shop_web-1"),
        ("strategy", "codedeploy"),
        ("codedeploy-application", "Shop"),
        ("codedeploy-deployment-group", "Blue"),
        (
            "codedeploy-deployment-config",
            "CodeDeployDefault.ECSCanary10Percent5Minutes",
        ),
        ("codedeploy-appspec", "appspec.yaml"),
        ("wait-for", "ready"),
        ("timeout", "90m"),
        ("poll-interval", "1s"),
    ])
    .expect("inputs");
    let role = inputs.aws.role.as_ref().expect("a role");
    assert_eq!(role.session_name, "greengate-42");
    assert_eq!(role.audience, "sts.amazonaws.com");
    assert_eq!(inputs.github.gate, Some(Gate::Approved));
    assert!(inputs.github.allow_self_approval && !inputs.github.allow_admin_bypass);
    let token = inputs
        .github
        .token
        .as_ref()
        .map(ExposeSecret::expose_secret);
    assert_eq!(token, Some("ghs_token"));
    let secrets = inputs.build.secrets.iter();
    let secrets: Vec<_> = secrets.map(|(_, value)| value.expose_secret()).collect();
    assert_eq!(secrets, ["abc==", "-----BEGIN\nx="]);
    assert_eq!(inputs.build.platforms.len(), 2);
    let edits = &inputs.task_definition.edits;
    let variables = edits.variables.iter();
    let variables: Vec<_> = variables
        .map(|it| (it.container.as_deref(), &*it.value.0))
        .collect();
    assert_eq!(
        variables,
        [
            (None, "1"),
            (Some("proxy"), "<<EOF"),
            (Some("proxy"), "-----BEGIN\nx=")
        ]
    );
    assert_eq!(
        (edits.images.len(), edits.secrets.len(), edits.labels.len()),
        (1, 1, 1)
    );
    assert_eq!((edits.set.len(), edits.unset.len()), (1, 2));
    assert_eq!(
        (edits.cpu.as_deref(), edits.memory.as_deref()),
        (Some(".25 vCPU"), Some("2048"))
    );
    assert_eq!(inputs.waiting.wait_for, Some(WaitFor::Ready));
    assert_eq!(inputs.waiting.timeout, Some(Duration::from_mins(90)));
}

#[test]
fn a_deploy_without_an_image_uses_the_files_own() {
    let inputs = release(&[("command", "deploy"), ("repository", "")]).expect("inputs");
    assert!(inputs.task_definition.edits.is_empty());
}

#[test]
fn a_container_may_be_named_for_something_else_than_an_image() {
    let deploy = |name, value| {
        let inputs = [
            ("command", "deploy"),
            ("container-name", "web"),
            (name, value),
        ];
        release(&inputs)
    };
    assert!(deploy("environment-variables", "A=1").is_ok());
    assert!(deploy("docker-labels", "a=1").is_ok());
    assert_eq!(problems(deploy("secrets", "[proxy]\nA=db")).len(), 1);
    assert!(release(&[("container-name", "web"), ("images", "proxy=x:1")]).is_ok());
}

#[test]
fn what_runs_is_deployed_when_something_about_it_changes() {
    let running = [("command", "deploy"), ("task-definition", "")];
    for change in [
        ("image", "x:1"),
        ("environment-variables", "A=1"),
        ("cpu", "512"),
        ("unset", "cpu"),
        ("force-new-deployment", "true"),
        ("desired-count", "3"),
    ] {
        let inputs = release(&[&running[..], &[change]].concat());
        assert!(
            inputs.is_ok_and(|it| it.task_definition.named.is_none()),
            "{change:?}"
        );
    }
}

#[test]
fn the_region_may_come_from_the_environment() {
    let variables = |more: &[(&str, &str)]| -> Variables {
        let inputs = [("INPUT_COMMAND", "build"), ("INPUT_REPOSITORY", "shop")];
        JOB.iter().chain(&inputs).chain(more).copied().collect()
    };
    let region = |more: &[(&str, &str)]| {
        let variables = variables(more);
        Inputs::read(&variables, &Job::read(&variables).expect("a job")).map(|i| i.aws.region)
    };
    assert_eq!(
        region(&[("AWS_DEFAULT_REGION", "eu-north-1")]).expect("a region"),
        "eu-north-1"
    );
    let both = [
        ("AWS_DEFAULT_REGION", "eu-north-1"),
        ("AWS_REGION", "eu-west-3"),
    ];
    assert_eq!(region(&both).expect("a region"), "eu-west-3");
    assert!(region(&[("AWS_REGION", "")]).is_err());
}

#[test]
fn every_problem_is_told_at_once() {
    let told = problems(read(&[
        ("command", "comand"),
        ("role-to-assume", "arn:aws:iam::123:role/x"),
        ("role-duration", "13h"),
        ("role-session-name", "a b"),
        ("gate", "approve"),
        ("allow-admin-bypass", "maybe"),
        (
            "repository",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/shop:v1",
        ),
        ("build-args", "A=1\nhush"),
        ("build-secrets", "npm="),
        ("platforms", "linux/amd64\nlinux/amd64,linux/arm64"),
        ("tags", "good\n-bad"),
        ("cache", "registery"),
        (
            "task-definition",
            "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop",
        ),
        ("images", "web"),
        ("image", "two words"),
        ("environment-variables", "A=1\nhush"),
        ("secrets", "A=db\nB=my secret"),
        ("docker-labels", "[we b]\nA=1"),
        ("cpu", "half"),
        ("memory", "1 MB"),
        ("set", "cpu = 1\ncontainerDefinitions[web].essential = hush"),
        ("unset", "a[0\nb"),
        ("cluster", "arn:aws:ecs:eu-west-1:123456789012:service/x"),
        (
            "service",
            "arn:aws:ecs:eu-west-1:123456789012:service/main/shop",
        ),
        ("strategy", "blue-green"),
        ("desired-count", "-1"),
        ("wait-for", "stable"),
        ("timeout", "30"),
        ("poll-interval", "0s"),
        ("wait-fr", "ready"),
    ]))
    .join("\n");
    insta::assert_snapshot!(told);
}

#[test]
fn inputs_that_do_not_go_together_are_told() {
    let told = |more: &[(&str, &str)], expected: &[&str]| {
        let problems = problems(release(more));
        let names: Vec<_> = problems
            .iter()
            .filter_map(|p| p.split('`').nth(1))
            .collect();
        assert_eq!(names, expected, "{more:?}: {problems:?}");
    };
    told(&[("repository", "")], &["repository"]);
    told(
        &[("command", "build"), ("repository", ""), ("service", "")],
        &["repository"],
    );
    told(&[("service", ""), ("task-definition", "")], &["service"]);
    let deploy = [("command", "deploy"), ("task-definition", "")];
    told(&deploy, &["task-definition"]);
    let foreign = "arn:aws:ecs:us-east-1:123456789012:task-definition/shop:7";
    told(&[("task-definition", foreign)], &["task-definition"]);
    told(&[("image", "x:1")], &["image"]);
    told(
        &[("command", "deploy"), ("container-name", "web")],
        &["image"],
    );
    told(
        &[("container-name", "web"), ("images", "web=x:1")],
        &["images"],
    );
    told(
        &[("strategy", "rolling"), ("codedeploy-appspec", "x")],
        &["codedeploy-appspec"],
    );
    told(
        &[("strategy", "rolling"), ("wait-for", "ready")],
        &["wait-for"],
    );
    told(
        &[("strategy", "rolling"), ("wait-for", "traffic-shifted")],
        &["wait-for"],
    );
    told(
        &[("strategy", "codedeploy"), ("desired-count", "2")],
        &["desired-count"],
    );
    told(
        &[("strategy", "codedeploy"), ("force-new-deployment", "yes")],
        &["force-new-deployment"],
    );
    told(
        &[("environment-variables", "A=1\nB=2"), ("secrets", "B=x")],
        &["secrets"],
    );
    told(&[("gate", "approved")], &["github-token"]);
    told(&[("aws-region", "")], &["aws-region"]);
}

#[test]
fn names_far_from_any_input_are_only_told_of() {
    let variables = [
        ("INPUT_SOMETHING-ELSE", "x"),
        ("INPUT_SERVICE", "x"),
        ("INPUT_ODD", ""),
    ];
    let variables: Variables = variables.into_iter().collect();
    assert_eq!(Inputs::unknown(&variables), ["something-else"]);
    assert!(release(&[("something-else", "x")]).is_ok());
}

/// Words that can be a secret: long enough to be told from the rest of the text.
fn secret() -> impl Strategy<Value = String> {
    "zq[a-z0-9+/]{8,30}={0,2}"
}

proptest! {
    #[test]
    fn no_secret_is_ever_told(
        token in secret(),
        lines in prop::collection::vec(("[a-z. ]{0,4}(=|<<)?", secret()), 1..5),
        arguments in prop::collection::vec(("[a-z. ]{0,4}=?", secret()), 1..5),
    ) {
        let join = |lines: &[(String, String)]| {
            let lines: Vec<_> = lines.iter().map(|(start, end)| format!("{start}{end}")).collect();
            lines.join("\n")
        };
        let failure = read(&[
            ("command", "nonsense"),
            ("github-token", &token),
            ("build-secrets", &join(&lines)),
            ("build-args", &join(&arguments)),
        ])
        .expect_err("a refusal");
        let text = format!("{failure:?}");
        let hidden = lines.iter().chain(&arguments).map(|(_, secret)| secret);
        for secret in hidden.chain([&token]) {
            prop_assert!(!text.contains(secret.as_str()), "{text}");
        }
    }
}

#[test]
fn a_plan_is_one_of_what_its_inputs_are_for() {
    let plan = |more: &[(&str, &str)]| {
        let least = [("command", "plan"), ("aws-region", "eu-west-1")];
        read(&[&least, more].concat())
    };
    let service = ("service", "shop");
    for (more, builds) in [
        (&[service, ("repository", "shop")][..], true),
        (&[service, ("image", "shop:1")], false),
        (
            &[service, ("image", "shop:1"), ("repository", "shop")],
            false,
        ),
        (
            &[service, ("images", "a=shop:1"), ("repository", "shop")],
            true,
        ),
        (&[service, ("task-definition", "shop")], false),
        // The gate is another job's.
        (&[service, ("image", "shop:1"), ("gate", "approved")], false),
    ] {
        let inputs = plan(more).unwrap_or_else(|failure| panic!("{more:?}: {failure:?}"));
        assert_eq!(inputs.builds(), builds, "{more:?}");
        assert!(!inputs.command.builds() && !inputs.github.comment);
    }
    for (more, problem) in [
        (&[("image", "shop:1")][..], "`service`"),
        (&[service], "`task-definition`"),
        (
            &[service, ("image", "shop:1"), ("comment", "maybe")],
            "`comment`",
        ),
    ] {
        let failure = plan(more).expect_err("a problem");
        assert!(
            failure.why.iter().any(|why| why.starts_with(problem)),
            "{failure:?}"
        );
    }
}
