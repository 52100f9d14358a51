//! The rules of this project for workflows, beyond what linters ask: nothing may be done that a job
//! does not say, everything that is used is pinned, and no expression is part of a script.

use super::{Workflow, all};
use serde_json::{Value, json};

/// What is wrong with a workflow.
fn faults(workflow: &Workflow) -> Vec<String> {
    let parsed = workflow.parsed();
    let mut faults = Vec::new();
    if parsed["permissions"] != json!({}) {
        faults.push("the permissions of the whole workflow are not {}".to_owned());
    }
    let lines = workflow.text.lines().map(str::trim);
    let uses = lines.filter_map(|line| line.trim_start_matches("- ").strip_prefix("uses: "));
    let loose = uses.filter(|uses| !is_pinned(uses));
    faults.extend(loose.map(|uses| format!("not pinned: {uses}")));
    for (id, job) in workflow.jobs() {
        let steps = job["steps"].as_array().cloned().unwrap_or_default();
        let scripts = steps.iter().filter_map(|step| step["run"].as_str());
        let expressions = scripts.filter(|script| script.contains("${{"));
        faults.extend(expressions.map(|script| format!("{id}: an expression in {script}")));
        if job["concurrency"]["cancel-in-progress"] == json!(true) && deploys(&job) {
            faults.push(format!("{id}: a deployment may be cancelled"));
        }
    }
    faults
}

/// By a commit's hash, with the version that this is in a comment; or a part of the same commit.
fn is_pinned(uses: &str) -> bool {
    if uses.starts_with("./") || uses.starts_with("$/") {
        return true;
    }
    let (target, comment) = uses.split_once(" # ").unwrap_or((uses, ""));
    let hash = target.rsplit_once('@').map_or("", |(_, hash)| hash);
    let hexadecimal = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let version = comment.strip_prefix('v').unwrap_or(comment);
    let numbers = version.split('.').map(str::parse::<u32>);
    hash.len() == 40
        && hash.chars().all(hexadecimal)
        && numbers.clone().count() == 3
        && numbers.into_iter().all(|number| number.is_ok())
}

fn deploys(job: &Value) -> bool {
    !job["environment"].is_null()
}

#[test]
fn every_workflow_keeps_the_rules() {
    let faults: Vec<_> = all()
        .iter()
        .flat_map(|workflow| {
            let place = workflow.place.clone();
            faults(workflow)
                .into_iter()
                .map(move |fault| format!("{place}: {fault}"))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// So that the test above can fail.
#[test]
fn a_workflow_that_breaks_them_is_told() {
    let text = "permissions: { contents: read }\njobs:\n  a:\n    environment: x\n    concurrency: { group: x, cancel-in-progress: true }\n    steps:\n      - uses: actions/checkout@v5\n      - run: echo ${{ github.ref }}\n";
    let workflow = Workflow {
        place: String::new(),
        text: text.to_owned(),
    };
    let told = faults(&workflow);
    let expected = [
        "the permissions of the whole workflow are not {}",
        "not pinned: actions/checkout@v5",
        "a: an expression in echo ${{ github.ref }}",
        "a: a deployment may be cancelled",
    ];
    assert_eq!(told, expected);
}

#[test]
fn only_a_whole_hash_with_a_whole_version_is_a_pin() {
    let hash = "3d3c42e5aac5ba805825da76410c181273ba90b1";
    assert!(is_pinned(&format!("a/b@{hash} # v1.2.3")));
    assert!(is_pinned(&format!("a/b/c@{hash} # 1.2.3")));
    assert!(is_pinned("./.github/workflows/x.yml"));
    let loose = [
        format!("a/b@{hash}"),
        format!("a/b@{hash} # v1"),
        format!("a/b@{} # v1.2.3", &hash[..39]),
        format!("a/b@{} # v1.2.3", hash.to_uppercase()),
        "a/b@v1.2.3".to_owned(),
        "a/b".to_owned(),
    ];
    for uses in loose {
        assert!(!is_pinned(&uses), "{uses}");
    }
}
