//! The table of measurements: median and maximum of several runs, beside what is promised.

/// Several measurements of one thing.
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// In `unit`s, in any order.
    pub(crate) values: Vec<f64>,
    /// `MiB`, `ms`.
    pub(crate) unit: &'static str,
    /// What is promised at most; printed, never judged.
    pub(crate) limit: Option<f64>,
}

impl Row {
    /// A line of the table.
    pub(crate) fn line(&self) -> String {
        let mut values = self.values.clone();
        values.sort_by(f64::total_cmp);
        let number = |value: Option<&f64>| value.map_or("-".to_owned(), |it| format!("{it:.1}"));
        let limit = number(self.limit.as_ref());
        let median = number(values.get(values.len() / 2));
        let most = number(values.last());
        let (what, unit, runs) = (&self.what, self.unit, values.len());
        format!("{what:<62}{median:>9}{most:>9}{limit:>9}  {unit:<5}{runs:>5}")
    }
}

/// The line above them.
pub(crate) fn head() -> String {
    let (what, unit) = ("what", "unit");
    format!(
        "{what:<62}{:>9}{:>9}{:>9}  {unit:<5}{:>5}",
        "median", "max", "limit", "runs"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_shows_median_maximum_and_limit() {
        let row = Row {
            what: "time".to_owned(),
            values: vec![3.0, 1.0, 20.04],
            unit: "ms",
            limit: Some(150.0),
        };
        let words: Vec<String> = row.line().split_whitespace().map(str::to_owned).collect();
        assert_eq!(words, ["time", "3.0", "20.0", "150.0", "ms", "3"]);
        assert_eq!(row.line().len(), head().len());
    }
}
