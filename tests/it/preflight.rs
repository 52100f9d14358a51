//! The preflight, whole: what it shows, what it reads, and that nothing it may not or cannot read
//! holds a deployment up.

mod table;

use crate::in_process;
use crate::permissions::{CHECKS as CHECKS_POLICY, Unused};
use crate::run::{fill, role, scenario, task_definition};
use crate::shop::{ADDRESS, Shop};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use greengate::events::{Event, EventKind, Events, Sink};
use greengate::preflight::{Check, CheckResult};
use greengate::report::chronicle::Chronicle;
use greengate::report::log::Log;
use greengate::report::redact::Redactor;
use greengate::report::summary;
use greengate::run::{Surroundings, told};
use greengate_sandbox::runner::{Files, Inputs, Job};
use greengate_sandbox::world::World;
use greengate_sandbox::world::alarms::{Alarm, State};
use greengate_sandbox::world::elb::{Rule, TargetGroup};
use greengate_sandbox::world::identity::Revoked;
use greengate_sandbox::world::identity::policy::{Effect, OneOrMany, Policy};
use greengate_sandbox::world::secrets::Seed;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// The calls that only checks make.
const CHECKS: [(&str, usize); 11] = [
    ("DescribeTargetGroups", 1),
    ("DescribeListeners", 2),
    ("DescribeRules", 0),
    ("DescribeAlarms", 1),
    ("GetRole", 2),
    ("SimulatePrincipalPolicy", 1),
    ("DescribeSecret", 1),
    ("DescribeParameters", 1),
    ("DescribeLogGroups", 1),
    ("BatchGetImage", 1),
    ("GetDownloadUrlForLayer", 1),
];

/// A run of a deployment to production, and what was told of it.
#[derive(Clone, Default)]
struct Heard {
    chronicle: Arc<Mutex<Chronicle>>,
    events: Arc<Mutex<Vec<Event>>>,
    log: Arc<Mutex<Vec<u8>>>,
}

impl Sink for Heard {
    fn on(&mut self, event: &Event) {
        self.chronicle.lock().unwrap().take(event);
        self.events.lock().unwrap().push(event.clone());
    }
}

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.log.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Heard {
    fn checks(&self) -> Vec<Check> {
        self.chronicle.lock().unwrap().checks.clone()
    }

    /// The checks that came to this.
    fn that(&self, result: fn(&CheckResult) -> bool) -> Vec<&'static str> {
        let checks = self.checks();
        let names = checks.iter().filter(|check| result(&check.result));
        names.map(|check| check.name).collect()
    }

    /// How long the stage of the preflight took.
    fn took(&self) -> SignedDuration {
        let chronicle = self.chronicle.lock().unwrap();
        let mut phases = chronicle.phases.iter();
        let phase = phases
            .find(|phase| phase.stage == greengate::events::Stage::Preflight)
            .unwrap();
        phase.finished.unwrap().duration_since(phase.started)
    }

    fn whole(&self) -> String {
        String::from_utf8(self.log.lock().unwrap().clone()).unwrap()
    }

    /// The group "Preflight" of the log.
    fn log(&self) -> String {
        let log = self.whole();
        let group = log.split("::group::Preflight").nth(1).unwrap();
        group
            .split("::endgroup::")
            .next()
            .unwrap()
            .trim()
            .to_owned()
    }

    fn summary(&self) -> String {
        let chronicle = self.chronicle.lock().unwrap();
        let summary = summary::render(&chronicle, "docs", &Redactor::default());
        let part = summary.split("### Preflight").nth(1).unwrap();
        part.split("\n### ").next().unwrap().trim().to_owned()
    }
}

/// A world in which all that is checked is in order, and allowed to be looked at.
fn shop() -> Shop {
    shop_of(&[])
}

fn shop_of(replaced: &[(&str, &str)]) -> Shop {
    let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let shop = Shop::of(&scenario(replaced), start, 1.0);
    shop.sandbox.with_world(|world| {
        let seed = json!({"secrets-manager": [{"name": "shop/database"}, {"name": "shop/old", "deleted": true}],
            "parameters": [{"name": "/shop/key"}]});
        let seed: Seed = serde_json::from_value(seed).unwrap();
        seed.seed(world).unwrap();
        world.alarms.by_name.insert("shop-5xx".to_owned(), Alarm::default());
        let group = &mut world.codedeploy.applications[0].groups[0];
        group.alarms.names = vec!["shop-5xx".to_owned()];
        group.alarms.enabled = true;
    });
    shop
}

