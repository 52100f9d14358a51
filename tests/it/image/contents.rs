//! What the image is made of, how large it is, and how it is started.

use crate::run::{IMAGE, client};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MEBI: usize = 1024 * 1024;

/// A layer: its size as it is pulled, and its files as tar lists them, without those of folders.
struct Layer {
    bytes: usize,
    files: Vec<String>,
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn layers() -> Vec<Layer> {
    let script = repository().join("setup/image-layers.sh");
    let output = Command::new(script).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{error}");
    let mut layers: Vec<Layer> = Vec::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        if let Some(bytes) = line.strip_prefix("layer ") {
            layers.push(Layer {
                bytes: bytes.parse().unwrap(),
                files: Vec::new(),
            });
        } else {
            let words: Vec<_> = line.split_whitespace().collect();
            let file = format!("{} {} {}", words[0], words[1], words[5..].join(" "));
            layers.last_mut().unwrap().files.push(file);
        }
    }
    layers
}

/// The image's configuration.
async fn configuration() -> Value {
    let inspect = ["image", "inspect", "--format", "{{json .Config}}", IMAGE];
    let output = client().args(inspect).output().await.unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "run setup/image.sh: {error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn it_holds_two_programs_and_the_certificates_and_is_pulled_in_seconds() {
    let layers = layers();
    let files = layers.iter().flat_map(|layer| &layer.files);
    let files = files.filter(|file| !file.starts_with("drwxr-xr-x 0/0 "));
    assert_eq!(
        files.collect::<Vec<_>>(),
        [
            "-rwxr-xr-x 0/0 usr/local/bin/docker-buildx",
            "-rw-r--r-- 0/0 etc/ssl/certs/ca-certificates.crt",
            "drwxrwxrwt 0/0 tmp/",
            "-rwxr-xr-x 0/0 usr/local/bin/greengate",
            "lrwxrwxrwx 0/0 usr/local/bin/greengate-post -> greengate",
        ]
    );
    let (buildx, rest) = (layers[0].bytes, layers[1].bytes);
    assert!(buildx + rest <= 40 * MEBI, "{buildx} and {rest} bytes");
    assert!(rest <= 12 * MEBI, "{rest} bytes beside buildx");
    // What is nothing would be small, too.
    assert!(buildx > MEBI && rest > MEBI, "{buildx} and {rest} bytes");
}

/// As who and where it runs is the runner's to say: a `USER` could not write to the command files.
#[tokio::test]
async fn it_starts_the_action_and_says_neither_who_nor_where() {
    let configuration = configuration().await;
    let said = |name: &str| configuration[name].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        configuration["Entrypoint"],
        serde_json::json!(["/usr/local/bin/greengate"])
    );
    assert_eq!(configuration["Cmd"], Value::Null);
    assert_eq!(said("User"), "");
    // BuildKit writes down what it would be without.
    assert!(["", "/"].contains(&said("WorkingDir").as_str()));
    let variables = configuration["Env"].as_array().unwrap();
    assert_eq!(variables.len(), 1, "{variables:?}");
    assert!(variables[0].as_str().unwrap().starts_with("PATH="));
}

/// A test of an image of other sources says nothing about these.
#[tokio::test]
async fn it_is_built_from_these_sources() {
    let configuration = configuration().await;
    let of = &configuration["Labels"]["greengate.sources"];
    assert_eq!(of, &sources(), "run setup/image.sh");
}

/// As `setup/image.sh` computes it: of all that `.dockerignore` lets in, and the Dockerfile.
fn sources() -> String {
    let mut files: Vec<PathBuf> = ["Cargo.toml", "Cargo.lock", "Dockerfile"]
        .map(PathBuf::from)
        .into();
    files.extend(["bench", "sandbox"].map(|member| Path::new(member).join("Cargo.toml")));
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(repository().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            let is_folder = entry.file_type().unwrap().is_dir();
            (if is_folder { &mut folders } else { &mut files }).push(path);
        }
    }
    let mut names: Vec<_> = files.iter().map(|it| it.to_str().unwrap()).collect();
    names.sort_unstable();
    let line = |name: &str| {
        let digest = Sha256::digest(fs::read(repository().join(name)).unwrap());
        format!("{}  {name}\n", hex::encode(digest))
    };
    let lines: String = names.into_iter().map(line).collect();
    hex::encode(Sha256::digest(lines))
}

/// A context with more in it would be built anew for every change of a document.
#[test]
fn only_what_it_is_built_from_reaches_the_builder() {
    let ignored = fs::read_to_string(repository().join(".dockerignore")).unwrap();
    let let_in: Vec<_> = ignored.lines().filter(|it| !it.starts_with('#')).collect();
    assert_eq!(
        let_in,
        [
            "*",
            "!Cargo.toml",
            "!Cargo.lock",
            "!bench/Cargo.toml",
            "!sandbox/Cargo.toml",
            "!src"
        ]
    );
}
