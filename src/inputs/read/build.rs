//! The build group.

use super::{or, yes};
use crate::inputs::parse::{Expected, Parsed, choice, list, pairs};
use crate::inputs::problems::Problems;
use crate::inputs::raw::RawInputs;
use crate::inputs::{BuildInputs, Cache, shapes};
use crate::model::scan::Severity;
use secrecy::SecretString;
use std::path::PathBuf;

pub(super) fn build(raw: &RawInputs, problems: &mut Problems) -> BuildInputs {
    let caches = [
        ("registry", Cache::Registry),
        ("gha", Cache::Gha),
        ("none", Cache::None),
    ];
    let severities = Severity::ALL.map(|it| (it.name(), Some(it)));
    let scans = [severities.as_slice(), &[("none", None)]].concat();
    let create = raw.create_repository.as_ref();
    BuildInputs {
        repository: problems.read("repository", raw.repository.as_ref(), shapes::repository),
        context: or(raw.context.as_ref(), ".").into(),
        file: raw.file.clone().map(PathBuf::from),
        // Not shown: a line that is no `name=value` may be a secret's second line.
        args: problems
            .read_hidden("build-args", raw.build_args.as_ref(), pairs)
            .unwrap_or_default(),
        secrets: secrets(raw, problems).unwrap_or_default(),
        target: raw.target.clone(),
        platforms: items(
            "platforms",
            raw.platforms.as_ref(),
            shapes::platform,
            problems,
        ),
        labels: problems
            .read("labels", raw.labels.as_ref(), pairs)
            .unwrap_or_default(),
        tags: items("tags", raw.tags.as_ref(), shapes::tag, problems),
        cache: problems
            .read("cache", raw.cache.as_ref(), |text| choice(text, &caches))
            .unwrap_or(Cache::Registry),
        provenance: yes("provenance", raw.provenance.as_ref(), false, problems),
        sbom: yes("sbom", raw.sbom.as_ref(), false, problems),
        rebuild: yes("rebuild", raw.rebuild.as_ref(), false, problems),
        create_repository: yes("create-repository", create, false, problems),
        scan_fail_on: problems
            .read("scan-fail-on", raw.scan_fail_on.as_ref(), |text| {
                choice(text, &scans)
            })
            .flatten(),
    }
}

fn items<T>(
    name: &str,
    raw: Option<&String>,
    item: impl Fn(&str) -> Parsed<T>,
    problems: &mut Problems,
) -> Vec<T> {
    problems
        .read(name, raw, |text| list(text, item))
        .unwrap_or_default()
}

fn secrets(raw: &RawInputs, problems: &mut Problems) -> Option<Vec<(String, SecretString)>> {
    let secrets = problems.read_hidden("build-secrets", raw.build_secrets.as_ref(), |text| {
        let secrets = pairs(text)?;
        if secrets.iter().any(|(id, _)| !shapes::secret_id(id)) {
            return Err(Expected::new(
                "`id=value` lines, each id of letters, digits or `_.-`",
            ));
        }
        let empty = Expected::new("a value for every id").hint("is the secret set in GitHub?");
        if secrets.iter().any(|(_, value)| value.is_empty()) {
            return Err(empty);
        }
        Ok(secrets)
    })?;
    Some(
        secrets
            .into_iter()
            .map(|(id, value)| (id, value.into()))
            .collect(),
    )
}
