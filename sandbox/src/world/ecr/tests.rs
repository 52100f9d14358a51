use super::*;
use crate::world::World;

fn world(seed: &str) -> Result<World, String> {
    let start = "2026-11-23T10:00:00Z".parse().unwrap();
    let mut world = World::new(start, "123456789012", "eu-west-1");
    let seed: Seed = serde_saphyr::from_str(seed).map_err(|error| error.to_string())?;
    seed.seed(&mut world)?;
    Ok(world)
}

#[test]
fn a_reference_leads_to_an_image_or_says_why_not() {
    let world = world("repositories: [{name: team/shop, images: [{tags: [latest, v1]}]}]").unwrap();
    let digest = world.ecr.repositories["team/shop"].resolve("v1").unwrap();
    let found = Located::Found {
        repository: "team/shop".to_owned(),
        digest: digest.clone(),
    };
    let here = &world.address;
    let aws = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    for reference in [
        format!("{here}/team/shop"),
        format!("{here}/team/shop:v1"),
        format!("{aws}/team/shop@{digest}"),
        format!("{here}/team/shop:gone@{digest}"),
    ] {
        assert_eq!(locate(&world, &reference), found, "{reference}");
    }
    for reference in ["team/shop:v2", "shop:v1", "team/shop@sha256:00"] {
        let reference = format!("{here}/{reference}");
        assert_eq!(locate(&world, &reference), Located::Missing, "{reference}");
    }
    for reference in ["nginx", "nginx:1", "images.example/nginx/nginx:1"] {
        assert_eq!(locate(&world, reference), Located::Elsewhere, "{reference}");
    }
}

#[test]
fn images_of_a_seed_differ_by_their_content() {
    let world = world(
        "repositories: [{name: shop, images: [{tags: [v1]}, {tags: [v2]}, {tags: [v3], content: v1}]}]",
    )
    .unwrap();
    let digest = |tag| world.ecr.repositories["shop"].resolve(tag).unwrap();
    assert_ne!(digest("v1"), digest("v2"));
    assert_eq!(digest("v1"), digest("v3"));
}

#[test]
fn a_seed_that_makes_no_sense_says_so() {
    for (seed, why) in [
        (
            "repositories: [{name: shop}, {name: shop}]",
            "repository `shop`: is there twice",
        ),
        (
            "repositories: [{name: shop, images: [{tags: []}]}]",
            "repository `shop`: an image has no tags",
        ),
        (
            "repositories: [{name: shop, images: [{tags: [v1], platforms: []}]}]",
            "repository `shop`: image `v1` has no platforms",
        ),
        (
            "repositories: [{name: shop, images: [{tags: [v1], platforms: [arm64]}]}]",
            "repository `shop`: platform `arm64` is not `os/architecture`",
        ),
    ] {
        assert_eq!(world(seed).unwrap_err(), why);
    }
    assert!(world("repositories: [{name: shop, colour: green}]").is_err());
}
