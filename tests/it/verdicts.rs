//! The table of ways a deployment can go: for each, how the run ends, what serves then, and what
//! the user reads. Every row is the whole pipeline, in process, under the paused clock.
//!
//! `docs/verdicts.md` is the table as a document; `UPDATE=1 cargo test --test it verdicts` writes it.

mod bad_days;
mod codedeploy;
mod configured;
mod native;
mod overtaking;
mod pauses;
mod permissions;
mod reruns;
mod rollback;
mod rolling;
mod row;
mod serving;
mod stage;
mod table;
mod verdict;

use std::collections::BTreeSet;
use std::path::Path;
use table::Table;

const TABLES: &[Table] = &[
    rolling::well::TABLE,
    rolling::starts::TABLE,
    rolling::causes::TABLE,
    rolling::others::TABLE,
    rolling::cancelled::TABLE,
    codedeploy::well::TABLE,
    codedeploy::hooks::TABLE,
    codedeploy::traffic::TABLE,
    codedeploy::others::TABLE,
    codedeploy::cancelled::TABLE,
    native::TABLE,
    pauses::TABLE,
    configured::TABLE,
    reruns::TABLE,
    rollback::TABLE,
    overtaking::TABLE,
    bad_days::TABLE,
];

const HEAD: &str = "# How a deployment can go

Each line is a test: it is played against the sandbox from the first call to the last, and must end
as it says here. `UPDATE=1 cargo test --test it verdicts` writes this page from the rows in
`tests/it/verdicts/`.

What serves is what takes traffic, or has healthy tasks, at the moment the run ends. The last column
has the sentences of the failure, or of the log, that the row holds.
";

#[test]
fn the_document_is_the_table() {
    let sections = TABLES.iter().map(Table::section);
    let due = std::iter::once(HEAD.to_owned()).chain(sections);
    let due = due.collect::<Vec<_>>().join("\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/verdicts.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &due).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == due,
        "docs/verdicts.md is not the table: UPDATE=1 cargo test --test it verdicts"
    );
}

#[test]
fn the_table_has_a_row_for_every_outcome_and_exit_code() {
    let rows = TABLES.iter().flat_map(|table| table.rows);
    let seen: BTreeSet<_> = rows.clone().map(|(_, verdict)| verdict.exit).collect();
    assert_eq!(seen, BTreeSet::from([0, 2, 3, 4, 5, 6, 7, 130]));
    assert!(rows.count() >= 60);
}
