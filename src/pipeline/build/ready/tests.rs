use super::recipe;
use crate::docker::engine::{Engine, Store};
use crate::inputs::{BuildInputs, Cache};
use crate::model::image::Platform;
use proptest::collection::btree_map;
use proptest::prelude::*;

fn inputs() -> BuildInputs {
    BuildInputs {
        repository: Some("shop".to_owned()),
        context: "app".into(),
        file: None,
        args: Vec::new(),
        secrets: Vec::new(),
        target: None,
        platforms: Vec::new(),
        labels: Vec::new(),
        tags: Vec::new(),
        cache: Cache::None,
        provenance: false,
        sbom: false,
        rebuild: false,
        create_repository: false,
        scan_fail_on: None,
    }
}

fn engine(platform: &str) -> Engine {
    Engine {
        version: String::new(),
        store: Store::Containerd,
        platform: Some(Platform(platform.to_owned())),
    }
}

fn hash(inputs: &BuildInputs) -> String {
    recipe(inputs, &engine("linux/amd64"), Vec::new()).hash()
}

#[test]
fn the_usual_dockerfile_is_the_same_as_naming_it() {
    let file = Some("app/Dockerfile".into());
    let named = BuildInputs { file, ..inputs() };
    assert_eq!(hash(&named), hash(&inputs()));
}

#[test]
fn the_engine_s_platform_is_the_same_as_naming_it_and_another_is_not() {
    let platforms = vec![Platform("linux/amd64".to_owned())];
    let named = BuildInputs {
        platforms,
        ..inputs()
    };
    assert_eq!(hash(&named), hash(&inputs()));
    let elsewhere = recipe(&inputs(), &engine("linux/arm64"), Vec::new());
    assert_ne!(elsewhere.hash(), hash(&inputs()));
}

#[test]
fn what_does_not_change_the_image_does_not_change_the_hash() {
    let same = BuildInputs {
        tags: vec!["v1".to_owned()],
        cache: Cache::Gha,
        rebuild: true,
        create_repository: true,
        ..inputs()
    };
    assert_eq!(hash(&same), hash(&inputs()));
    let secret = |value: &str| BuildInputs {
        secrets: vec![("npm".to_owned(), value.into())],
        ..inputs()
    };
    assert_eq!(hash(&secret("one")), hash(&secret("other")));
    assert_ne!(hash(&secret("one")), hash(&inputs()));
}

proptest! {
    #[test]
    fn the_order_of_arguments_and_labels_does_not_matter(
        pairs in btree_map("[ab]{0,2}", "[ab]{0,2}", 0..5),
    ) {
        let forth: Vec<_> = pairs.into_iter().collect();
        let back: Vec<_> = forth.iter().rev().cloned().collect();
        let one = BuildInputs { args: forth.clone(), labels: back.clone(), ..inputs() };
        let other = BuildInputs { args: back, labels: forth, ..inputs() };
        prop_assert_eq!(hash(&one), hash(&other));
    }
}
