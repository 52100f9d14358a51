use super::super::super::edits::Edits;
use super::super::super::tests::{TWO, parsed};
use super::web;
use crate::failure::Code;

fn edits(image: Option<&str>, container: Option<&str>, images: &[(&str, &str)]) -> Edits {
    let pair = |(name, image): &(&str, &str)| ((*name).to_owned(), (*image).to_owned());
    Edits {
        image: image.map(str::to_owned),
        images: images.iter().map(pair).collect(),
        container: container.map(str::to_owned),
        ..Edits::default()
    }
}

#[test]
fn images_go_where_the_inputs_say() {
    let one = web(r#""image":"old""#);
    for (text, edits, built, expected) in [
        (one.as_str(), edits(None, None, &[]), None, "web=old"),
        (&one, edits(Some("new"), None, &[]), None, "web=new"),
        (&one, edits(None, None, &[]), Some("built"), "web=built"),
        (
            &one,
            edits(Some("new"), None, &[]),
            Some("built"),
            "web=built",
        ),
        (&one, edits(None, None, &[("web", "new")]), None, "web=new"),
        (
            TWO,
            edits(Some("new"), Some("proxy"), &[]),
            None,
            "web=old proxy=new",
        ),
        (
            TWO,
            edits(None, None, &[("proxy", "nginx:2"), ("web", "new")]),
            None,
            "web=new proxy=nginx:2",
        ),
        (
            TWO,
            edits(None, None, &[("proxy", "nginx:2")]),
            Some("built"),
            "web=built proxy=nginx:2",
        ),
        // Named for something else than an image.
        (
            TWO,
            edits(None, Some("web"), &[("web", "new")]),
            None,
            "web=new proxy=nginx:1",
        ),
    ] {
        let mut document = parsed(text);
        document.edit(&edits, built).expect("edited");
        let images = document.images().into_iter();
        let images: Vec<_> = images
            .map(|(name, image)| format!("{name}={image}"))
            .collect();
        assert_eq!(images.join(" "), expected, "{edits:?} {built:?}");
    }
}

#[test]
fn images_without_a_place_are_refused() {
    let open = "container-name is not set, and the task definition shop leaves it open";
    for (edits, code, what) in [
        (edits(Some("new"), None, &[]), Code::BadInputs, open),
        (
            edits(Some("new"), None, &[("web", "a"), ("proxy", "b")]),
            Code::BadInputs,
            open,
        ),
        (
            edits(Some("new"), Some("db"), &[]),
            Code::UnknownContainer,
            "the task definition shop has no container \"db\"",
        ),
        (
            edits(None, None, &[("db", "new")]),
            Code::UnknownContainer,
            "the task definition shop has no container \"db\"",
        ),
        (
            edits(Some("new"), Some("web"), &[("web", "other")]),
            Code::BadInputs,
            "inputs of this step do not fit the task definition shop",
        ),
    ] {
        let failures = parsed(TWO).edit(&edits, None).expect_err(what);
        let [failure] = failures.as_slice() else {
            panic!("{failures:?}");
        };
        assert_eq!((failure.code, failure.what.as_str()), (code, what));
        if code == Code::UnknownContainer {
            assert_eq!(failure.why, ["its containers are web, proxy"]);
        }
    }
}

#[test]
fn every_container_that_is_not_there_is_told_once_with_the_inputs_that_name_it() {
    let mut edits = edits(Some("new"), Some("db"), &[("cache", "x"), ("web", "y")]);
    edits.variables = vec![
        super::entry(Some("cache"), "A", "1"),
        super::entry(None, "B", "2"),
    ];
    let failures = parsed(TWO).edit(&edits, None).expect_err("two");
    let told: Vec<_> = failures
        .iter()
        .map(|it| (it.what.as_str(), it.help.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (
                "the task definition shop has no container \"cache\"",
                "Correct `images` and `environment-variables` to a container of the task definition.",
            ),
            (
                "the task definition shop has no container \"db\"",
                "Correct `container-name` to a container of the task definition.",
            ),
        ]
    );
}
