//! Whole runs in a world in which everybody says the worst, beside the same runs in one in which
//! they say something harmless: nothing but the words may differ.

mod refusals;

use crate::fuzz::{page, runner, targets};
use crate::run::{Ran, Stand, scenario};
use crate::shop::REPOSITORY;
use greengate_sandbox::world::github::JobKey;
use greengate_sandbox::world::github::gate::review::{self, Verdict};
use greengate_sandbox::world::github::permissions::Permissions;
use greengate_sandbox::world::github::run::{self, NewJob, NewRun};
use serde_json::Value;

const HARMLESS: &str = "the-mark";

/// Everything at once. The words around it show whether it got through.
const HOSTILE: &str = "the-mark\r\n::error title=x::y\n\t::add-mask::Greengate\n::stop-commands::z\n\
    ::set-output name=outcome::succeeded\n##[error]a ##[add-mask]Greengate\n\u{1b}[31mred\u{1b}[2J\
    \u{1b}]8;;https://evil.example\u{7}link \u{202e}abc\u{2066}\u{0}\u{85}::debug::n\u{2028}::debug::m\n\
    <script>alert(1)</script> <img src=https://evil.example/i.png> <!-- [l](https://evil.example) \
    ![i](https://evil.example/i.png) https://evil.example www.evil.example a@evil.example @all #12 \
    | cell | `code` ~~x~~ $y$ **z**\n# heading\n> [!WARNING]\n- [ ] task\n```mermaid\ngraph TD\n```\n\
    unforeseen\noutcome=succeeded\noutcome<<EOF\nsucceeded\nEOF\n%%{init: {}}%%";

/// `text` in YAML and in JSON: in ASCII and on one line.
fn quoted(text: &str) -> String {
    let json = Value::from(text).to_string();
    let mut quoted = String::new();
    for c in json.chars() {
        match c {
            ' '..='~' => quoted.push(c),
            c => {
                let code = format!("\\u{:04x}", u32::from(c));
                quoted.push_str(&code);
            }
        }
    }
    quoted
}

/// `text` as the value of a variable or the name of a file, which end at a NUL.
fn variable(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').collect()
}

/// A run of a hostile and of a harmless world, and that they say the same but for the words.
#[track_caller]
fn only_words_differ(harmless: &Ran, hostile: &Ran) {
    let Ran { log, stderr, .. } = hostile;
    assert_eq!(
        harmless.code, hostile.code,
        "{}\n{log}{stderr}",
        harmless.log
    );
    assert_eq!(harmless.output("outcome"), hostile.output("outcome"));
    assert_eq!(commands(harmless), commands(hostile), "{log}");
    let is_mask = |line: &str| runner::command(line).is_some_and(|it| it.name == "add-mask");
    let lines = runner::lines(log).into_iter().chain(runner::lines(stderr));
    for line in lines.filter(|line| !is_mask(line)) {
        assert!(!runner::has_older_command(line), "{line:?}");
        assert!(!line.chars().any(runner::acts), "{line:?}");
    }
    assert!(
        runner::lines(stderr)
            .into_iter()
            .all(|line| runner::command(line).is_none())
    );
    let pages = [harmless, hostile].map(|ran| page::read(&ran.summary));
    targets::same_parts(&pages[0], &pages[1]);
    assert_eq!(
        pages[1].references(),
        Vec::<&str>::new(),
        "{}",
        hostile.summary
    );
    for (_, chart) in pages[1].blocks.iter().filter(|(kind, _)| kind == "mermaid") {
        assert_eq!(page::odd_line(chart), None, "{chart}");
    }
    let names = [harmless, hostile].map(|ran| ran.outputs.keys().collect::<Vec<_>>());
    assert_eq!(names[0], names[1]);
    for text in texts(&hostile.json()) {
        for line in text.split('\n') {
            assert!(!line.trim_start().starts_with("::"), "{text:?}");
            assert!(!runner::has_older_command(line), "{text:?}");
            assert!(!line.chars().any(runner::acts), "{text:?}");
        }
    }
}

