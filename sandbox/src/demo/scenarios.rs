//! Which scenario is played: the variable `SCENARIO` is a name in `sandbox/scenarios`, or a path.

use super::checkout;
use anyhow::{Result, anyhow, bail};
use greengate_sandbox::scenario::Scenario;
use std::fs;
use std::path::{Path, PathBuf};

/// The scenario that `SCENARIO` names; the demo if it names none.
pub(crate) fn chosen() -> Result<Scenario> {
    let wanted = std::env::var("SCENARIO").unwrap_or_default();
    let wanted = if wanted.is_empty() { "demo" } else { &wanted };
    let folder = checkout::repository()?.join("sandbox/scenarios");
    let path = find(wanted, &folder)?;
    Scenario::read(&path).map_err(|why| anyhow!(why))
}

fn find(wanted: &str, folder: &Path) -> Result<PathBuf> {
    if wanted.contains(['/', '.']) {
        return Ok(PathBuf::from(wanted));
    }
    let path = folder.join(wanted).with_extension("yaml");
    if !path.is_file() {
        let names = names(folder)?.join(", ");
        bail!("there is no scenario {wanted}. There are {names}; a path of a file does, too");
    }
    Ok(path)
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let names = entries.iter().map(fs::DirEntry::path);
    let names = names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    let mut names: Vec<String> = names.collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_answered_with_the_names_there_are() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
        let why = find("dmo", Path::new(folder)).unwrap_err().to_string();
        assert!(
            why.starts_with("there is no scenario dmo. There are crash-loop, demo, "),
            "{why}"
        );
        assert!(find("demo", Path::new(folder)).unwrap().is_file());
        assert_eq!(
            find("./x.yaml", Path::new(folder)).unwrap(),
            Path::new("./x.yaml")
        );
    }
}
