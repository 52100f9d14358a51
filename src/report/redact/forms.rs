//! The forms in which tools write a secret: within JSON, within a URL, within Base64.
//!
//! The runner masks the same ones in the log and the summary
//! (<https://github.com/actions/runner/blob/main/src/Sdk/DTLogging/Logging/ValueEncoders.cs>);
//! the report is masked by nobody else.

use super::LEAST;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The length from which a piece of Base64 is no word by chance.
const LEAST_OF_BASE64: usize = 8;

/// What RFC 3986 leaves as it is (<https://www.rfc-editor.org/rfc/rfc3986#section-2.3>).
const URL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Python's `quote`, and paths.
const PATH: &AsciiSet = &URL.remove(b'/');

/// JavaScript's `encodeURIComponent`.
const COMPONENT: &AsciiSet = &URL
    .remove(b'!')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*');

/// `secret` itself and all its forms, none twice.
pub(super) fn of(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned()];
    forms.extend(json(secret));
    forms.extend(url(secret));
    forms.extend(base64(secret.as_bytes()));
    forms.retain(|form| form.chars().count() >= LEAST);
    forms.sort();
    forms.dedup();
    forms
}

/// Within a JSON text: as most write it, as Go does, and as those do that escape slashes.
fn json(secret: &str) -> [String; 3] {
    let quoted = serde_json::Value::from(secret).to_string();
    let plain = quoted.get(1..quoted.len().saturating_sub(1));
    let plain = plain.unwrap_or_default().to_owned();
    let go = plain
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026");
    let slashes = plain.replace('/', "\\/");
    [plain, go, slashes]
}

fn url(secret: &str) -> [String; 5] {
    let encoded = |set| utf8_percent_encode(secret, set).to_string();
    let strict = encoded(URL);
    let form = strict.replace("%20", "+");
    let lower = lower_hex(&strict);
    [strict, form, lower, encoded(PATH), encoded(COMPONENT)]
}

fn lower_hex(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| match part.split_at_checked(2) {
        Some((digits, rest)) => format!("{text}%{}{rest}", digits.to_lowercase()),
        None => text + "%" + part,
    })
}

/// By itself, and within the Base64 of a longer text: there it begins at one of three places, and
/// the digits at its ends belong to its neighbours as well.
fn base64(secret: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        forms.push(alphabet.encode(secret));
        let inner = (0..3).filter_map(|skipped| {
            let rest = secret.get(skipped..)?;
            rest.get(..rest.len() / 3 * 3)
        });
        let inner = inner.map(|bytes| alphabet.encode(bytes));
        forms.extend(inner.filter(|form| form.len() >= LEAST_OF_BASE64));
    }
    forms
}
