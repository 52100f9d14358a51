//! The unified diff of two texts, quick for texts of which most is new.
//!
//! Lines that only one text has are new or gone whatever else is; they are set aside before what the
//! texts share is looked for, since that takes longer the more they differ.

use serde::Serialize;
use serde_json::{Map, Value};
use similar::udiff::UnifiedHunkHeader;
use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, group_diff_ops};
use std::collections::HashMap;
use std::ops::Range;

/// So many lines that are the same stand around what differs.
const CONTEXT: usize = 3;

/// What is new in a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// How many lines are new.
    pub added: usize,
    /// How many are gone.
    pub removed: usize,
    /// The unified diff without the names of files: hunks with `@@`, and lines with a space, `+` or
    /// `-` before them. Empty when nothing differs.
    pub lines: Vec<String>,
}

impl Difference {
    /// Whether both mean the same.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// One key or entry a line.
pub(in crate::model) fn written(document: Map<String, Value>) -> String {
    // The text of a JSON value cannot fail.
    let text = serde_json::to_string_pretty(&Value::Object(document));
    text.unwrap_or_default() + "\n"
}

/// What is to be done to `before` to make `after` of it.
pub(in crate::model) fn between(before: &str, after: &str) -> Difference {
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let mut difference = Difference::default();
    for hunk in group_diff_ops(operations(&before, &after), CONTEXT) {
        if !hunk.is_empty() {
            let header = UnifiedHunkHeader::new(&hunk);
            difference.lines.push(header.to_string());
        }
        for change in hunk.iter().flat_map(|it| it.iter_changes(&before, &after)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Insert => '+',
                ChangeTag::Delete => '-',
            };
            difference.added += usize::from(sign == '+');
            difference.removed += usize::from(sign == '-');
            difference.lines.push(format!("{sign}{}", change.value()));
        }
    }
    difference
}

/// The numbers of lines that both texts have: the same line has the same number.
struct Shared {
    before: Vec<(usize, u32)>,
    after: Vec<(usize, u32)>,
}

impl Shared {
    fn of(before: &[&str], after: &[&str]) -> Self {
        let mut known: HashMap<&str, u32> = HashMap::new();
        for (number, line) in (0..).zip(before) {
            known.entry(line).or_insert(number);
        }
        let of_after = after.iter().enumerate();
        let of_after = of_after.filter_map(|(at, line)| Some((at, *known.get(line)?)));
        let after: Vec<_> = of_after.collect();
        let mut met = vec![false; before.len()];
        for (_, number) in &after {
            if let Some(met) = met.get_mut(*number as usize) {
                *met = true;
            }
        }
        let of_before = before.iter().enumerate();
        let of_before = of_before.filter_map(|(at, line)| {
            let number = *known.get(line)?;
            met.get(number as usize)?.then_some((at, number))
        });
        Self {
            before: of_before.collect(),
            after,
        }
    }

    /// The places of lines that stay, in both texts.
    fn staying(&self) -> Vec<(usize, usize)> {
        let numbers = |lines: &[(usize, u32)]| lines.iter().map(|(_, it)| *it).collect::<Vec<_>>();
        let (before, after) = (numbers(&self.before), numbers(&self.after));
        let place = |lines: &[(usize, u32)], at: usize| lines.get(at).map(|(place, _)| *place);
        let mut staying = Vec::new();
        for operation in capture_diff_slices(Algorithm::Myers, &before, &after) {
            if let DiffOp::Equal {
                old_index,
                new_index,
                len,
            } = operation
            {
                let pair = |at| {
                    let before = place(&self.before, old_index + at)?;
                    Some((before, place(&self.after, new_index + at)?))
                };
                staying.extend((0..len).filter_map(pair));
            }
        }
        staying
    }
}

fn operations(before: &[&str], after: &[&str]) -> Vec<DiffOp> {
    let mut operations = Vec::new();
    let (mut old, mut new) = (0, 0);
    for (old_index, new_index) in Shared::of(before, after).staying() {
        operations.extend(change(old..old_index, new..new_index));
        match operations.last_mut() {
            Some(DiffOp::Equal { len, .. }) => *len += 1,
            _ => operations.push(DiffOp::Equal {
                old_index,
                new_index,
                len: 1,
            }),
        }
        (old, new) = (old_index + 1, new_index + 1);
    }
    operations.extend(change(old..before.len(), new..after.len()));
    operations
}

/// The old lines are gone, and the new ones are in their place.
fn change(old: Range<usize>, new: Range<usize>) -> Option<DiffOp> {
    let ((old_index, old_len), (new_index, new_len)) =
        ((old.start, old.len()), (new.start, new.len()));
    match (old_len, new_len) {
        (0, 0) => None,
        (_, 0) => Some(DiffOp::Delete {
            old_index,
            old_len,
            new_index,
        }),
        (0, _) => Some(DiffOp::Insert {
            old_index,
            new_index,
            new_len,
        }),
        _ => Some(DiffOp::Replace {
            old_index,
            old_len,
            new_index,
            new_len,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::between;
    use proptest::prelude::*;
    use similar::{ChangeTag, TextDiff};

    fn text() -> impl Strategy<Value = String> {
        let line = prop::sample::select(vec!["a", "b", "c", "{", "}", "one", "two", ""]);
        prop::collection::vec(line, 0..30).prop_map(|lines| {
            let lines = lines.iter().map(|line| format!("{line}\n"));
            lines.collect()
        })
    }

    /// What a unified diff makes of `before`; its lines that stay or go must be those of `before`.
    fn patched<'a>(before: &'a str, diff: &'a [String]) -> Vec<&'a str> {
        let mut before = before.lines();
        let (mut after, mut at) = (Vec::new(), 0);
        for line in diff {
            if let Some(header) = line.strip_prefix("@@ -") {
                let old = header.split(' ').next().unwrap();
                let (start, len) = old.split_once(',').unwrap_or((old, "1"));
                let (start, len): (usize, usize) = (start.parse().unwrap(), len.parse().unwrap());
                let first = if len == 0 { start } else { start - 1 };
                after.extend(before.by_ref().take(first - at));
                at = first;
                continue;
            }
            let (sign, text) = line.split_at(1);
            if sign != "+" {
                assert_eq!(before.next(), Some(text));
                at += 1;
            }
            if sign != "-" {
                after.push(text);
            }
        }
        after.extend(before);
        after
    }

    proptest! {
        /// It makes the one text of the other, and is as short as the plain algorithm's.
        #[test]
        fn setting_lines_aside_changes_nothing(before in text(), after in text()) {
            let ours = between(&before, &after);
            let lines: Vec<_> = after.lines().collect();
            prop_assert_eq!(patched(&before, &ours.lines), lines);
            let plain = TextDiff::from_lines(&before, &after);
            let plain = plain.iter_all_changes().filter(|it| it.tag() != ChangeTag::Equal);
            prop_assert_eq!(ours.added + ours.removed, plain.count());
        }
    }
}