/// Takes from the role of production what the checks need.
fn forbid(world: &mut World) {
    let role = world
        .identity
        .roles
        .get_mut("greengate-production")
        .unwrap();
    role.policies
        .retain(|policy| !["preflight", "diagnosis-targets"].contains(&policy.name.as_str()));
}

/// Takes an action from the role of production.
fn deny(world: &mut World, action: &str) {
    let role = world
        .identity
        .roles
        .get_mut("greengate-production")
        .unwrap();
    role.revoked.push(Revoked {
        actions: OneOrMany(vec![action.to_owned()]),
        resources: OneOrMany(vec!["*".to_owned()]),
    });
}

/// The task definition of production, with all that a check looks at.
fn document() -> Value {
    let mut document: Value = serde_json::from_str(&task_definition("shop")).unwrap();
    let secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf";
    let container = &mut document["containerDefinitions"][0];
    container["secrets"] = json!([
        {"name": "PASSWORD", "valueFrom": format!("{secret}:password::")},
        {"name": "USER", "valueFrom": format!("{secret}:user::")},
        {"name": "KEY", "valueFrom": "/shop/key"},
    ]);
    container["logConfiguration"] = json!({"logDriver": "awslogs", "options": {
        "awslogs-group": "/ecs/shop", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "shop"}});
    document
}

/// The production listener leads to the service by a rule alone.
fn led_by_a_rule(world: &mut World) {
    let other = world.elb.target_groups[0].clone();
    let arn = format!("{}0", other.arn);
    world.elb.target_groups.push(TargetGroup {
        name: "other".to_owned(),
        arn: arn.clone(),
        ..other
    });
    let listener = &mut world.elb.listeners[0];
    let ours = std::mem::replace(&mut listener.forward, vec![(arn, 1)]);
    listener.rules.push(Rule {
        arn: format!("{}/1", listener.arn),
        priority: 1,
        paths: vec!["/*".to_owned()],
        forward: ours,
    });
}

/// The log group is not there, and the first task makes it, which the execution role may.
fn made_by_the_first_task(world: &mut World, document: &mut Value) {
    world.logs.groups.remove("/ecs/shop");
    let options = &mut document["containerDefinitions"][0]["logConfiguration"]["options"];
    options["awslogs-create-group"] = json!("true");
    let one = |text: &str| OneOrMany(vec![text.to_owned()]);
    let groups = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/shop:*";
    let may = Policy::of(Effect::Allow, &one("logs:CreateLogGroup"), &one(groups));
    let role = world.identity.roles.get_mut("shop-execution").unwrap();
    role.policies.push(may);
}

/// Deploys `document` to production over `http`; the exit code and what was told.
async fn deploy(
    shop: &Shop,
    document: &Value,
    inputs: &[(&str, &str)],
    http: SharedHttpClient,
) -> (u8, Heard) {
    let folder = TempDir::new().unwrap();
    let workspace = folder.path().join("workspace");
    fill(&workspace);
    std::fs::write(workspace.join("production.json"), document.to_string()).unwrap();
    let run = shop.run("hubot");
    let job = shop.job(run, Some("production"));
    shop.review(run, "production", "mona", true);
    let job = shop
        .sandbox
        .with_world(|world| Job::of(world, job))
        .unwrap();
    let files = Files::create(folder.path(), &workspace, &job).unwrap();
    let given = [
        ("command", "deploy"),
        ("aws-region", "eu-west-1"),
        ("role-to-assume", &role("production")),
        ("task-definition", "production.json"),
        ("image", &format!("{ADDRESS}/shop:v2")),
        ("cluster", "production"),
        ("service", "shop"),
    ];
    let declared = Inputs::declared(include_str!("../../action.yml")).unwrap();
    let inputs = given
        .iter()
        .chain(inputs)
        .fold(declared, |inputs, (name, value)| inputs.with(name, value));
    let surroundings = Surroundings {
        variables: job.environment(&inputs, &files).into_iter().collect(),
        clock: shop.clock.clone(),
        http,
        cancel: CancellationToken::new(),
        endpoint: Some(format!("http://{ADDRESS}")),
    };
    let job = greengate::job::Job::read(&surroundings.variables).unwrap();
    let heard = Heard::default();
    let log = Log::new(heard.clone(), "docs".to_owned());
    let sinks: Vec<Box<dyn Sink>> = vec![Box::new(log), Box::new(heard.clone())];
    let events = Events::into_sinks(sinks, shop.clock.clone());
    let code = told(&surroundings, &job, &events).await;
    (code, heard)
}

