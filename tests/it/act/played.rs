//! What came of a workflow, read from what act prints.

use serde_json::Value;
use std::collections::BTreeMap;

/// A run that is over.
pub(super) struct Played {
    text: String,
    /// By the job's id.
    results: BTreeMap<String, String>,
    /// By the job's id and the output's name.
    outputs: BTreeMap<(String, String), String>,
    summaries: BTreeMap<String, String>,
}

impl Played {
    /// `text` has a JSON document on each line.
    pub(super) fn read(text: &str) -> Self {
        let mut played = Self {
            text: String::new(),
            results: BTreeMap::new(),
            outputs: BTreeMap::new(),
            summaries: BTreeMap::new(),
        };
        for line in text.lines() {
            match serde_json::from_str::<Value>(line) {
                Ok(said) => played.take(&said),
                Err(_) => played.text.push_str(line),
            }
            played.text.push('\n');
        }
        played
    }

    fn take(&mut self, said: &Value) {
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        let job = text("jobID");
        self.text.push_str(text("msg").trim_end());
        match text("command").as_str() {
            "set-output" => {
                self.outputs.insert((job, text("name")), text("arg"));
            }
            "summary" => {
                self.summaries.insert(job, text("content"));
            }
            _ if !text("jobResult").is_empty() => {
                self.results.insert(job, text("jobResult"));
            }
            _ => {}
        }
    }

    /// These jobs ran, with these results, and no others.
    pub(super) fn is(&self, expected: &[(&str, &str)]) {
        let results: Vec<_> = self
            .results
            .iter()
            .map(|(job, it)| (job.as_str(), it.as_str()))
            .collect();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(results, expected, "{}", self.text);
    }

    /// An output of the job's step.
    pub(super) fn output(&self, job: &str, name: &str) -> &str {
        let found = self.outputs.get(&(job.to_owned(), name.to_owned()));
        found.unwrap_or_else(|| panic!("{job} has no {name}: {}", self.text))
    }

    /// The job's summary.
    pub(super) fn summary(&self, job: &str) -> &str {
        &self.summaries[job]
    }
}
