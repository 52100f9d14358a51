//! The whole story on a terminal: a commit of the example goes to staging, waits for a review, and
//! goes to production, with the real program in the sandbox.
//!
//! Knows the order of the story; what happens is up to GitHub, AWS and the action.

pub(crate) mod checkout;
mod engine;
mod facts;
mod review;
pub(crate) mod scenarios;
pub(crate) mod stage;
pub(crate) mod step;
mod wording;
mod workflow;

use anyhow::Result;
use facts::{Fact, Runs, State};
use greengate_sandbox::scenario::Story;
use greengate_sandbox::world::github::JobKey;
use greengate_sandbox::world::github::run::Conclusion;
use review::Word;
use stage::{AUTHOR, Stage};
use step::Ended;
use tokio::signal::unix::{Signal, SignalKind, signal};
use wording::{tell, text};

/// Simulated seconds in a real one: minutes pass in seconds, and the log can still be read.
const SPEED: f64 = 30.0;

/// How the demo ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// As the scenario demands.
    AsItShould,
    /// Otherwise.
    Otherwise,
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

struct Play {
    stage: Stage,
    story: Story,
    interrupts: Signal,
    run: u64,
    /// What both services ran before, by their clusters.
    before: [String; 2],
    summaries: Vec<(String, String)>,
    interrupted: bool,
}

/// How a job ended.
struct Done {
    /// The action's outcome; `skipped` or `rejected` where it did not run.
    outcome: String,
    ended: Option<Ended>,
}

/// Plays the scenario that the variable `SCENARIO` names.
pub(crate) async fn play() -> Result<End> {
    let scenario = scenarios::chosen()?;
    engine::must_answer()?;
    let (story, title) = (scenario.story.clone(), scenario.title.clone());
    let interrupts = signal(SignalKind::interrupt())?;
    let stage = Stage::set(scenario, SPEED, "demo").await?;
    wording::prologue(&title, &story, &stage.server.url(), SPEED);
    let begin = State::of(&stage.sandbox);
    let before = [begin.revision("staging"), begin.revision("production")];
    let run = stage.push()?;
    let mut play = Play {
        stage,
        story,
        interrupts,
        run,
        before,
        summaries: Vec::new(),
        interrupted: false,
    };
    play.act().await
}

impl Play {
    async fn act(&mut self) -> Result<End> {
        let (run, commit) = (self.run, &self.stage.commit);
        let workflow = &self.stage.workflow.name;
        let commit = commit.get(..7).unwrap_or(commit);
        tell(&format!(
            "{AUTHOR} pushes commit {commit} to main: run {run} of the workflow \"{workflow}\" starts"
        ));
        let staging = self.staging().await?;
        let production = if self.interrupted {
            return Ok(stopped());
        } else if staging.outcome == "succeeded" {
            self.production(&staging).await?
        } else {
            tell("Job production is skipped, since it needs staging");
            Done::without("skipped")
        };
        if self.interrupted {
            return Ok(stopped());
        }
        let unchanged = self.again(&staging, &production).await?;
        for (job, summary) in &self.summaries {
            wording::summary(job, summary);
        }
        let mut facts = self.facts(&staging, &production);
        facts.extend(unchanged);
        wording::facts(&facts, &self.stage.sandbox);
        let good = facts.iter().all(|fact| fact.holds);
        wording::epilogue(good, self.is_a_failure(), &self.stage.place.folder);
        Ok(if good {
            End::AsItShould
        } else {
            End::Otherwise
        })
    }

    fn is_a_failure(&self) -> bool {
        self.story != Story::default()
    }

    async fn staging(&mut self) -> Result<Done> {
        tell("Job staging starts: it builds the image, pushes it, and deploys it to staging");
        let key = self.stage.start(self.run, "staging")?;
        self.job(key, "staging").await
    }

    async fn production(&mut self, staging: &Done) -> Result<Done> {
        let image = staging.output("image").to_owned();
        let name = "needs.staging.outputs.image".to_owned();
        self.stage.contexts.insert(name, image);
        let key = self.stage.start(self.run, "production")?;
        if self.stage.waits(key) {
            match self.reviewed().await? {
                Word::Approve => {}
                Word::Reject => return Ok(Done::without("rejected")),
                Word::Interrupt => {
                    self.interrupted = true;
                    return Ok(Done::without("interrupted"));
                }
            }
        } else {
            tell("The environment production has no rule that would hold a job back");
        }
        tell("Job production starts: it deploys the very image that runs on staging");
        self.job(key, "production").await
    }

