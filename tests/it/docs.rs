//! What documents promise: links that lead somewhere, blocks that can be read, commands that their
//! programs take.

mod commands;
mod links;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Anchorizer, Arena, Options, parse_document};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A document, as it is read.
pub(super) struct Document {
    /// From the root of the repository.
    pub(super) path: PathBuf,
    /// The addresses of its links and images.
    pub(super) links: Vec<String>,
    /// What a link can lead to in it.
    pub(super) anchors: Vec<String>,
    /// Code blocks: what they are in, and what stands in them.
    pub(super) blocks: Vec<(String, String)>,
}

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every document that people read.
pub(super) fn all() -> Vec<Document> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(root()).unwrap() {
        paths.push(entry.unwrap().path());
    }
    for folder in ["docs", "examples", ".github"] {
        gather(&root().join(folder), &mut paths);
    }
    paths.retain(|path| path.extension().is_some_and(|end| end == "md"));
    paths.sort();
    assert!(paths.len() >= 15, "only {} documents", paths.len());
    paths.iter().map(|path| document(path)).collect()
}

fn gather(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

fn document(path: &Path) -> Document {
    let text = fs::read_to_string(path).unwrap();
    let mut options = Options::default();
    options.extension.table = true;
    let arena = Arena::new();
    let mut document = Document {
        path: path.strip_prefix(root()).unwrap().to_owned(),
        links: Vec::new(),
        anchors: Vec::new(),
        blocks: Vec::new(),
    };
    let mut anchorizer = Anchorizer::new();
    for node in parse_document(&arena, &text, &options).descendants() {
        match &node.data.borrow().value {
            NodeValue::Link(link) | NodeValue::Image(link) => document.links.push(link.url.clone()),
            NodeValue::Heading(_) => {
                let anchor = anchorizer.anchorize(&text_of(node));
                document.anchors.push(anchor);
            }
            NodeValue::CodeBlock(block) => {
                let block = (block.info.clone(), block.literal.clone());
                document.blocks.push(block);
            }
            NodeValue::HtmlBlock(html) => document.anchors.extend(named(&html.literal)),
            NodeValue::HtmlInline(html) => document.anchors.extend(named(html)),
            _ => {}
        }
    }
    document
}

/// All the text of a heading.
fn text_of<'a>(node: &'a AstNode<'a>) -> String {
    let parts = node
        .descendants()
        .map(|node| match &node.data.borrow().value {
            NodeValue::Text(text) => text.to_string(),
            NodeValue::Code(code) => code.literal.clone(),
            _ => String::new(),
        });
    parts.collect()
}

/// The anchors that HTML makes: `<a id="gg001"></a>`.
fn named(html: &str) -> Vec<String> {
    let names = ["id=\"", "name=\""].iter().flat_map(|attribute| {
        let rest = html.split(attribute).skip(1);
        rest.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
    });
    names.collect()
}

#[test]
fn every_block_of_data_can_be_read() {
    let mut read = 0;
    for document in all() {
        for (kind, text) in &document.blocks {
            let parsed = match kind.as_str() {
                "json" => serde_json::from_str::<Value>(text).map_err(|it| it.to_string()),
                "yaml" => serde_saphyr::from_str::<Value>(text).map_err(|it| it.to_string()),
                _ => continue,
            };
            read += 1;
            if let Err(error) = parsed {
                panic!("{}: {error}\n{text}", document.path.display());
            }
        }
    }
    assert!(read > 30, "only {read} blocks");
}
