//! What `docs/permissions.md` gives to deployments, each of them uses: all rows run under its
//! policies, and none of them asks for more.

use super::TABLES;
use crate::permissions::{ELSEWHERE, Unused};

#[tokio::test(start_paused = true)]
async fn deployments_use_all_that_they_are_given() {
    let mut unused = Unused::but(&ELSEWHERE);
    let longest = TABLES.iter().map(|table| table.rows.len()).max();
    // A row of each table, then the next of each: what is used is soon found.
    let rows = (0..longest.unwrap()).flat_map(|nth| {
        TABLES.iter().filter_map(move |table| {
            let (name, verdict) = table.rows.get(nth)?;
            Some(((table.row)(name).unwrap(), verdict))
        })
    });
    for (row, verdict) in rows {
        row.played(verdict).await.cross_out(&mut unused);
        if unused.is_empty() {
            return;
        }
    }
    panic!("docs/permissions.md gives what no deployment uses:\n{unused}");
}
