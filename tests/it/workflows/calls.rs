//! The workflows that others call, and their callers: what one gives, the other must take.

use super::{Workflow, all};
use greengate::inputs::raw::RawInputs;
use greengate::report::outputs;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

const OURS: &str = "greengate/greengate@";
const CALLED: &str = "greengate/greengate/.github/workflows/";
/// What stands for a commit where there is no release yet.
const NONE: &str = "0000000000000000000000000000000000000000";

/// The file that a job calls, if it is one of ours.
fn called(job: &Value) -> Option<&str> {
    let path = job["uses"].as_str()?.strip_prefix(CALLED)?;
    Some(path.split_once('@').expect("a commit").0)
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// What every job of a workflow may do, taken together; `write` holds `read` in it.
fn permissions(workflow: &Workflow) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (_, job) in workflow.jobs() {
        for (name, level) in object(&job["permissions"]) {
            let level = level.as_str().expect("a level").to_owned();
            let known: &mut String = all.entry(name).or_default();
            *known = level.max(std::mem::take(known));
        }
    }
    all
}

fn reusable() -> Vec<(String, Workflow)> {
    let all = all().into_iter();
    let found: Vec<_> = all
        .filter(|it| !it.parsed()["on"]["workflow_call"].is_null())
        .map(|it| {
            let name = it.place.strip_prefix(".github/workflows/");
            (name.expect("a workflow of ours").to_owned(), it)
        })
        .collect();
    assert_eq!(found.len(), 4);
    found
}

/// What is wrong with how `job` calls `workflow`.
fn misfits(job: &Value, workflow: &Workflow) -> Vec<String> {
    let call = &workflow.parsed()["on"]["workflow_call"];
    let mut misfits = Vec::new();
    for (given, taken) in [("with", "inputs"), ("secrets", "secrets")] {
        let (given, taken) = (object(&job[given]), object(&call[taken]));
        let unknown = given.keys().filter(|name| !taken.contains_key(*name));
        misfits.extend(unknown.map(|name| format!("there is no {name}")));
        let needed = taken.iter().filter(|(_, it)| it["required"] == true);
        let missing = needed.filter(|(name, _)| !given.contains_key(*name));
        misfits.extend(missing.map(|(name, _)| format!("{name} is missing")));
    }
    let granted: BTreeMap<_, _> = object(&job["permissions"])
        .into_iter()
        .map(|(name, level)| (name, level.as_str().unwrap_or_default().to_owned()))
        .collect();
    if granted != permissions(workflow) {
        misfits.push(format!("it needs {:?}", permissions(workflow)));
    }
    misfits
}

#[test]
fn callers_give_what_is_called_exactly_what_it_takes() {
    let reusable: BTreeMap<_, _> = reusable().into_iter().collect();
    let mut calls = BTreeSet::new();
    for workflow in all() {
        for (id, job) in workflow.jobs() {
            let Some(name) = called(&job) else { continue };
            let misfits = misfits(&job, &reusable[name]);
            assert!(misfits.is_empty(), "{} {id}: {misfits:?}", workflow.place);
            calls.insert(name.to_owned());
        }
    }
    assert!(calls.iter().eq(reusable.keys()), "each has an example");
}

/// So that the test above can fail.
#[test]
fn a_caller_that_does_not_fit_is_told() {
    let text = "on:\n  workflow_call:\n    inputs:\n      a: { type: string, required: true }\njobs:\n  x:\n    permissions: { contents: read }\n  y:\n    permissions: { contents: write, actions: read }\n";
    let workflow = Workflow {
        place: String::new(),
        text: text.to_owned(),
    };
    let fits = serde_json::json!({"with": {"a": "1"}, "permissions": {"contents": "write", "actions": "read"}});
    assert!(misfits(&fits, &workflow).is_empty());
    let job = serde_json::json!({"with": {"b": "1"}, "permissions": {"contents": "read"}});
    let told = misfits(&job, &workflow);
    let needed = "it needs {\"actions\": \"read\", \"contents\": \"write\"}";
    assert_eq!(told, ["there is no b", "a is missing", needed]);
}

#[test]
fn inputs_of_called_workflows_are_typed_and_described() {
    for (name, workflow) in reusable() {
        let call = &workflow.parsed()["on"]["workflow_call"];
        for (input, it) in object(&call["inputs"]) {
            let typed = ["string", "number", "boolean"].contains(&it["type"].as_str().unwrap());
            let described = it["description"]
                .as_str()
                .is_some_and(|it| it.ends_with('.'));
            let settled = it["required"] == true || !it["default"].is_null();
            assert!(typed && described && settled, "{name}: {input}");
        }
    }
}

/// A job that deploys is bound to an environment, and is not started twice at a time for a service.
#[test]
fn jobs_of_called_workflows_that_deploy_are_bound_and_in_order() {
    for (name, workflow) in reusable() {
        for (id, job) in workflow.jobs() {
            let plans = id == "plan";
            assert_eq!(job["environment"].is_null(), plans, "{name}: {id}");
            let group = job["concurrency"]["group"].as_str().expect("a group");
            for input in ["cluster }}", "inputs.service }}"] {
                assert!(group.contains(input), "{name}: {id}: {group}");
            }
            assert_eq!(
                job["concurrency"]["cancel-in-progress"], plans,
                "{name}: {id}"
            );
        }
    }
}

#[test]
fn steps_use_inputs_and_outputs_that_the_action_has() {
    let mut steps = 0;
    for workflow in all() {
        for (_, job) in workflow.jobs() {
            for step in job["steps"].as_array().into_iter().flatten() {
                if !step["uses"].as_str().unwrap_or_default().starts_with(OURS) {
                    continue;
                }
                steps += 1;
                for input in object(&step["with"]).keys() {
                    let place = &workflow.place;
                    assert!(
                        RawInputs::NAMES.contains(&input.as_str()),
                        "{place}: {input}"
                    );
                }
                let id = step["id"].as_str().unwrap_or("no id");
                for output in outputs_of(id, &workflow.text) {
                    let known = outputs::NAMES.contains(&output.as_str());
                    assert!(known, "{}: {output}", workflow.place);
                }
            }
        }
    }
    assert!(steps >= 10, "{steps}");
}

/// The outputs of the step `id` that a workflow's expressions name.
fn outputs_of(id: &str, text: &str) -> Vec<String> {
    let before = format!("steps.{id}.outputs.");
    let parts = text.split(&before).skip(1);
    let end = |c: char| !(c.is_ascii_lowercase() || c == '-');
    parts
        .map(|rest| rest.split(end).next().unwrap_or_default().to_owned())
        .collect()
}

/// The commit of a release is filled in when it is made, and not before.
#[test]
fn called_workflows_use_no_release_on_main() {
    for (name, workflow) in reusable() {
        let uses: Vec<_> = workflow.text.split(OURS).skip(1).collect();
        assert!(!uses.is_empty(), "{name}");
        for commit in uses {
            assert!(commit.starts_with(&format!("{NONE} # v0.0.0\n")), "{name}");
        }
    }
}
