//! What `docs/permissions.md` gives to deployments, each of them uses: all rows run under its
//! policies, and none of them asks for more.

use super::TABLES;
use crate::permissions::{BUILD, Unused};

#[tokio::test(start_paused = true)]
async fn deployments_use_all_that_they_are_given() {
    let mut unused = Unused::but(&BUILD);
    let rows = TABLES.iter().flat_map(|table| {
        let rows = table.rows.iter();
        rows.map(|(name, verdict)| ((table.row)(name).unwrap(), verdict))
    });
    for (row, verdict) in rows {
        row.played(verdict).await.cross_out(&mut unused);
        if unused.is_empty() {
            return;
        }
    }
    panic!("docs/permissions.md gives what no deployment uses:\n{unused}");
}
