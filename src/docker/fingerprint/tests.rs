use super::Recipe;
use crate::model::image::Platform;
use insta::assert_snapshot;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    // Few letters, so that fields run into each other where they can.
    "[a=,]{0,3}"
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let sets = (btree_set(text(), 0..3), btree_set(text(), 0..3));
    let maps = (
        btree_map(text(), text(), 0..3),
        btree_map(text(), text(), 0..3),
    );
    let rest = (vec(any::<u8>(), 0..3), any::<(bool, bool)>());
    let names = (text(), text(), proptest::option::of(text()));
    (sets, maps, rest, names).prop_map(|(sets, maps, rest, names)| Recipe {
        context: names.0,
        file: names.1,
        dockerfile: rest.0,
        target: names.2,
        args: maps.0,
        platforms: sets.0.into_iter().map(Platform).collect(),
        labels: maps.1,
        secrets: sets.1,
        provenance: rest.1.0,
        sbom: rest.1.1,
    })
}

#[test]
fn the_hash_is_the_same_in_every_version() {
    let pairs = |list: &[(&str, &str)]| {
        let list = list.iter();
        list.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    };
    let recipe = Recipe {
        context: "app".to_owned(),
        file: "app/Dockerfile".to_owned(),
        dockerfile: b"FROM scratch\n".to_vec(),
        target: Some("release".to_owned()),
        args: pairs(&[("VERSION", "1.2"), ("DEBUG", "")]),
        platforms: ["linux/amd64", "linux/arm64"]
            .map(|name| Platform(name.to_owned()))
            .into(),
        labels: pairs(&[("team", "web")]),
        secrets: ["npm".to_owned()].into(),
        provenance: true,
        sbom: false,
    };
    assert_snapshot!(recipe.hash(), @"540bf3cc026e1ef00ffb87ba511ef3b81f4a162595c771de44c4a3480060f42e");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn only_equal_inputs_have_equal_hashes(one in recipe(), other in recipe()) {
        prop_assert_eq!(one == other, one.hash() == other.hash());
    }
}
