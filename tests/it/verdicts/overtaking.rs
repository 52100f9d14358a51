//! An older commit after a newer one: refused, unless it is asked for or nobody can say.

use super::row::{Row, codedeploy, rolling};
use super::stage::Stage;
use super::table::rows;
use greengate_sandbox::world::github::permissions::{Level, Scope};

const ONE: &str = "1111111111111111111111111111111111111111";
const TWO: &str = "2222222222222222222222222222222222222222";

/// Without `contents: read`.
const CANNOT_COMPARE: [(Scope, Level); 2] = [
    (Scope::Actions, Level::Read),
    (Scope::IdToken, Level::Write),
];

/// Two commits, 1 and 2, and on 1 another one, 3; `image` is built from `commits`.
fn built_from(row: Row, image: &str, commits: &[&str]) -> Row {
    let history = format!(
        "admins: [mona]\n      commits: ['{ONE}', {{ sha: '{}', parent: '{ONE}' }}, \
         {{ sha: '{TWO}', parent: '{ONE}' }}]\n",
        "3".repeat(40)
    );
    let tags: Vec<_> = commits.iter().map(|it| format!("sha-{it}")).collect();
    row.world("admins: [mona]\n", &history).world(
        &format!("- tags: [{image}]"),
        &format!("- tags: [{image}, {}]", tags.join(", ")),
    )
}

/// What runs at first is built from `commits`, and a run for commit 1 deploys something else.
fn deployed(row: Row, commits: &[&str]) -> Row {
    built_from(row, "v1", commits).commit('1')
}

/// A run for commit 2 that has started its deployment, and a run for commit 1 after it.
fn followed_by_older() -> Row {
    built_from(codedeploy(), "v2", &[TWO])
        .commit('2')
        .input("wait-for", "created")
        .next_run()
        .commit('1')
        .input("wait-for", "traffic-shifted")
        .image("v1")
}

