//! Links within the repository.

use super::{Document, all, root};
use std::path::{Component, Path, PathBuf};

/// `a/../b` is `b`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// What is wrong with a link of `document`.
fn problem(document: &Document, link: &str, documents: &[Document]) -> Option<String> {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = document.path.parent().unwrap_or(Path::new(""));
    let target = match path {
        "" => document.path.clone(),
        path => plain(&folder.join(path)),
    };
    let place = document.path.display();
    if !root().join(&target).exists() {
        return Some(format!("{place}: {link} leads to no file"));
    }
    let read = documents.iter().find(|it| it.path == target);
    match read {
        _ if anchor.is_empty() => None,
        Some(read) if read.anchors.iter().any(|it| it == anchor) => None,
        _ => Some(format!("{place}: {link} leads to no heading")),
    }
}

#[test]
fn every_link_leads_somewhere() {
    let documents = all();
    let (mut looked, mut problems) = (0, Vec::new());
    for document in &documents {
        for link in &document.links {
            if link.starts_with("https://") {
                continue;
            }
            looked += 1;
            problems.extend(problem(document, link, &documents));
        }
    }
    assert!(looked > 50, "only {looked} links");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let documents = all();
    let readme = documents
        .iter()
        .find(|it| it.path == Path::new("README.md"));
    let readme = readme.expect("README.md");
    for (link, expected) in [
        ("docs/errors.md#gg001", None),
        (
            "docs/nothing.md",
            Some("README.md: docs/nothing.md leads to no file"),
        ),
        (
            "docs/errors.md#gg999",
            Some("README.md: docs/errors.md#gg999 leads to no heading"),
        ),
        ("#two-commands", None),
    ] {
        assert_eq!(
            problem(readme, link, &documents).as_deref(),
            expected,
            "{link}"
        );
    }
}
