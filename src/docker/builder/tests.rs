use super::{CacheExport, Driver, Wanted, choose, creation, is_loopback, name};
use crate::docker::engine::{Engine, Store};
use insta::assert_snapshot;

fn engine(store: Store, version: &str) -> Engine {
    Engine {
        version: version.to_owned(),
        store,
        platform: None,
    }
}

fn wanted(cache: CacheExport, several_platforms: bool, attestations: bool) -> Wanted {
    Wanted {
        several_platforms,
        attestations,
        cache,
    }
}

/// Who builds what is wanted: platforms and attestations as `p` and `a`, or neither.
fn driver(store: Store, version: &str, cache: CacheExport, more: &str) -> Driver {
    let wanted = wanted(cache, more.contains('p'), more.contains('a'));
    choose(&engine(store, version), wanted).driver
}

#[test]
fn the_daemon_builds_what_it_can() {
    use CacheExport::{Gha, None as NoCache, Registry};
    use Store::{Classic, Containerd};
    let table = [
        (Containerd, "26.1.5", NoCache, ""),
        (Containerd, "26.1.5", Registry, "pa"),
        (Containerd, "28.0.4", Gha, "pa"),
        (Containerd, "", Gha, ""),
        (Classic, "28.0.4", NoCache, ""),
    ];
    for (store, version, cache, more) in table {
        let chosen = driver(store, version, cache, more);
        assert_eq!(
            chosen,
            Driver::Daemon,
            "{store:?} {version} {cache:?} {more}"
        );
    }
}

#[test]
fn a_container_builds_the_rest() {
    use CacheExport::{Gha, None as NoCache, Registry};
    use Store::{Classic, Containerd};
    let table = [
        (Containerd, "26.1.5", Gha, "", true),
        (Classic, "28.0.4", Registry, "", true),
        (Classic, "28.0.4", Gha, "", true),
        (Classic, "28.0.4", NoCache, "p", false),
        (Classic, "28.0.4", NoCache, "a", false),
        (Classic, "28.0.4", Registry, "p", false),
    ];
    for (store, version, cache, more, for_cache_alone) in table {
        let chosen = driver(store, version, cache, more);
        let expected = Driver::Container { for_cache_alone };
        assert_eq!(chosen, expected, "{store:?} {version} {cache:?} {more}");
    }
}

#[test]
fn the_reason_names_what_is_lacking() {
    let everything = wanted(CacheExport::Registry, true, true);
    let classic = engine(Store::Classic, "20.10.24");
    assert_snapshot!(
        choose(&classic, everything).why,
        @"BuildKit in a container of its own builds: that of Docker 20.10.24 (classic image store) cannot do a cache in a registry and several platforms and attestations."
    );
    let containerd = engine(Store::Containerd, "");
    assert_snapshot!(
        choose(&containerd, everything).why,
        @"Docker (containerd image store) builds with its own BuildKit, which can do all that is asked."
    );
}

#[test]
fn jobs_of_one_runner_share_a_name_and_others_do_not() {
    assert_eq!(name(Some("big-1"), 1), name(Some("big-1"), 2));
    assert_ne!(name(Some("big-1"), 1), name(Some("big-2"), 1));
    assert_ne!(name(None, 1), name(None, 2));
    assert!(name(None, 1).starts_with("greengate-"));
}

#[test]
fn only_a_registry_on_this_machine_needs_its_network() {
    let registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    let proxies = [("no_proxy".to_owned(), "a,b\"c".to_owned())];
    let far: Vec<_> = creation("greengate-x", registry, &proxies);
    assert_eq!(
        far,
        [
            "create",
            "--driver=docker-container",
            "--name=greengate-x",
            "--bootstrap",
            "--driver-opt=\"env.no_proxy=a,b\"\"c\"",
        ]
    );
    let near = creation("greengate-x", "127.0.0.1:4566", &[]);
    assert!(near.contains(&"--driver-opt=network=host".into()));
}

#[test]
fn loopback_addresses_are_known() {
    for registry in [
        "localhost",
        "localhost:5000",
        "127.0.0.1:4566",
        "[::1]:5000",
    ] {
        assert!(is_loopback(registry), "{registry}");
    }
    for registry in [
        "registry.example:5000",
        "10.0.0.1:5000",
        "1.dkr.ecr.x.amazonaws.com",
    ] {
        assert!(!is_loopback(registry), "{registry}");
    }
}
