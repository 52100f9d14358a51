//! The parts of the summary, in the order in which a reader wants them: how it ended, why, what
//! was deployed, who approved, how long it took.

use super::plan::capital;
use super::{diagnosis, plan, preflight, timeline, traffic};
use crate::failure::Failure;
use crate::model::arn::short;
use crate::report::amounts::between;
use crate::report::chronicle::{Chronicle, Comparison, Lifecycle, Phase, Target};
use crate::report::markdown::{Markdown, table, web_address};
use crate::report::redact::Redactor;
use crate::report::wording;

/// The entries of one list that are shown.
const SHOWN: usize = 100;

/// The lines of a difference that are shown.
const DIFFERENCE: usize = 400;

pub(super) struct Page<'a> {
    chronicle: &'a Chronicle,
    docs: &'a str,
    markdown: Markdown<'a>,
}

impl<'a> Page<'a> {
    pub(super) fn new(chronicle: &'a Chronicle, docs: &'a str, redactor: &'a Redactor) -> Self {
        let markdown = Markdown { redactor };
        Self {
            chronicle,
            docs,
            markdown,
        }
    }

    pub(super) fn sections(&self) -> impl Iterator<Item = String> {
        let failures = self.chronicle.failures.iter().take(SHOWN / 5);
        let differences = self.differences();
        [Some(self.heading()), self.origin()]
            .into_iter()
            .chain(failures.map(|failure| Some(self.failure(failure))))
            .chain(self.diagnoses().map(Some))
            .chain([self.build_failure(), self.image(), self.targets()])
            .chain(self.plans().map(Some))
            .chain(differences.map(Some))
            .chain([
                preflight::render(&self.markdown, &self.chronicle.checks),
                self.approval(),
                self.phases(),
                timeline::render(self.chronicle),
            ])
            .chain(self.traffic().map(Some))
            .chain([self.lifecycle(), self.warnings()])
            .flatten()
    }

    /// What is of use to who reads a pull request, and what they have to see first.
    pub(super) fn of_a_plan(&self) -> impl Iterator<Item = String> {
        let failures = self.chronicle.failures.iter().take(SHOWN / 5);
        [Some(self.heading()), self.origin()]
            .into_iter()
            .flatten()
            .chain(self.plans())
            .chain(failures.map(|failure| self.failure(failure)))
            .chain(self.differences())
            .chain(preflight::render(&self.markdown, &self.chronicle.checks))
            .chain(self.warnings())
    }

    fn plans(&self) -> impl Iterator<Item = String> {
        let targets = self.chronicle.targets.iter().take(SHOWN / 5);
        targets.filter_map(|target| {
            let plan = target.plan.as_ref()?;
            Some(plan::render(&self.markdown, target, plan))
        })
    }

    fn heading(&self) -> String {
        let run = self.chronicle.run.as_ref();
        let command = run.map_or("", |run| wording::command_name(run.command));
        let verdict = self.chronicle.outcome.map_or("is failing", |outcome| {
            wording::verdict_of(run.map(|run| run.command), outcome)
        });
        let words: Vec<_> = ["## Greengate", command, verdict]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        words.join(" ")
    }

    fn origin(&self) -> Option<String> {
        let run = self.chronicle.run.as_ref()?;
        let (from, to) = self.chronicle.started.zip(self.chronicle.last_event)?;
        let commit = self.markdown.code(wording::short_commit(&run.commit));
        let repository = self.markdown.prose(&run.repository);
        let took = between(from, to);
        let run = web_address(&run.url)
            .map(|url| format!(", [run]({url})"))
            .unwrap_or_default();
        Some(format!("Commit {commit} of {repository}{run}, {took}."))
    }

    fn failure(&self, failure: &Failure) -> String {
        let Failure {
            code,
            what,
            why,
            help,
            ..
        } = failure;
        let page = wording::page(self.docs, *code);
        let title = match web_address(&page) {
            Some(page) => format!("[{code}]({page})"),
            None => code.to_string(),
        };
        let mut lines = vec![
            format!("### {title}: {}", self.markdown.prose(what)),
            String::new(),
        ];
        let why = why.iter().take(SHOWN);
        lines.extend(why.map(|why| format!("- {}", self.markdown.prose(why))));
        if lines.len() > 2 {
            lines.push(String::new());
        }
        lines.push(format!("**What now:** {}", self.markdown.prose(help)));
        lines.join("\n")
    }

    fn diagnoses(&self) -> impl Iterator<Item = String> {
        let targets = self.chronicle.targets.iter().take(SHOWN / 5);
        targets.filter_map(|target| {
            let diagnosis = target.diagnosis.as_ref()?;
            Some(diagnosis::render(&self.markdown, &target.name, diagnosis))
        })
    }

    fn build_failure(&self) -> Option<String> {
        let failed = self.chronicle.build_failure.as_ref()?;
        let step = self.markdown.code(&failed.step);
        let from = failed.output.len().saturating_sub(SHOWN);
        let output = failed.output.get(from..).unwrap_or_default();
        Some(format!(
            "The step {step} failed:\n\n{}",
            self.markdown.block(output)
        ))
    }

