//! A row: a task definition, the inputs beside it, and what must come of it.

use super::stage::{Ran, Stage};
use greengate_sandbox::world::World;

/// A test for every row, of its name.
macro_rules! rows {
    ($($name:ident: $row:expr;)+) => {
        $(
            #[tokio::test(start_paused = true)]
            async fn $name() {
                $row.check().await;
            }
        )+
    };
}
pub(super) use rows;

/// A task definition of the family `shop-staging` with one container `web` that has `extra`, as a
/// file of one line.
pub(super) fn web(extra: &str) -> String {
    with("", extra)
}

/// The same with `top` in it and `extra` in the container.
pub(super) fn with(top: &str, extra: &str) -> String {
    let comma = |text: &str| if text.is_empty() { "" } else { "," }.to_owned() + text;
    format!(
        r#"{{"family":"shop-staging","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],"cpu":"256","memory":"512","containerDefinitions":[{{"name":"web","image":"nginx:1"{}}}]{}}}"#,
        comma(extra),
        comma(top)
    )
}

/// A file, the inputs beside it, and what must come of it.
pub(super) struct Row {
    name: &'static str,
    file: String,
    inputs: Vec<(&'static str, &'static str)>,
    warnings: Vec<&'static str>,
    notes: Vec<&'static str>,
    due: Due,
}

enum Due {
    /// This request, and no other.
    Sent(String),
    /// This code, and these reasons; nothing is written.
    Refused(&'static str, Vec<String>),
}

impl Row {
    /// The file `td.json`, which is sent as it is written.
    pub(super) fn of(file: impl Into<String>) -> Self {
        let file = file.into();
        Self {
            name: "td.json",
            due: Due::Sent(file.clone()),
            file,
            inputs: Vec::new(),
            warnings: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The file has this name.
    pub(super) fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    pub(super) fn input(mut self, name: &'static str, value: &'static str) -> Self {
        self.inputs.push((name, value));
        self
    }

    /// A warning that begins with this.
    pub(super) fn warns(mut self, warning: &'static str) -> Self {
        self.warnings.push(warning);
        self
    }

    /// The log has this.
    pub(super) fn notes(mut self, note: &'static str) -> Self {
        self.notes.push(note);
        self
    }

    /// Exactly this is sent.
    pub(super) fn sends(self, request: impl Into<String>) -> Self {
        let due = Due::Sent(request.into());
        Self { due, ..self }
    }

    /// The file is sent with `new` in the place of `old`.
    pub(super) fn sends_with(self, old: &str, new: &str) -> Self {
        let Due::Sent(request) = &self.due else {
            panic!("a row that is refused");
        };
        assert_eq!(request.matches(old).count(), 1, "{old} in {request}");
        let request = request.replace(old, new);
        self.sends(request)
    }

    /// Nothing is written, for these reasons.
    pub(super) fn refused(self, code: &'static str, why: &[&str]) -> Self {
        let why = why.iter().map(|it| (*it).to_owned()).collect();
        let due = Due::Refused(code, why);
        Self { due, ..self }
    }

    pub(super) async fn check(&self) {
        let stage = Stage::with(&[]);
        stage.write(self.name, &self.file);
        let given = [("task-definition", self.name), ("wait-for", "created")];
        let ran = stage.deploy(&[&given, &self.inputs[..]].concat()).await;
        let log = &ran.log;
        for (warning, due) in ran.warnings().iter().zip(&self.warnings) {
            assert!(warning.starts_with(due), "{warning} is not {due}");
        }
        assert_eq!(ran.warnings().len(), self.warnings.len(), "{log}");
        for note in &self.notes {
            assert!(log.contains(note), "{note} is not in {log}");
        }
        match &self.due {
            Due::Sent(request) => {
                assert_eq!(ran.exit, 0, "{log}");
                assert_eq!(ran.registered.join("\n"), *request);
            }
            Due::Refused(code, why) => refused(&stage, &ran, code, why),
        }
    }
}

fn refused(stage: &Stage, ran: &Ran, code: &str, why: &[String]) {
    let failures = ran.failures();
    let [failure] = failures[..] else {
        panic!("{failures:?}\n{}", ran.log);
    };
    assert_eq!((failure.code.id(), ran.exit), (code, 2), "{}", ran.log);
    let said: Vec<_> = std::iter::once(&failure.what).chain(&failure.why).collect();
    for why in why {
        assert!(said.contains(&why), "{why:?} is not in {said:?}");
    }
    let called = |world: &mut World| world.calls.len();
    assert_eq!(
        stage.shop.sandbox.with_world(called),
        0,
        "nothing is called"
    );
}