#[tokio::test(start_paused = true)]
async fn all_is_in_order() {
    let shop = shop();
    let http = in_process::client(&shop.sandbox);
    let (code, heard) = deploy(&shop, &document(), &[], http).await;
    assert_eq!(code, 0, "{}", heard.log());
    insta::assert_snapshot!("preflight_in_order", heard.log());
    let not_ok = heard.that(|result| !matches!(result, CheckResult::Ok { .. }));
    assert_eq!(not_ok, [""; 0]);
    for (operation, times) in CHECKS {
        assert_eq!(shop.calls(operation), (times, 0), "{operation}");
    }
}

/// Each check of the page has its run: the production listener leads to the service by a rule alone,
/// and the scan is asked for.
#[tokio::test(start_paused = true)]
async fn the_checks_use_all_that_they_are_given() {
    let scanned = (
        "exclusions: [\"buildcache*\"]",
        "exclusions: [\"buildcache*\"]\n      scan-on-push: true",
    );
    let shop = shop_of(&[scanned]);
    let mut document = document();
    shop.sandbox.with_world(|world| {
        led_by_a_rule(world);
        made_by_the_first_task(world, &mut document);
    });
    let http = in_process::client(&shop.sandbox);
    let asked = [("scan-fail-on", "low")];
    let (_, heard) = deploy(&shop, &document, &asked, http).await;
    let failed = heard.that(|result| matches!(result, CheckResult::Failed { .. }));
    assert_eq!(failed, [""; 0], "{}", heard.log());
    let mut unused = Unused::of(&[CHECKS_POLICY]);
    shop.sandbox.with_world(|world| unused.cross_out(world));
    assert!(
        unused.is_empty(),
        "docs/permissions.md gives what no check uses:\n{unused}"
    );
}