    fn image(&self) -> Option<String> {
        let image = self.chronicle.image.as_ref()?;
        let origin = if image.pushed {
            "built and pushed"
        } else {
            "there already"
        };
        Some(format!(
            "Image {}, {origin}.",
            self.markdown.code(&image.reference)
        ))
    }

    fn targets(&self) -> Option<String> {
        let targets = self.chronicle.targets.iter();
        let shown = targets.filter(|target| target.plan.is_none()).take(SHOWN);
        let rows: Vec<_> = shown.map(|target| self.target(target)).collect();
        table(
            &[
                "Service",
                "Served before",
                "This run",
                "Deployment",
                "Result",
            ],
            &rows,
        )
    }

    fn target(&self, target: &Target) -> Vec<String> {
        let revision = |arn: Option<&String>| match arn {
            Some(arn) => self.markdown.code(short(arn)),
            None => "none".to_owned(),
        };
        let deployment = match &target.deployment {
            Some(deployment) => self.markdown.link(short(&deployment.id), &deployment.url),
            None => "none".to_owned(),
        };
        let result = target.outcome.map_or("not waited for", wording::verdict);
        vec![
            self.markdown.code(&target.name),
            revision(target.previous.as_ref()),
            revision(target.task_definition.as_ref()),
            deployment,
            result.to_owned(),
        ]
    }

    fn differences(&self) -> impl Iterator<Item = String> {
        let targets = self.chronicle.targets.iter().take(SHOWN / 5);
        let all = targets.flat_map(|target| target.differences.iter().map(move |it| (target, it)));
        all.map(|(target, Comparison { of, difference })| {
            let title = wording::compared(&target.name, *of, difference);
            let name = capital(wording::compared_name(*of));
            let lines = wording::difference(difference, DIFFERENCE);
            let (title, diff) = (self.markdown.prose(&title), self.markdown.diff(&lines));
            let open = if target.plan.is_some() { " open" } else { "" };
            // The blank lines end the HTML, so that what is between them is Markdown.
            format!("<details{open}><summary>{name}</summary>\n\n{title}:\n\n{diff}\n\n</details>")
        })
    }

    fn traffic(&self) -> impl Iterator<Item = String> {
        let now = self.chronicle.last_event;
        let targets = self.chronicle.targets.iter().take(SHOWN / 5);
        targets.filter_map(move |target| traffic::render(&self.markdown, target, now?))
    }

    fn approval(&self) -> Option<String> {
        let evidence = self.chronicle.evidence.as_ref()?;
        let approvers: Vec<_> = evidence.approvers.iter().map(wording::approver).collect();
        let row = |name: &str, fact: &str| vec![name.to_owned(), self.markdown.prose(fact)];
        let mut rows = vec![
            row("environment", &evidence.environment),
            row("approved by", &approvers.join(", ")),
        ];
        rows.extend(
            wording::gate_facts(evidence)
                .iter()
                .map(|(name, fact)| row(name, fact)),
        );
        Some(format!(
            "### Approval\n\n{}",
            table(&["What", "Evidence"], &rows)?
        ))
    }

    fn phases(&self) -> Option<String> {
        let row = |phase: &Phase| {
            let took = phase
                .finished
                .map(|finished| between(phase.started, finished));
            vec![
                wording::stage(phase.stage).to_owned(),
                phase
                    .ended
                    .map_or("not finished", wording::stage_end)
                    .to_owned(),
                took.unwrap_or_default(),
            ]
        };
        let rows: Vec<_> = self.chronicle.phases.iter().take(SHOWN).map(row).collect();
        let table = table(&["Phase", "Result", "Duration"], &rows)?;
        Some(format!("### Phases\n\n{table}"))
    }

    fn lifecycle(&self) -> Option<String> {
        let with_targets = self
            .chronicle
            .targets
            .iter()
            .flat_map(|target| target.lifecycle.iter().map(move |step| (target, step)));
        let row = |(target, step): (&Target, &Lifecycle)| {
            let took = step
                .started
                .zip(step.ended)
                .map(|(from, to)| between(from, to));
            vec![
                self.markdown.code(&target.name),
                self.markdown.code(&step.event.name),
                self.markdown.prose(wording::status(&step.event)),
                took.unwrap_or_default(),
                self.markdown
                    .prose(step.event.detail.as_deref().unwrap_or_default()),
            ]
        };
        let rows: Vec<_> = with_targets.take(SHOWN).map(row).collect();
        let table = table(
            &["Service", "Lifecycle event", "Status", "Duration", "Detail"],
            &rows,
        )?;
        Some(format!("### Lifecycle events\n\n{table}"))
    }

    fn warnings(&self) -> Option<String> {
        let shown = self.chronicle.warnings.iter().take(SHOWN);
        let lines: Vec<_> = shown
            .map(|text| format!("- {}", self.markdown.prose(text)))
            .collect();
        (!lines.is_empty()).then(|| format!("### Warnings\n\n{}", lines.join("\n")))
    }
}