/// Every command in the log, by its name and the names of its properties; but for the secrets,
/// of which there are as many as the run took tokens.
fn commands(ran: &Ran) -> Vec<(String, Vec<String>)> {
    let lines = runner::lines(&ran.log);
    let commands = lines.into_iter().filter_map(runner::command);
    let commands = commands.filter(|command| command.name != "add-mask");
    commands
        .map(|command| {
            let keys = command.properties.into_iter().map(|(key, _)| key);
            (command.name, keys.collect())
        })
        .collect()
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// A container that ends with `text` in its log and its reason.
fn exits(text: &str) -> String {
    let text = quoted(text);
    scenario(&[(
        "behaviours: []",
        &format!(
            "behaviours:
    - match: {{ service: shop, nth-revision: 1 }}
      ends: {{ exits: {{ code: 1, after: 2s, reason: {text}, log: [{text}, {text}] }} }}"
        ),
    )])
}

/// A hook that fails with `text` in its message and its log.
fn hook_fails(text: &str) -> String {
    let text = quoted(text);
    scenario(&[(
        "script: {}",
        &format!(
            "script:
            hooks:
              BeforeAllowTraffic: {{ result: fail, after: 20s, message: {text}, log: [{text}] }}"
        ),
    )])
}

/// A job of a branch with that name, for an environment that `user` approved with that comment.
fn job(stand: &Stand, text: &str, environment: &str, user: Option<&str>) -> JobKey {
    stand.look(|world| {
        let new = NewRun {
            workflow: variable(text),
            path: ".github/workflows/deploy.yml".to_owned(),
            event: "push".to_owned(),
            sha: "a".repeat(40),
            git_ref: "refs/heads/main".to_owned(),
            actor: "hubot".to_owned(),
        };
        let run = run::start(world, REPOSITORY, new).unwrap();
        let new = NewJob {
            name: variable(text),
            environment: Some(environment.to_owned()),
            permissions: Permissions::deploying(),
        };
        let job = run::start_job(world, REPOSITORY, run, new).unwrap();
        if let Some(user) = user {
            let repository = world.github.repository(REPOSITORY).unwrap();
            let environment = repository.environment(environment).unwrap().id;
            let verdict = Verdict {
                user: user.to_owned(),
                environments: vec![environment],
                approved: true,
                comment: text.to_owned(),
            };
            review::review(world, REPOSITORY, run, verdict).unwrap();
        }
        job
    })
}

#[tokio::test]
async fn a_rolling_deployment_that_fails() {
    let run = async |text: &str| {
        let stand = Stand::of(&exits(text), 300.0).await;
        let job = job(&stand, text, "staging", None);
        let text = &variable(text);
        let step = stand.staging(job).variable("GITHUB_REF_NAME", text);
        // The circuit breaker alone ends it: who is first would depend on this machine's haste.
        step.variable("GITHUB_HEAD_REF", text)
            .variable("RUNNER_DEBUG", "1")
            .input("fail-fast-after", "100")
            .run()
            .await
    };
    let (harmless, hostile) = tokio::join!(run(HARMLESS), run(HOSTILE));
    assert_eq!(hostile.codes(), ["GG050"], "{}", hostile.log);
    only_words_differ(&harmless, &hostile);
}

#[tokio::test]
async fn a_blue_green_deployment_that_fails_after_an_approval() {
    let run = async |text: &str| {
        // A login is no place for line breaks; what else it may hold is GitHub's to say.
        let login = format!("mona {}", variable(text).replace(['\r', '\n'], " "));
        let scenario = hook_fails(text)
            .replace("    mona: {}", &format!("    {}: {{}}", quoted(&login)))
            .replace("[mona]", &format!("[{}]", quoted(&login)));
        let stand = Stand::of(&scenario, 300.0).await;
        let job = job(&stand, text, "production", Some(&login));
        let step = stand.production(job);
        step.input("codedeploy-appspec", "appspec.yaml").run().await
    };
    let (harmless, hostile) = tokio::join!(run(HARMLESS), run(HOSTILE));
    assert_eq!(hostile.codes(), ["GG050"], "{}", hostile.log);
    only_words_differ(&harmless, &hostile);
    for place in [&hostile.log, &hostile.summary, &hostile.report] {
        // The comment, the login and the hook's message.
        assert!(place.matches("the-mark").count() >= 3, "{place}");
    }
}

#[tokio::test]
async fn a_build_that_fails() {
    let run = async |text: &str| {
        let stand = Stand::open().await;
        let said = [text.as_bytes(), b"\xff\xfe\x80 no text\r", text.as_bytes()].concat();
        stand.write("said", said);
        let dockerfile =
            "FROM python:3.13-slim\nCOPY said /\nRUN --network=none cat /said /said >&2; exit 3\n";
        stand.write("Dockerfile", dockerfile);
        let step = crate::release::release(&stand, stand.staging_job());
        step.run().await
    };
    let (harmless, hostile) = tokio::join!(run(HARMLESS), run(HOSTILE));
    assert_eq!(hostile.codes(), ["GG031"], "{}", hostile.log);
    only_words_differ(&harmless, &hostile);
    assert!(hostile.log.contains("the-mark") && hostile.summary.contains("the-mark"));
}
