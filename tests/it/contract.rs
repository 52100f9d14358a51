//! What users rely on stands in several places: `action.yml`, the code, and the documents. They
//! must say the same.

use greengate::failure::Code;
use greengate::inputs::Inputs;
use greengate::inputs::raw::RawInputs;
use greengate::job::{Job, Variables};
use greengate::report::outputs;
use greengate::rollout::outcome::Outcome;
use serde_json::{Map, Value};
use std::fs;
use std::path::{Path, PathBuf};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn action() -> Value {
    serde_saphyr::from_str(&text("action.yml")).expect("action.yml is YAML")
}

/// `inputs` or `outputs`, in their order.
fn section(name: &str) -> Map<String, Value> {
    action()[name].as_object().expect("a mapping").clone()
}

fn names(section: &Map<String, Value>) -> Vec<&str> {
    section.keys().map(String::as_str).collect()
}

#[test]
fn the_code_reads_the_inputs_that_the_action_declares() {
    assert_eq!(names(&section("inputs")), RawInputs::NAMES);
}

#[test]
fn the_code_sets_the_outputs_that_the_action_declares() {
    assert_eq!(names(&section("outputs")), outputs::NAMES);
}

/// The runner sends a default like any other value, so it must mean what the code makes of nothing.
#[test]
fn the_defaults_of_the_action_are_those_of_the_code() {
    let least = [
        ("INPUT_AWS-REGION", "eu-west-1"),
        ("INPUT_REPOSITORY", "shop"),
        ("INPUT_SERVICE", "shop"),
        ("INPUT_TASK-DEFINITION", "td.json"),
        (
            "INPUT_ROLE-TO-ASSUME",
            "arn:aws:iam::123456789012:role/deploy",
        ),
        ("GITHUB_REPOSITORY", "octo/shop"),
        ("GITHUB_SHA", "3f2a1bc"),
        ("GITHUB_RUN_ID", "42"),
        ("GITHUB_ACTOR", "ann"),
        ("GITHUB_WORKSPACE", "/github/workspace"),
    ];
    let least = least.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let inputs = section("inputs");
    let defaults = inputs.iter().filter_map(|(name, input)| {
        let default = input["default"].as_str()?;
        // Expressions are GitHub's to fill in.
        (!default.contains("${{"))
            .then(|| (format!("INPUT_{}", name.to_uppercase()), default.to_owned()))
    });
    let read = |variables: Variables| {
        let job = Job::read(&variables).expect("a job");
        format!("{:?}", Inputs::read(&variables, &job).expect("inputs"))
    };
    let all: Variables = least.clone().into_iter().chain(defaults).collect();
    assert_eq!(read(all), read(least.into_iter().collect()));
}

#[test]
fn every_input_and_output_can_be_read_alone() {
    for (name, entry) in section("inputs").iter().chain(&section("outputs")) {
        let description = entry["description"].as_str().unwrap_or_default();
        assert!(description.ends_with('.'), "{name}: {description}");
        assert!(description.len() >= 20, "{name}: {description}");
    }
}

/// Each says what it is by itself: no word of the one above or below, and none that is said twice.
#[test]
fn no_description_leans_on_another() {
    let (inputs, outputs) = (section("inputs"), section("outputs"));
    let mut seen = std::collections::BTreeSet::new();
    for (name, entry) in inputs.iter().chain(&outputs) {
        let description = entry["description"].as_str().unwrap_or_default();
        assert!(seen.insert(description), "{name}: {description}");
        for words in [
            "see above",
            "see below",
            "as above",
            "same as",
            "likewise",
            "ditto",
        ] {
            assert!(
                !description.to_lowercase().contains(words),
                "{name}: {words}"
            );
        }
        let first = description.chars().next().unwrap_or_default();
        assert!(
            first.is_uppercase() || first == '`',
            "{name}: {description}"
        );
    }
}

/// What GitHub's Marketplace shows and runs (<https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax>).
#[test]
fn the_action_is_a_container_with_a_post_step() {
    let action = action();
    let runs = |name: &str| action["runs"][name].as_str().unwrap_or_default().to_owned();
    assert_eq!(runs("using"), "docker");
    // The commit of a release has the image that was built of it.
    let pinned = |image: &str| image.starts_with("docker://") && image.contains("@sha256:");
    let image = runs("image");
    assert!(image == "Dockerfile" || pinned(&image), "{image}");
    assert_eq!(runs("post-entrypoint"), crate::run::POST);
    assert_eq!(runs("post-if"), "always()");
    // A `pre` step is not run for `uses: ./`; arguments and variables are the inputs' business.
    let keys: Vec<_> = action["runs"]
        .as_object()
        .expect("a mapping")
        .keys()
        .collect();
    assert_eq!(keys, ["using", "image", "post-entrypoint", "post-if"]);
    assert_eq!(action["name"], "Greengate");
    let colors = [
        "white",
        "black",
        "yellow",
        "blue",
        "green",
        "orange",
        "red",
        "purple",
        "gray-dark",
    ];
    let branding = |name: &str| action["branding"][name].as_str().unwrap_or_default();
    assert!(colors.contains(&branding("color")), "{}", branding("color"));
    assert_eq!(branding("icon"), "git-merge");
    for name in ["description", "author"] {
        let text = action[name].as_str().unwrap_or_default();
        assert!((10..=125).contains(&text.len()), "{name}: {text}");
    }
}

