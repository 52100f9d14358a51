//! What is wrong with inputs, files, account or machine: each has its own code, one clear message
//! and a way out, and nothing was changed in AWS.
//!
//! The golden file shows every failure as its reader sees it.

use crate::run::{Stand, Step, task_definition};
use greengate_sandbox::world::ecs::Ecs;

struct Case {
    name: &'static str,
    scenario: &'static [(&'static str, &'static str)],
    /// Files of the commit, as they are in this case.
    files: Vec<(&'static str, String)>,
    inputs: &'static [(&'static str, &'static str)],
    variables: &'static [(&'static str, &'static str)],
    codes: &'static [&'static str],
    exit: i32,
    /// Is this a region that has nothing of what the inputs name?
    elsewhere: bool,
}

/// A role that may look at everything: one that is held to this service is told "denied" in place of
/// "not there".
const WIDE: &[(&str, &str)] = &[
    ("REPOSITORY: shop", "REPOSITORY: '*'"),
    ("CLUSTER: staging", "REGION: '*'\n          CLUSTER: '*'"),
    ("SERVICE: shop", "SERVICE: '*'"),
];

impl Case {
    /// A deployment to staging that ends with `exit` because of `codes`.
    fn of(name: &'static str, codes: &'static [&'static str], exit: i32) -> Self {
        Self {
            name,
            scenario: &[],
            files: Vec::new(),
            inputs: &[],
            variables: &[],
            codes,
            exit,
            elsewhere: false,
        }
    }

    fn file(mut self, name: &'static str, text: &str) -> Self {
        self.files.push((name, text.to_owned()));
        self
    }

    fn inputs(self, inputs: &'static [(&'static str, &'static str)]) -> Self {
        Self { inputs, ..self }
    }

    fn wide(self) -> Self {
        Self {
            scenario: WIDE,
            ..self
        }
    }

    /// The failures as the log shows them.
    async fn run(&self) -> String {
        let stand = Stand::with(self.scenario).await;
        if self.elsewhere {
            stand.look(|world| {
                world.ecs = Ecs::default();
                "us-east-1".clone_into(&mut world.region);
            });
        }
        for (name, text) in &self.files {
            stand.write(name, text);
        }
        let step = stand.staging(stand.staging_job()).with_engine();
        let inputs = self.inputs.iter();
        let step = inputs.fold(step, |step: Step<'_>, (name, value)| {
            step.input(name, &value.replace("SANDBOX/shop:", &stand.tagged("")))
        });
        let variables = self.variables.iter();
        let step = variables.fold(step, |step, (name, value)| step.variable(name, value));
        let ran = step.run().await;
        assert_eq!(ran.codes(), self.codes, "{}: {}", self.name, ran.log);
        ran.ended(self.exit, "refused");
        assert_eq!(stand.writes(), Vec::<String>::new(), "{}", self.name);
        assert!(ran.summary.contains(self.codes[0]), "{}", ran.summary);
        let annotations = ran.log.lines().filter(|line| line.starts_with("::error"));
        assert_eq!(annotations.count(), self.codes.len(), "{}", ran.log);
        format!("# {}\n{}\n", self.name, stand.masked(&ran.failures()))
    }
}

async fn told(cases: Vec<Case>) -> String {
    let mut told = String::new();
    for case in cases {
        told += &case.run().await;
    }
    told
}

const RELEASE: [(&str, &str); 4] = [
    ("command", "release"),
    ("image", ""),
    ("repository", "shop"),
    ("cache", "none"),
];

fn files() -> Vec<Case> {
    let valid = task_definition("shop-staging");
    let cut = valid.replace("\"portMappings\"", "portMappings");
    let numbers = valid
        .replace("\"value\": \"8080\"", "\"value\": 8080")
        .replace("\"cpu\": \"256\"", "\"cpu\": 256");
    let yaml = "family: shop-staging\ncontainerDefinitions:\n  - name: web\n   image: x\n";
    vec![
        Case::of("no such file", &["GG002"], 2).inputs(&[("task-definition", "stagin.json")]),
        Case::of("a directory", &["GG002"], 2).inputs(&[("task-definition", ".")]),
        Case::of("invalid JSON", &["GG003"], 2).file("staging.json", &cut),
        Case::of("no JSON at all", &["GG003"], 2).file("staging.json", ""),
        Case::of("invalid YAML", &["GG003"], 2)
            .file("staging.yaml", yaml)
            .inputs(&[("task-definition", "staging.yaml")]),
        Case::of("a list in place of a task definition", &["GG003"], 2)
            .file("staging.json", "[1, 2]"),
        Case::of("numbers in the place of texts", &["GG003"], 2).file("staging.json", &numbers),
        Case::of("a container that is not there", &["GG004"], 2)
            .inputs(&[("container-name", "wep")]),
        Case::of("an image for a container that is not there", &["GG004"], 2)
            .inputs(&[("images", "sidecar=shop:v1")]),
        Case::of("an AppSpec that is not there", &["GG002"], 2)
            .inputs(&[("codedeploy-appspec", "appspec.yml")]),
        Case::of("two files at once", &["GG002", "GG002"], 2).inputs(&[
            ("task-definition", "stagin.json"),
            ("codedeploy-appspec", "appspec.yml"),
        ]),
    ]
}