rows! {
    "An older commit after a newer one";

    an_older_run_is_attempted_again_after_a_newer_one:
        built_from(rolling(), "v2", &[TWO]).commit('1').image("v1")
            .next_run().commit('2').image("v2").rerun_of_first()
            .calls("RegisterTaskDefinition", 2).calls("UpdateService", 2)
        => exit 3 "refused" "GG029", serves "shop-staging:3",
        says "staging/shop runs commit 2222222, and this run is for the older 1111111",
        "2222222 is 1 commit ahead of 1111111; it is known by the tag sha-2222222222222222222222222222222222222222 of ",
        ", pushed at 2026-11-23 10:00:00 UTC",
        "`allow-older-commit: true`";

    an_older_commit_is_allowed:
        deployed(rolling(), &[TWO]).input("allow-older-commit", "true").calls("DescribeImages", 0)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    a_newer_commit_is_deployed_after_an_older_one:
        deployed(rolling(), &[ONE]).commit('2')
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    what_is_deployed_was_built_from_an_older_commit_too:
        deployed(rolling(), &[TWO, ONE]).commit('1')
        => exit 0 "succeeded", serves "shop-staging:2",
        says "2 of 2 tasks running";

    what_is_deployed_has_no_tag_of_a_commit:
        rolling().commit('1')
        => exit 0 "succeeded", serves "shop-staging:2",
        says "Whether staging/shop runs a newer commit than this run's is not known: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v1 has no tag `sha-<commit>`.";

    what_is_deployed_is_in_no_registry_of_ours:
        deployed(rolling(), &[TWO])
            .world("image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v1", "image: ghcr.io/acme/shop:v1")
            .calls("DescribeImages", 0)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "is not known: no image of shop-staging:1 is in ECR in this account and eu-west-1.";

    what_is_deployed_is_gone_from_its_repository:
        deployed(rolling(), &[TWO])
            .world("amazonaws.com/shop:v1", "amazonaws.com/shop:v0")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "amazonaws.com/shop:v0 is not in its repository any more.";

    what_is_deployed_is_a_commit_that_github_does_not_have:
        deployed(rolling(), &["4444444444444444444444444444444444444444"])
        => exit 0 "succeeded", serves "shop-staging:2",
        says "is not known: GitHub does not find commit 4444444 in acme/shop";

    what_is_deployed_is_on_another_branch:
        deployed(rolling(), &["3333333333333333333333333333333333333333"]).commit('2')
        => exit 0 "succeeded", serves "shop-staging:2",
        says "is not known: neither of 3333333, which is deployed, and 2222222 comes from the other.";

    the_job_may_not_compare_commits:
        deployed(rolling(), &[TWO]).permissions(&CANNOT_COMPARE)
        => exit 0 "succeeded", serves "shop-staging:2",
        says "add `contents: read` to the job's `permissions:`";

    the_role_may_not_see_tags:
        deployed(rolling(), &[TWO]).without("ecr:DescribeImages")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "is not known: the role may not call ecr:DescribeImages.";

    github_is_down:
        deployed(rolling(), &[TWO]).fault("github", "operation: '*/compare/*', answer: { status: 503 }")
        => exit 0 "succeeded", serves "shop-staging:2",
        says "(HTTP 503).";

    an_older_run_has_waited_for_a_newer_one:
        followed_by_older().calls("RegisterTaskDefinition", 1).calls("CreateDeployment", 1)
        => exit 3 "refused" "GG029", serves "shop:2",
        says "production/shop runs commit 2222222, and this run is for the older 1111111";

    an_older_run_would_stop_a_newer_one:
        followed_by_older().input("on-active-deployment", "stop")
            .calls("RegisterTaskDefinition", 1).calls("CreateDeployment", 1).calls("StopDeployment", 0)
        => exit 3 "refused" "GG029", serves "shop:1",
        says "commit 2222222 is being deployed to production/shop, and this run, which would stop that, is for the older 1111111";

    an_older_run_may_stop_a_newer_one:
        followed_by_older().input("on-active-deployment", "stop").input("allow-older-commit", "true")
            .calls("StopDeployment", 1)
        => exit 0 "traffic-shifted", serves "shop:3",
        says "Stopping it and waiting for its rollback (on-active-deployment: stop)";

    a_newer_commit_comes_between:
        built_from(codedeploy(), "v2", &[ONE]).commit('1')
            .meanwhile(&format!("after: {{ operation: RegisterTaskDefinition }}, does: {{ put-tag: {{ repository: shop, tag: sha-{TWO}, of: v1 }} }}"))
            .meanwhile("after: { operation: RegisterTaskDefinition }, does: { create-deployment: { application: AppECS-production-shop, group: DgpECS-production-shop, task-definition: 'shop:1', description: by hand } }")
            .calls("CreateDeployment", 2)
        => exit 5 "failed" "GG029", serves "shop:1",
        says "production/shop runs commit 2222222, and this run is for the older 1111111";
}

/// The same commit is known without GitHub, and nobody is asked when nothing can be compared.
#[tokio::test(start_paused = true)]
async fn nobody_is_asked_in_vain() {
    for (row, images, comparisons) in [
        (deployed(rolling(), &[ONE]), 1, 0),
        (deployed(rolling(), &[TWO, ONE]), 1, 0),
        (rolling(), 1, 0),
        (deployed(rolling(), &[TWO]), 1, 1),
        (
            deployed(rolling(), &[TWO]).input("allow-older-commit", "true"),
            0,
            0,
        ),
        (
            deployed(rolling(), &[TWO]).input("command", "rollback"),
            0,
            0,
        ),
    ] {
        let mut stage = Stage::of(&row);
        stage.play(&row.attempt).await;
        let asked = (stage.count("DescribeImages"), stage.count_of("/compare/"));
        assert_eq!(asked, (images, comparisons));
    }
}
