//! Files of this repository: where they are, and a copy of the example to work in.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of this repository: the current one or one above it, else that of the build.
pub(crate) fn repository() -> Result<PathBuf> {
    let here = std::env::current_dir()?;
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let mut candidates = here.ancestors().chain(built);
    let found = candidates.find(|folder| folder.join("examples/shop/deploy.yml").is_file());
    let found =
        found.context("examples/shop is not here: run this in a clone of the repository")?;
    Ok(found.to_owned())
}

/// Copies the example to `to`, as a checkout of a repository of its own. Answers a commit: a hash
/// of all files, so that other files are another commit.
pub(crate) fn check_out(example: &Path, to: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    copy(example, to, &mut hash)?;
    let mut commit = hex::encode(hash.finalize());
    commit.truncate(40);
    Ok(commit)
}

fn copy(from: &Path, to: &Path, hash: &mut Sha256) -> Result<()> {
    fs::create_dir_all(to)?;
    let entries = fs::read_dir(from).with_context(|| from.display().to_string())?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target, hash)?;
        } else {
            let content = fs::read(&path)?;
            hash.update(entry.file_name().as_encoded_bytes());
            hash.update(&content);
            fs::write(target, content)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_another_commit() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("app")).unwrap();
        fs::write(from.join("app/a"), "1").unwrap();
        let first = check_out(&from, &to).unwrap();
        assert_eq!(
            (first.len(), fs::read(to.join("app/a")).unwrap()),
            (40, b"1".to_vec())
        );
        assert_eq!(check_out(&from, &to).unwrap(), first);
        fs::write(from.join("app/a"), "2").unwrap();
        assert_ne!(check_out(&from, &to).unwrap(), first);
    }
}
