//! The labels of an image: where it comes from, and by what it is known again.
//!
//! Pure. Labels are in an image's configuration, not in its layers, so that one that is another
//! every time does not spoil the cache.

use crate::inputs::BuildInputs;
use crate::job::Job;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The hash of what the image was built from.
const INPUTS: &str = "dev.greengate.inputs";

/// The commit (<https://github.com/opencontainers/image-spec/blob/main/annotations.md>).
const REVISION: &str = "org.opencontainers.image.revision";

/// The labels of an image that is built now: the user's go before the usual ones.
pub(super) fn of(
    inputs: &BuildInputs,
    job: &Job,
    hash: &str,
    now: Timestamp,
) -> BTreeMap<String, String> {
    let source = format!("{}/{}", job.server_url, job.repository);
    let created = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let usual = [
        ("org.opencontainers.image.source", source),
        (REVISION, job.sha.clone()),
        ("org.opencontainers.image.created", created.to_string()),
    ];
    let usual = usual.map(|(name, value)| (name.to_owned(), value));
    let ours = (INPUTS.to_owned(), hash.to_owned());
    usual
        .into_iter()
        .chain(inputs.labels.iter().cloned())
        .chain([ours])
        .collect()
}

/// Whether an image with the labels `there` is the one that would get `wanted`.
pub(super) fn same(there: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> bool {
    [INPUTS, REVISION]
        .iter()
        .all(|name| there.get(*name).is_some() && there.get(*name) == wanted.get(*name))
}
