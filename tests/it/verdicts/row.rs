//! A row of the table, as data: a world, the runs in it, and what others do meanwhile.
//!
//! It says what is so; [`super::stage`] plays it and [`super::verdict`] judges what came of it.

use crate::run::{role, scenario};
use crate::shop::ADDRESS;
use greengate_sandbox::world::github::permissions::{Level, Permissions, Scope};
use std::time::Duration;

/// What these runs do needs no policy to build with, which would hide what that to deploy lacks.
const NO_BUILD: [&str; 2] = ["policies: [build, deploy", "policies: [deploy"];

/// What must come of a row.
#[derive(Debug)]
pub(super) struct Verdict {
    /// The exit code.
    pub(super) exit: u8,
    /// The `outcome` output.
    pub(super) outcome: &'static str,
    /// The code of the first failure; empty when the run is green.
    pub(super) code: &'static str,
    /// What serves when the run is over, as [`super::serving`] says it.
    pub(super) serves: &'static str,
    /// What the user reads: each of them is in a line of the failure or, when the run is green, of
    /// the log.
    pub(super) says: &'static [&'static str],
}

/// A world and the runs in it, of which the last one is judged.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) environment: &'static str,
    /// Runs that were before, oldest first.
    pub(super) before: Vec<Attempt>,
    pub(super) attempt: Attempt,
    /// How often each of these must have been called in the end, answered or not.
    pub(super) calls: Vec<(&'static str, usize)>,
    /// What must serve so long after the run.
    pub(super) later: Option<(Duration, &'static str)>,
    /// What is asked for that no policy gives.
    pub(super) unpermitted: Vec<&'static str>,
    replaced: Vec<(String, String)>,
    behaviours: Vec<String>,
    hooks: Vec<String>,
    faults: Vec<String>,
    happenings: Vec<String>,
}

/// One attempt of a run of the workflow.
#[derive(Clone)]
pub(super) struct Attempt {
    pub(super) whose: Whose,
    /// The commit of a new run: 40 times this digit.
    pub(super) commit: char,
    /// What the job's token may do.
    pub(super) permissions: Permissions,
    pub(super) inputs: Vec<(&'static str, String)>,
    pub(super) cancel_after: Option<Duration>,
    /// So much time passes before it.
    pub(super) pause: Duration,
}

/// How an attempt is related to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// There is none, or it is of another run.
    NewRun,
    /// The same run, attempted again.
    Rerun,
    /// The first run of all, attempted again.
    RerunOfFirst,
}

/// A deployment of `v2` to staging, which is updated by rolling.
pub(super) fn rolling() -> Row {
    Row::of("staging")
}

/// A deployment of `v2` to production by CodeDeploy, approved by mona: ten percent of the traffic
/// first, all of it after five minutes, and another five until the old tasks are stopped.
pub(super) fn codedeploy() -> Row {
    Row::of("production").input("codedeploy-appspec", "appspec.yaml")
}

/// A deployment of `v2` to production by ECS itself, approved by mona: with these settings of
/// `deploymentConfiguration`, between two target groups.
pub(super) fn native(configuration: &str) -> Row {
    const BY_CODEDEPLOY: &str = "deployment-controller: CODE_DEPLOY
      load-balancer: { target-group: shop-blue, container: web, port: 8080 }";
    let by_ecs = format!(
        "load-balancer:
        target-group: shop-blue
        container: web
        port: 8080
        advanced:
          alternate: shop-green
          production: {{ load-balancer: shop, port: 443 }}
          test: {{ load-balancer: shop, port: 8443 }}
      settings: {{ deploymentConfiguration: {{ {configuration} }} }}
      script: {{ stages: {{}} }}"
    );
    Row::of("production")
        .world(BY_CODEDEPLOY, &by_ecs)
        .world(
            "policies: [deploy-codedeploy",
            "policies: [deploy-rolling, continue-native",
        )
        .world(
            "{ port: 443, protocol: HTTPS, target-group: shop-blue }",
            "{ port: 443, protocol: HTTPS, target-group: shop-blue, alternate: shop-green }",
        )
        .world(
            "{ port: 8443, protocol: HTTPS, target-group: shop-blue }",
            "{ port: 8443, protocol: HTTPS, target-group: shop-blue, alternate: shop-green }",
        )
}

impl Row {
    fn of(environment: &'static str) -> Self {
        let row = Self {
            environment,
            before: Vec::new(),
            attempt: Attempt {
                whose: Whose::NewRun,
                commit: 'a',
                permissions: Permissions::deploying(),
                inputs: Vec::new(),
                cancel_after: None,
                pause: Duration::ZERO,
            },
            calls: Vec::new(),
            later: None,
            unpermitted: Vec::new(),
            replaced: vec![NO_BUILD.map(str::to_owned).into()],
            behaviours: Vec::new(),
            hooks: Vec::new(),
            faults: Vec::new(),
            happenings: Vec::new(),
        };
        row.input("command", "deploy")
            .input("aws-region", "eu-west-1")
            .input("role-to-assume", &role(environment))
            .input("task-definition", &format!("{environment}.json"))
            .image("v2")
            .input("cluster", environment)
            .input("service", "shop")
    }

    /// With a part of `tests/data/shop.yaml` replaced.
    pub(super) fn world(mut self, old: &str, new: &str) -> Self {
        self.replaced.push((old.to_owned(), new.to_owned()));
        self
    }

    /// A service of this name is to be deployed, and the roles are for that.
    pub(super) fn of_another_name(self, name: &str) -> Self {
        self.world("SERVICE: shop", &format!("SERVICE: {name}"))
            .input("service", name)
    }

    /// The roles do not have this permission.
    pub(super) fn without(self, action: &str) -> Self {
        self.world("without: []", &format!("without: ['{action}']"))
    }

    /// Something is asked for that `docs/permissions.md` does not give.
    pub(super) fn unpermitted(mut self, action: &'static str) -> Self {
        self.unpermitted.push(action);
        self
    }

    /// How the tasks of the first new revision behave: `ends: { cannot-pull: {} }`.
    pub(super) fn tasks(self, behaviour: &str) -> Self {
        self.behaviour(&format!(
            "match: {{ service: shop, nth-revision: 1 }}, {behaviour}"
        ))
    }

    /// How tasks behave, with the conditions: the first that fits a task counts.
    pub(super) fn behaviour(mut self, behaviour: &str) -> Self {
        self.behaviours.push(format!("{{ {behaviour} }}"));
        self
    }

    /// What becomes of a hook of the first deployment: `BeforeAllowTraffic`, `result: fail`.
    pub(super) fn hook(mut self, event: &str, result: &str) -> Self {
        self.hooks.push(format!("{event}: {{ {result} }}"));
        self
    }

    /// Something that goes wrong with calls: `ecs`, `operation: Describe*, answer: throttle`.
    pub(super) fn fault(mut self, service: &str, fault: &str) -> Self {
        self.faults
            .push(format!("{{ service: {service}, {fault} }}"));
        self
    }

    /// Something that somebody else does: `at: 2m, does: { raise-alarm: shop-5xx }`.
    pub(super) fn meanwhile(mut self, happening: &str) -> Self {
        self.happenings.push(format!("{{ {happening} }}"));
        self
    }

    /// The run is for the commit whose SHA is this digit only.
    pub(super) fn commit(mut self, digit: char) -> Self {
        self.attempt.commit = digit;
        self
    }

    /// The job has these permissions and no others.
    pub(super) fn permissions(mut self, levels: &[(Scope, Level)]) -> Self {
        self.attempt.permissions = Permissions::new(levels.iter().copied());
        self
    }

    /// With an input more, or another.
    pub(super) fn input(mut self, name: &'static str, value: &str) -> Self {
        self.attempt.inputs.push((name, value.to_owned()));
        self
    }

    /// With this tag of the image: `v1` runs everywhere at first, `v2` is there too.
    pub(super) fn image(self, tag: &str) -> Self {
        self.input("image", &format!("{ADDRESS}/shop:{tag}"))
    }

    /// The run is cancelled so long after its start.
    pub(super) fn cancelled_after(mut self, seconds: u64) -> Self {
        self.attempt.cancel_after = Some(Duration::from_secs(seconds));
        self
    }

    /// What was said so far is one run; another attempt of it follows, with the same inputs.
    pub(super) fn rerun(self) -> Self {
        self.followed_by(Whose::Rerun)
    }

    /// What was said so far is one run; another one follows, with the same inputs.
    pub(super) fn next_run(self) -> Self {
        self.followed_by(Whose::NewRun)
    }

    /// What was said so far are some runs; another attempt of the first one follows, with its
    /// inputs.
    pub(super) fn rerun_of_first(self) -> Self {
        let mut row = self.followed_by(Whose::RerunOfFirst);
        row.attempt.inputs.clone_from(&row.before[0].inputs);
        row
    }

    fn followed_by(mut self, whose: Whose) -> Self {
        self.before.push(self.attempt.clone());
        self.attempt.whose = whose;
        self.attempt.cancel_after = None;
        self.attempt.pause = Duration::ZERO;
        self
    }

    /// The run begins so long after the one before.
    pub(super) fn pause(mut self, seconds: u64) -> Self {
        self.attempt.pause = Duration::from_secs(seconds);
        self
    }

    /// `operation` was called so often, by all runs and by others.
    pub(super) fn calls(mut self, operation: &'static str, times: usize) -> Self {
        self.calls.push((operation, times));
        self
    }

    /// This serves so long after the run: what it has said of the future comes true.
    pub(super) fn later(mut self, seconds: u64, serves: &'static str) -> Self {
        self.later = Some((Duration::from_secs(seconds), serves));
        self
    }

    /// The scenario of its world.
    pub(super) fn scenario(&self) -> String {
        let mut replaced = self.replaced.clone();
        let lists = [
            ("behaviours", &self.behaviours),
            ("faults", &self.faults),
            ("happenings", &self.happenings),
        ];
        for (name, items) in lists {
            let list = format!("{name}: [{}]", items.join(", "));
            replaced.push((format!("{name}: []"), list));
        }
        if !self.hooks.is_empty() {
            let hooks = format!("script: {{ hooks: {{ {} }} }}", self.hooks.join(", "));
            replaced.push(("script: {}".to_owned(), hooks));
        }
        let replaced = replaced.iter();
        let replaced: Vec<_> = replaced
            .map(|(old, new)| (old.as_str(), new.as_str()))
            .collect();
        scenario(&replaced)
    }
}
