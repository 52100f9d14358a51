//! The way of a commit: built, on staging, approved, in production.

use crate::run::Stand;

/// A step of a job for staging that builds and deploys what is in the workspace.
fn release(stand: &Stand) -> crate::run::Step<'_> {
    stand
        .staging(stand.staging_job())
        .input("command", "release")
        .input("image", "")
        .input("repository", "shop")
        .input("cache", "none")
        .with_engine()
}

#[tokio::test]
async fn a_commit_goes_to_production() {
    let stand = Stand::open().await;
    let staged = release(&stand).run().await;
    println!("{}", staged.log);
    staged.ended(0, "succeeded");
    let image = staged.output("image");
    let digest = stand.look(|world| {
        let shop = &world.ecr.repositories["shop"];
        let tag = format!("sha-{}", "a".repeat(40));
        shop.resolve(&tag).unwrap().as_str().to_owned()
    });
    assert!(image.ends_with(&format!("/shop@{digest}")), "{image}");
    assert_eq!(staged.output("image-digest"), digest);
    assert_eq!(staged.output("image-pushed"), "true");
    assert_eq!(stand.image("staging"), image);
    assert_eq!(stand.revision("staging"), "shop-staging:2");

    let shipped = stand
        .production(stand.production_job())
        .input("image", image)
        .run()
        .await;
    println!("{}\n{}", shipped.log, shipped.summary);
    shipped.ended(0, "traffic-shifted");
    assert_eq!(stand.image("production"), image);
    assert_eq!(stand.traffic(), (0, 100));
}