/// An input that the runner cannot put into a variable's name would never arrive.
#[test]
fn every_name_reaches_a_container() {
    for name in section("inputs").keys().chain(section("outputs").keys()) {
        let plain = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(name.chars().all(plain), "{name}");
        // The runner's own, for every container action.
        assert!(
            !["args", "entrypoint", "entryPoint"].contains(&name.as_str()),
            "{name}"
        );
    }
}

#[test]
fn every_default_is_a_text() {
    // A bare `false` or `1` would be another type to other readers of the file.
    for (name, input) in section("inputs") {
        let default = input.get("default");
        assert!(default.is_none_or(Value::is_string), "{name}: {default:?}");
    }
}

#[test]
fn the_outcomes_in_the_action_are_those_of_the_code() {
    let outcomes = [
        Outcome::Succeeded,
        Outcome::Unchanged,
        Outcome::TrafficShifted,
        Outcome::Ready,
        Outcome::Created,
        Outcome::RolledBack,
        Outcome::Superseded,
        Outcome::Refused,
        Outcome::Failed,
        Outcome::TimedOut,
        Outcome::Cancelled,
    ];
    let outputs = section("outputs");
    let description = outputs["outcome"]["description"].as_str().expect("text");
    let told: Vec<_> = description.split('`').skip(1).step_by(2).collect();
    assert_eq!(told, outcomes.map(Outcome::as_str));
}

/// With `UPDATE=1` in the environment the tables are written anew.
#[test]
fn the_readme_has_the_tables_of_the_action() {
    let readme = text("README.md");
    let mut fresh = readme.clone();
    for name in ["inputs", "outputs"] {
        fresh = with_table(&fresh, name, &table(name));
    }
    if std::env::var_os("UPDATE").is_some() && fresh != readme {
        fs::write(file("README.md"), &fresh).expect("the README can be written");
    } else {
        assert_eq!(readme, fresh, "UPDATE=1 cargo test --test it contract");
    }
}

/// `document` with `table` between the two comments that mark its place.
fn with_table(document: &str, name: &str, table: &str) -> String {
    let (begin, end) = (
        format!("<!-- {name}: begin -->\n"),
        format!("<!-- {name}: end -->"),
    );
    let (before, rest) = document.split_once(&begin).expect("the table's beginning");
    let (_, after) = rest.split_once(&end).expect("the table's end");
    format!("{before}{begin}{table}{end}{after}")
}

fn table(name: &str) -> String {
    let has_defaults = name == "inputs";
    let head = if has_defaults {
        "| Input | Default | Meaning |\n| --- | --- | --- |\n"
    } else {
        "| Output | Meaning |\n| --- | --- |\n"
    };
    let section = section(name);
    let rows = section.iter().map(|(name, entry)| {
        let description = entry["description"].as_str().expect("text");
        let default = entry.get("default").and_then(Value::as_str);
        let default = default.map(|default| format!("`{default}`"));
        let default = has_defaults.then(|| format!(" {} |", default.unwrap_or_default()));
        format!(
            "| `{name}` |{} {description} |",
            default.unwrap_or_default()
        )
    });
    let rows: Vec<_> = rows.collect();
    format!("{head}{}\n", rows.join("\n"))
}

#[test]
fn a_table_takes_the_place_of_the_one_before() {
    let document = "a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n";
    let made = with_table(document, "x", "new\n");
    assert_eq!(made, document.replace("old", "new"));
    assert_eq!(with_table(&made, "x", "new\n"), made);
}

#[test]
fn every_code_has_its_section_in_the_documents() {
    let errors = text("docs/errors.md");
    let sections: Vec<_> = errors
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .filter(|title| title.starts_with("GG"))
        .collect();
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.id()).collect();
    // The whole title: links end in `#gg001`.
    assert_eq!(sections, codes);
    for part in errors.split("\n## GG").skip(1) {
        let (code, text) = part.split_once('\n').expect("a text");
        for heading in [
            "**What it means.**",
            "**Why it happens.**",
            "**What to do.**",
        ] {
            assert!(text.contains(heading), "GG{code} lacks {heading}");
        }
    }
    for code in Code::ALL {
        let told = format!("Exit code {}", code.exit().code());
        let section = errors
            .split("\n## ")
            .find(|part| part.starts_with(code.id()));
        assert!(
            section.is_some_and(|text| text.contains(&told)),
            "{code}: {told}"
        );
    }
}

#[test]
fn the_workflows_we_show_use_inputs_that_exist() {
    let readme = text("README.md");
    let shown = readme.split("```yaml\n").nth(1).expect("a workflow");
    let (shown, _) = shown.split_once("```").expect("its end");
    assert!(shown.lines().count() <= 50, "{}", shown.lines().count());
    for workflow in [shown, &text("examples/shop/deploy.yml")] {
        let workflow: Value = serde_saphyr::from_str(workflow).expect("YAML");
        let jobs = workflow["jobs"].as_object().expect("jobs").values();
        let steps = jobs.flat_map(|job| job["steps"].as_array().expect("steps"));
        let ours: Vec<_> = steps
            .filter(|step| {
                step["uses"]
                    .as_str()
                    .is_some_and(|uses| uses.contains("greengate"))
            })
            .collect();
        assert!(ours.len() >= 2, "staging and production");
        for name in ours
            .iter()
            .flat_map(|step| step["with"].as_object().expect("inputs").keys())
        {
            assert!(RawInputs::NAMES.contains(&name.as_str()), "{name}");
        }
    }
}
