use super::{PrivateConfig, document};
use crate::aws::ecr::Login;
use crate::docker::Docker;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;

const REGISTRY: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

fn login() -> Login {
    Login {
        basic: "QVdTOnRva2Vu".into(),
    }
}

#[test]
fn alone_it_knows_this_registry_only() {
    let expected = json!({
        "auths": {REGISTRY: {"auth": "QVdTOnRva2Vu"}},
        "credHelpers": {REGISTRY: ""},
    });
    assert_eq!(document(REGISTRY, &login(), None, |_| true), expected);
    let odd = json!({"auths": [], "credHelpers": 3, "credsStore": {}});
    assert_eq!(document(REGISTRY, &login(), Some(&odd), |_| true), expected);
}

#[test]
fn what_the_user_has_for_other_registries_is_kept() {
    let users = json!({
        "auths": {"images.example": {"auth": "dXNlcjpwYXNz"}, REGISTRY: {"auth": "b2xk"}},
        "credHelpers": {"cloud.example": "gcloud", "other.example": "missing", REGISTRY: "ecr-login"},
        "credsStore": "missing",
        "proxies": {"default": {"httpProxy": "http://proxy:3128"}},
        "currentContext": "elsewhere",
        "cliPluginsExtraDirs": ["/x"],
    });
    let expected = json!({
        "auths": {"images.example": {"auth": "dXNlcjpwYXNz"}, REGISTRY: {"auth": "QVdTOnRva2Vu"}},
        "credHelpers": {"cloud.example": "gcloud", REGISTRY: ""},
        "proxies": {"default": {"httpProxy": "http://proxy:3128"}},
    });
    let usable = |helper: &str| helper != "missing";
    assert_eq!(document(REGISTRY, &login(), Some(&users), usable), expected);
}

#[test]
fn nobody_else_can_read_it_and_it_goes() {
    let temp = tempfile::tempdir().expect("a directory");
    let docker = Docker::new([("PATH", "/bin")]);
    let config = PrivateConfig::new(temp.path(), &docker, REGISTRY, &login()).expect("made");
    let mode = |path: &std::path::Path| {
        let metadata = std::fs::metadata(path).expect("it is there");
        metadata.permissions().mode() & 0o777
    };
    let file = config.place("config.json");
    let directory = file.parent().expect("a directory").to_owned();
    assert_eq!((mode(&directory), mode(&file)), (0o700, 0o600));
    let environment = config.environment(&docker);
    let value = environment.get(std::ffi::OsStr::new("DOCKER_CONFIG"));
    assert_eq!(value.map(std::path::Path::new), Some(directory.as_path()));
    drop(config);
    assert!(!directory.exists());
}
