//! What makes two failures the same: AWS's words without what is new in every task.

use super::Way;

/// Characters of a reason that are compared: more than AWS ever gives.
const COMPARED: usize = 2000;

/// The signature of a failure.
pub(super) fn of(
    way: Way,
    container: Option<&str>,
    exit_code: Option<i32>,
    reason: &str,
) -> String {
    let way = match way {
        Way::NotStarted => "not-started",
        Way::Exited => "exited",
        Way::Unhealthy => "unhealthy",
    };
    let exit_code = exit_code.map(|code| code.to_string());
    let parts = [
        way,
        container.unwrap_or_default(),
        &exit_code.unwrap_or_default(),
        &masked(reason),
    ];
    parts.join("|")
}

/// `reason` in lower case with `#` for what differs from task to task: ids, digests, addresses,
/// times, counts of attempts. A number of three digits that stands alone is an HTTP status and
/// stays.
pub(super) fn masked(reason: &str) -> String {
    let end = reason.char_indices().nth(COMPARED);
    let compared = end.and_then(|(end, _)| reason.get(..end));
    let words = compared.unwrap_or(reason).split_whitespace().map(word);
    words.collect::<Vec<_>>().join(" ")
}

/// One word, its tokens masked one by one.
fn word(word: &str) -> String {
    let mut masked = String::with_capacity(word.len());
    let mut token = String::new();
    for c in word.chars().chain(['\n']) {
        if c.is_alphanumeric() || "-_.:".contains(c) {
            token.push(c);
            continue;
        }
        masked.push_str(&self::token(&token));
        token.clear();
        if c != '\n' {
            masked.extend(c.to_lowercase());
        }
    }
    masked
}

/// A token as it is compared.
fn token(token: &str) -> String {
    let bare = token.trim_matches(|c| "-_.:".contains(c));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if bare.len() == 3 && digits(bare) {
        return token.to_owned();
    }
    if is_id(bare) {
        return token.replacen(bare, "#", 1);
    }
    let mut masked = String::with_capacity(token.len());
    for part in token.split_inclusive(|c| "-_.:".contains(c)) {
        let name = part.trim_end_matches(|c| "-_.:".contains(c));
        let end = part.get(name.len()..).unwrap_or_default();
        let name = if is_id(name) || is_amount(name) {
            "#".to_owned()
        } else {
            name.to_lowercase()
        };
        masked.push_str(&name);
        masked.push_str(end);
    }
    masked
}

/// A task's id, a digest, a UUID, a date: hexadecimal digits and dashes, eight or more.
fn is_id(text: &str) -> bool {
    let mut chars = text.chars();
    text.len() >= 8
        && chars.all(|c| c.is_ascii_hexdigit() || c == '-')
        && text.chars().any(|c| c.is_ascii_digit())
}

/// A number, or a piece of a moment such as `23T10` and `00Z`.
fn is_amount(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, 'T' | 'Z'))
}
