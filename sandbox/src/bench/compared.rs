//! What comparing task definitions costs: measured by a program of its own, which is built as the
//! action is and which the sandbox knows nothing of but what it prints.

use super::table::Row;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::path::Path;
use std::process::Command;

/// The program, beside this one.
const PROGRAM: &str = "greengate-bench";

/// What is promised, in milliseconds, for a task definition as large as ECS takes it.
const LIMIT: f64 = 5.0;

/// A line that it prints.
#[derive(Deserialize)]
struct Measured {
    what: String,
    ms: Vec<f64>,
}

/// Runs the program in the folder of this one; blocks.
pub(super) fn rows(own: &Path) -> Result<Vec<Row>> {
    let program = own.with_file_name(PROGRAM);
    let output = Command::new(&program).output();
    let output = output.with_context(|| program.display().to_string())?;
    ensure!(output.status.success(), "{PROGRAM} failed");
    read(&String::from_utf8(output.stdout)?)
}

fn read(printed: &str) -> Result<Vec<Row>> {
    let row = |line: &str| {
        let Measured { what, ms } = serde_json::from_str(line)?;
        Ok(Row {
            what,
            values: ms,
            unit: "ms",
            limit: Some(LIMIT),
        })
    };
    printed.lines().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_is_printed_is_a_row() {
        let rows =
            read("{\"what\":\"one\",\"ms\":[1.5,2]}\n{\"what\":\"two\",\"ms\":[3e0]}\n").unwrap();
        let rows: Vec<_> = rows
            .iter()
            .map(|row| (row.what.as_str(), row.values.clone()))
            .collect();
        assert_eq!(rows, [("one", vec![1.5, 2.0]), ("two", vec![3.0])]);
        assert!(read("panicked").is_err());
    }
}