#[tokio::test]
async fn files_that_cannot_be_used() {
    insta::assert_snapshot!("files", told(files()).await);
}

#[tokio::test]
async fn inputs_that_make_no_sense() {
    let cases = vec![
        Case::of("several inputs at once", &["GG001"], 2).inputs(&[
            ("command", "relaese"),
            ("poll-interval", "0s"),
            ("timeout", "soon"),
            ("gate", "maybe"),
            ("service", ""),
            ("role-to-assume", "greengate"),
            ("desired-count", "-1"),
        ]),
        Case::of("no service", &["GG001"], 2).inputs(&[("service", "")]),
        Case::of("no repository", &["GG001"], 2).inputs(&[("command", "build")]),
        Case::of("no region", &["GG001"], 2).inputs(&[("aws-region", "")]),
    ];
    insta::assert_snapshot!("inputs", told(cases).await);
}

#[tokio::test]
async fn an_account_that_is_another_one_than_the_inputs_say() {
    let cases = vec![
        Case::of("a service that is not there", &["GG021"], 3)
            .wide()
            .inputs(&[("service", "shpo")]),
        Case::of("a cluster that is not there", &["GG020"], 3)
            .wide()
            .inputs(&[("cluster", "stagin")]),
        Case::of("a service that the role may not see", &["GG012"], 3)
            .inputs(&[("service", "shpo")]),
        Case {
            elsewhere: true,
            ..Case::of("a wrong region", &["GG020"], 3).wide()
        }
        .inputs(&[("aws-region", "us-east-1")]),
        Case::of("a role that does not trust this job", &["GG011"], 3).inputs(&[(
            "role-to-assume",
            "arn:aws:iam::123456789012:role/greengate-production",
        )]),
        Case::of("a role that is not there", &["GG011"], 3).inputs(&[(
            "role-to-assume",
            "arn:aws:iam::123456789012:role/greengate-stagin",
        )]),
        Case::of("an image that is not there", &["GG025"], 3)
            .inputs(&[("image", "SANDBOX/shop:v3")]),
        Case::of("a codedeploy input for a rolling service", &["GG022"], 3)
            .inputs(&[("codedeploy-application", "AppECS-staging-shop")]),
        Case::of("a misspelt environment", &["GG040"], 4).inputs(&[("environment", "stagng")]),
        Case {
            scenario: &[("without: []", "without: [ecs:DescribeServices]")],
            ..Case::of("a role without a permission", &["GG012"], 3)
        },
        Case::of("two things at once", &["GG021", "GG025"], 3)
            .wide()
            .inputs(&[("service", "shpo"), ("image", "SANDBOX/shop:v3")]),
        Case {
            inputs: &[("role-to-assume", "")],
            variables: &[("AWS_EC2_METADATA_DISABLED", "true")],
            ..Case::of("no credentials at all", &["GG010"], 3)
        },
    ];
    insta::assert_snapshot!("account", told(cases).await);
}

#[tokio::test]
async fn builds_that_cannot_be() {
    let build = |name, codes, exit| Case::of(name, codes, exit).inputs(&RELEASE);
    let cases = vec![
        Case::of("a repository that is not there", &["GG024"], 3)
            .wide()
            .inputs(&[
                ("command", "release"),
                ("image", ""),
                ("repository", "shpo"),
                ("cache", "none"),
            ]),
        Case {
            variables: &[("DOCKER_HOST", "unix:///run/nothing-listens-here.sock")],
            ..build("no Docker daemon", &["GG030"], 3)
        },
        build("a Dockerfile that is not one", &["GG031"], 2)
            .file("Dockerfile", "FROM scratch\nCOPPY hello.txt /\n"),
        build("an instruction that fails", &["GG031"], 2)
            .file("Dockerfile", "FROM scratch\nCOPY goodbye.txt /\n"),
        Case::of(
            "a service and a repository that are not there",
            &["GG021", "GG024"],
            3,
        )
        .wide()
        .inputs(&[
            ("command", "release"),
            ("image", ""),
            ("repository", "shpo"),
            ("cache", "none"),
            ("service", "shpo"),
        ]),
    ];
    insta::assert_snapshot!("builds", told(cases).await);
}

#[tokio::test]
async fn a_command_that_fails_shows_its_output() {
    let stand = Stand::open().await;
    stand.write(
        "Dockerfile",
        "FROM python:3.13-slim\nRUN --network=none echo compiling; echo 'E: no such thing' >&2; exit 3\n",
    );
    let ran = crate::release::release(&stand, stand.staging_job())
        .run()
        .await;
    ran.ended(2, "refused");
    assert_eq!(ran.codes(), ["GG031"]);
    for words in [
        "RUN --network=none echo compiling",
        "exit code 3",
        "E: no such thing",
        "Dockerfile:2",
    ] {
        assert!(ran.log.contains(words), "{words} is not in\n{}", ran.log);
    }
    assert_eq!(stand.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn without_a_job_there_is_a_word_on_the_standard_error() {
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_greengate"))
        .env_clear()
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stdout, b"");
    insta::assert_snapshot!("no_job", String::from_utf8(output.stderr).unwrap());
}