    async fn reviewed(&mut self) -> Result<Word> {
        let reviewer = self.story.reviewer.clone();
        tell(&format!(
            "Job production waits: {reviewer} has been asked to review the deployment to production"
        ));
        let word = review::ask(&reviewer, &mut self.interrupts).await?;
        if word == Word::Interrupt {
            return Ok(word);
        }
        let approved = word == Word::Approve;
        let said = (reviewer.as_str(), approved);
        self.stage.review(self.run, "production", said)?;
        tell(&match word {
            Word::Approve => format!("{reviewer} approves (\"Ship it\")"),
            _ => format!(
                "{reviewer} rejects (\"Not now\"): GitHub ends the run, and the job never starts"
            ),
        });
        Ok(word)
    }

    /// The same job once more, where all went well: it must find nothing to do.
    async fn again(&mut self, staging: &Done, production: &Done) -> Result<Option<Fact>> {
        if self.is_a_failure() || production.outcome != "traffic-shifted" {
            return Ok(None);
        }
        tell("And once more: somebody runs all jobs again, which must build and deploy nothing");
        self.stage.rerun(self.run)?;
        let key = self.stage.start(self.run, "staging")?;
        let again = self.job(key, "staging-again").await?;
        let same = again.output("image-digest") == staging.output("image-digest");
        let holds = same && again.outcome == "unchanged" && again.output("image-pushed") == "false";
        let seen = "nothing built, nothing registered, nothing deployed".to_owned();
        Ok(Some(Fact::new("the same job again", seen, holds)))
    }

    async fn job(&mut self, key: JobKey, name: &str) -> Result<Done> {
        let id = name.trim_end_matches("-again");
        let (job, inputs) = self.stage.step(key, id)?;
        let place = self.stage.place.clone();
        let log = place
            .run(name, (&job, &inputs), &mut self.interrupts, text)
            .await?;
        let green = log.code == Some(0);
        let conclusion = if green {
            Conclusion::Success
        } else {
            Conclusion::Failure
        };
        self.stage.finish(key, conclusion)?;
        wording::annotations(&log.annotations);
        wording::job_ended(id, &log);
        self.interrupted |= log.interrupted;
        if name == id {
            self.summaries.push((id.to_owned(), log.summary.clone()));
        }
        Ok(Done {
            outcome: log.output("outcome").to_owned(),
            ended: Some(log),
        })
    }

    fn facts(&self, staging: &Done, production: &Done) -> Vec<Fact> {
        let state = State::of(&self.stage.sandbox);
        let [staging_before, production_before] = &self.before;
        let digest = staging.output("image-digest");
        let runs = |expected: &str, before| match expected {
            "succeeded" | "traffic-shifted" => Runs::Digest(digest),
            _ => Runs::Revision(before),
        };
        // Whoever says no does not get what the scenario would have come to.
        let rejected = production.outcome == "rejected";
        let expected = if rejected {
            "rejected"
        } else {
            &self.story.production
        };
        vec![
            state.pushed(digest),
            state.rolled(runs(&self.story.staging, staging_before)),
            state.serves(runs(expected, production_before)),
            outcome("job staging", staging, &self.story.staging),
            outcome("job production", production, expected),
        ]
    }
}

fn stopped() -> End {
    tell("Interrupted. The sandbox ends, and everything in it with it");
    End::Interrupted
}

/// How a job ended, beside how it must; a job is green only where it did what was asked.
fn outcome(about: &str, done: &Done, expected: &str) -> Fact {
    let code = done.ended.as_ref().and_then(|ended| ended.code);
    let must_be_green = ["succeeded", "traffic-shifted"].contains(&expected);
    let green = code == Some(0);
    let seen = match code {
        Some(code) => format!("{} (exit code {code})", done.outcome),
        None => done.outcome.clone(),
    };
    Fact::new(
        about,
        seen,
        done.outcome == expected && green == must_be_green,
    )
}

impl Done {
    fn without(outcome: &str) -> Self {
        Self {
            outcome: outcome.to_owned(),
            ended: None,
        }
    }

    fn output(&self, name: &str) -> &str {
        self.ended.as_ref().map_or("", |ended| ended.output(name))
    }
}
