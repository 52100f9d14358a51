use super::{Engine, Store, buildx_version, platform, read_info, read_inspect};
use crate::model::image::Platform;
use proptest::prelude::*;

fn answer(body: &str) -> Vec<u8> {
    format!("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{body}").into_bytes()
}

fn amd64() -> Platform {
    Platform("linux/amd64".to_owned())
}

#[test]
fn the_driver_tells_the_store() {
    let containerd = r#"{"ServerVersion": "26.1.5", "OSType": "linux", "Architecture": "x86_64",
        "Driver": "overlayfs", "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]]}"#;
    let classic = r#"{"ServerVersion": "20.10.24", "OSType": "linux", "Architecture": "x86_64",
        "Driver": "overlay2", "DriverStatus": [["Backing Filesystem", "extfs"], ["Odd"]]}"#;
    for (body, version, store) in [
        (containerd, "26.1.5", Store::Containerd),
        (classic, "20.10.24", Store::Classic),
    ] {
        let expected = Engine {
            version: version.to_owned(),
            store,
            platform: Some(amd64()),
        };
        assert_eq!(read_info(&answer(body)).expect("an engine"), expected);
    }
}

#[test]
fn what_is_no_engine_is_refused() {
    for answered in [
        &b""[..],
        b"HTTP/1.0 200 OK\r\n\r\nnot JSON",
        b"HTTP/1.0 403 Forbidden\r\n\r\n{}",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ] {
        assert!(read_info(answered).is_err());
    }
}

#[test]
fn buildx_tells_the_store_by_a_label() {
    let head = "Name:   default\nDriver: docker\n\nNodes:\nName:             default\n";
    let node = "Endpoint:         default\nStatus:           running\n\
        Platforms:        linux/amd64*, linux/amd64/v2, linux/386\nLabels:\n";
    let containerd = " org.mobyproject.buildkit.worker.snapshotter:          overlayfs\n";
    let classic = " org.mobyproject.buildkit.worker.moby.host-gateway-ip: 172.17.0.1\n";
    for (label, store) in [(containerd, Store::Containerd), (classic, Store::Classic)] {
        let engine = read_inspect(&format!("{head}{node}{label}")).expect("an engine");
        assert_eq!(engine.store, store);
        assert_eq!(engine.platform, Some(amd64()));
    }
}

#[test]
fn an_engine_that_is_down_is_none() {
    let text = "Name:   default\nDriver: \nError:  Cannot connect to the Docker daemon at x.\n";
    assert_eq!(read_inspect(text), None);
    assert_eq!(read_inspect("Driver: docker\nStatus: inactive\n"), None);
}

#[test]
fn versions_are_read_however_they_are_spelt() {
    for (text, expected) in [
        (
            "github.com/docker/buildx v0.13.1 788433953af10f2a",
            Some((0, 13)),
        ),
        (
            "github.com/docker/buildx 0.13.1+ds1 0.13.1+ds1-3",
            Some((0, 13)),
        ),
        ("github.com/docker/buildx v1.0.0-rc1 abc", Some((1, 0))),
        ("github.com/docker/buildx 1b2c3d4 1b2c3d4", None),
        ("", None),
    ] {
        assert_eq!(buildx_version(text), expected, "{text}");
    }
}

#[test]
fn processors_have_their_platform_names() {
    for (machine, expected) in [
        ("x86_64", Some("linux/amd64")),
        ("aarch64", Some("linux/arm64")),
        ("riscv64", Some("linux/riscv64")),
        ("", None),
    ] {
        let expected = expected.map(|name| Platform(name.to_owned()));
        assert_eq!(platform("linux", machine), expected);
    }
}

proptest! {
    #[test]
    fn no_answer_is_too_odd_to_read(bytes: Vec<u8>, text in ".{0,200}") {
        let _ = read_info(&bytes);
        let _ = read_inspect(&text);
        let _ = buildx_version(&text);
    }
}