/// What there is none of is not asked for.
#[tokio::test(start_paused = true)]
async fn nothing_is_read_for_checks_that_have_nothing_to_check() {
    let shop = shop();
    shop.sandbox.with_world(|world| {
        world.codedeploy.applications[0].groups[0].alarms.enabled = false;
    });
    let mut bare: Value = serde_json::from_str(&task_definition("shop")).unwrap();
    bare.as_object_mut().unwrap().remove("taskRoleArn");
    bare["executionRoleArn"] = json!("");
    let http = in_process::client(&shop.sandbox);
    deploy(&shop, &bare, &[], http).await;
    for operation in [
        "DescribeAlarms",
        "GetRole",
        "SimulatePrincipalPolicy",
        "DescribeSecret",
        "DescribeParameters",
        "DescribeLogGroups",
    ] {
        assert_eq!(shop.calls(operation), (0, 0), "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn all_that_is_wrong_is_told_at_once_and_nothing_is_written() {
    let shop = shop();
    shop.sandbox.with_world(|world| {
        world.identity.roles.remove("shop-task");
        let trust = json!({"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"Service": "ec2.amazonaws.com"}}]});
        let execution = world.identity.roles.get_mut("shop-execution").unwrap();
        execution.trust = serde_json::from_value(trust).unwrap();
        let alarm = world.alarms.by_name.get_mut("shop-5xx").unwrap();
        alarm.state = State::Alarm;
        world.secrets.secrets.remove("shop/database");
        world.secrets.parameters.clear();
        world.logs.groups.remove("/ecs/shop");
        deny(world, "iam:PassRole");
        world
            .elb
            .target_groups
            .retain(|group| group.name != "shop-green");
    });
    let mut unfit = document();
    unfit["memory"] = json!("600");
    unfit["runtimePlatform"] = json!({"cpuArchitecture": "ARM64"});
    let http = in_process::client(&shop.sandbox);
    let (code, heard) = deploy(&shop, &unfit, &[], http).await;
    assert_eq!(code, 3);
    insta::assert_snapshot!("preflight_unfit", heard.log());
    insta::assert_snapshot!("preflight_unfit_summary", heard.summary());
    for written in [
        "RegisterTaskDefinition",
        "CreateDeployment",
        "UpdateService",
    ] {
        assert_eq!(shop.calls(written), (0, 0), "{written}");
    }
    let told = heard.events.lock().unwrap().clone();
    let failures = told
        .iter()
        .filter(|it| matches!(it.kind, EventKind::Failed { .. }));
    let failed = heard.that(|result| matches!(result, CheckResult::Failed { .. }));
    assert_eq!(failures.count(), failed.len());
}

/// The roles of this world may look at nothing but what a deployment needs.
#[tokio::test(start_paused = true)]
async fn what_may_not_be_checked_holds_nothing_up() {
    let shop = shop();
    shop.sandbox.with_world(forbid);
    let http = in_process::client(&shop.sandbox);
    let (code, heard) = deploy(&shop, &document(), &[], http).await;
    assert_eq!(code, 0, "{}", heard.log());
    let skipped = heard.that(|result| matches!(result, CheckResult::Skipped { .. }));
    let expected = [
        "target group",
        "target group",
        "listener",
        "listener",
        "alarm",
        "image",
        "execution role",
        "task role",
        "pass role",
        "pass role",
        "secret",
        "parameter",
        "log group",
    ];
    assert_eq!(skipped, expected);
    assert!(heard.log().contains("the role may not call iam:GetRole"));
}

/// A connection on which some services never answer.
struct Silent(SharedHttpConnector);

impl fmt::Debug for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Silent")
    }
}

impl HttpConnector for Silent {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let body = request.body().bytes().unwrap_or_default();
        let body = String::from_utf8_lossy(body);
        let silent = ["AmazonSSM", "secretsmanager", "Logs_"];
        let unheard = [
            "Action=GetRole",
            "Action=Simulate",
            "Action=DescribeAlarms",
            "Action=DescribeTargetGroups",
            "Action=DescribeListeners",
        ];
        if silent.iter().any(|it| target.starts_with(it))
            || unheard.iter().any(|it| body.starts_with(it))
        {
            return HttpConnectorFuture::new(std::future::pending());
        }
        self.0.call(request)
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_late_is_skipped_after_two_seconds() {
    let shop = shop();
    let inner = in_process::client(&shop.sandbox);
    let http = http_client_fn(move |settings, components| {
        use aws_smithy_runtime_api::client::http::HttpClient as _;
        SharedHttpConnector::new(Silent(inner.http_connector(settings, components)))
    });
    let (code, heard) = deploy(&shop, &document(), &[], http).await;
    assert_eq!(code, 0, "{}", heard.log());
    let skipped = heard.that(|result| matches!(result, CheckResult::Skipped { .. }));
    assert_eq!(skipped.len(), 12, "{skipped:?}");
    assert!(heard.log().contains("AWS did not answer in time"));
    let took = heard.took();
    assert!(took >= SignedDuration::from_secs(2), "{took}");
    assert!(took <= SignedDuration::from_millis(2100), "{took}");
}

#[tokio::test(start_paused = true)]
async fn findings_of_the_scan_refuse_where_that_is_asked_for() {
    for (least, code) in [("none", 0), ("critical", 0), ("high", 3)] {
        let findings = "images:
        - tags: [v1]
        - tags: [v2]
      scan-on-push: true
      scan: { findings: [{ name: CVE-2026-1, severity: HIGH }, { name: CVE-2026-2, severity: LOW }] }";
        let images = "images:
        - tags: [v1]
        - tags: [v2]";
        let shop = shop_of(&[(images, findings)]);
        shop.sandbox.with_world(|world| {
            let later = world.now + SignedDuration::from_mins(5);
            world.advance_to(later);
        });
        let http = in_process::client(&shop.sandbox);
        let asked = [("scan-fail-on", least)];
        let (ended, heard) = deploy(&shop, &document(), &asked, http).await;
        assert_eq!(ended, code, "{least}: {}", heard.log());
        assert_eq!(heard.log().contains("found 1 high"), code == 3);
    }
}
