use super::{CachePlan, Plan, arguments, digest_in, environment, goes_by_environment};
use crate::aws::ecr::Login;
use crate::docker::Docker;
use crate::docker::login::PrivateConfig;
use crate::model::image::Platform;
use insta::assert_snapshot;
use std::ffi::OsStr;
use std::path::Path;

fn least() -> Plan {
    Plan {
        builder: "default".to_owned(),
        context: "/w/app".into(),
        file: "/w/app/Dockerfile".into(),
        target: None,
        platforms: Vec::new(),
        args: Vec::new(),
        secrets: Vec::new(),
        labels: [].into(),
        references: vec!["r.example/shop:sha-1".to_owned()],
        cache: CachePlan::None,
        provenance: false,
        sbom: false,
    }
}

fn most() -> Plan {
    let owned = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Plan {
        builder: "greengate-0123".to_owned(),
        target: Some("release".to_owned()),
        platforms: ["linux/amd64", "linux/arm64"]
            .map(|name| Platform(name.to_owned()))
            .into(),
        args: vec![
            owned("VERSION", "visible only in the environment"),
            owned("HTTP_PROXY", "http://proxy:3128"),
        ],
        secrets: vec![
            ("npm".to_owned(), "hidden-1".into()),
            ("odd,\"id".to_owned(), "hidden-2".into()),
        ],
        labels: [owned("a", "1=2"), owned("b", "x y")].into(),
        references: vec![
            "r.example/shop:sha-1".to_owned(),
            "r.example/shop:v1".to_owned(),
        ],
        cache: CachePlan::Registry {
            reference: "r.example/shop:buildcache".to_owned(),
            export: true,
        },
        provenance: true,
        sbom: true,
        ..least()
    }
}

fn lines(plan: &Plan) -> String {
    let arguments = arguments(plan, Path::new("/t/metadata.json"));
    let lines: Vec<_> = arguments.iter().map(|one| one.to_string_lossy()).collect();
    lines.join("\n")
}

#[test]
fn the_least_build() {
    assert_snapshot!(lines(&least()), @r#"
    build
    --builder=default
    --progress=rawjson
    --metadata-file=/t/metadata.json
    --file=/w/app/Dockerfile
    --tag=r.example/shop:sha-1
    --push
    /w/app
    "#);
}

#[test]
fn the_most_build() {
    assert_snapshot!(lines(&most()), @r#"
    build
    --builder=greengate-0123
    --progress=rawjson
    --metadata-file=/t/metadata.json
    --file=/w/app/Dockerfile
    --target=release
    --platform=linux/amd64,linux/arm64
    --build-arg=VERSION
    --build-arg=HTTP_PROXY=http://proxy:3128
    --secret=id=npm,env=GREENGATE_SECRET_0
    --secret="id=odd,""id",env=GREENGATE_SECRET_1
    --label=a=1=2
    --label=b=x y
    --tag=r.example/shop:sha-1
    --tag=r.example/shop:v1
    --cache-from=type=registry,ref=r.example/shop:buildcache
    --cache-to=type=registry,ref=r.example/shop:buildcache,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true
    --attest=type=provenance,mode=min
    --attest=type=sbom
    --push
    /w/app
    "#);
}

#[test]
fn caches() {
    let cache = |cache| {
        let line = lines(&Plan { cache, ..least() });
        let lines = line.lines().filter(|line| line.starts_with("--cache"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let reference = "r.example/shop:buildcache".to_owned();
    let export = false;
    assert_snapshot!(cache(CachePlan::Registry { reference, export }), @"--cache-from=type=registry,ref=r.example/shop:buildcache");
    let scope = "team/shop".to_owned();
    assert_snapshot!(cache(CachePlan::Gha { scope }), @r#"
    --cache-from=type=gha,scope=team/shop
    --cache-to=type=gha,scope=team/shop,mode=max,ignore-error=true
    "#);
}

#[test]
fn values_go_by_the_environment() {
    let temp = tempfile::tempdir().expect("a directory");
    let docker = Docker::new([("PATH", "/bin"), ("AWS_PROFILE", "x")]);
    let login = Login {
        basic: "QVdTOnRva2Vu".into(),
    };
    let config = PrivateConfig::new(temp.path(), &docker, "r.example", &login).expect("made");
    let environment = environment(&most(), &docker, &config);
    let names: Vec<_> = environment
        .keys()
        .map(|name| name.to_string_lossy())
        .collect();
    assert_eq!(
        names,
        [
            "BUILDX_CONFIG",
            "BUILDX_METADATA_PROVENANCE",
            "BUILDX_NO_DEFAULT_ATTESTATIONS",
            "DOCKER_CONFIG",
            "GREENGATE_SECRET_0",
            "GREENGATE_SECRET_1",
            "HOME",
            "PATH",
            "VERSION",
        ]
    );
    let value = |name: &str| {
        environment
            .get(OsStr::new(name))
            .and_then(|value| value.to_str())
    };
    assert_eq!(value("GREENGATE_SECRET_1"), Some("hidden-2"));
    assert_eq!(value("PATH"), Some("/bin"));
}

#[test]
fn names_that_mean_something_to_buildx_stay_out_of_its_environment() {
    for name in [
        "PATH",
        "DOCKER_HOST",
        "http_proxy",
        "BUILDKIT_INLINE_CACHE",
        "LD_PRELOAD",
        "",
    ] {
        assert!(!goes_by_environment(name), "{name}");
    }
    for name in ["VERSION", "GO_VERSION", "NPM_TOKEN", "Path"] {
        assert!(goes_by_environment(name), "{name}");
    }
}

#[test]
fn the_digest_is_what_was_pushed() {
    let metadata =
        r#"{"containerimage.config.digest": "sha256:1", "containerimage.digest": "sha256:2"}"#;
    assert_eq!(digest_in(metadata.as_bytes()).as_deref(), Some("sha256:2"));
    for odd in ["", "{}", r#"{"containerimage.digest": "2"}"#, "[]"] {
        assert_eq!(digest_in(odd.as_bytes()), None);
    }
}
