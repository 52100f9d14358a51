use super::Tagged;
use crate::aws::canned::{Answer, Calls, asked, aws, failed, refusal};
use crate::aws::ecr::Ecr;
use crate::aws::error::Kind;
use crate::model::image_reference::ImageReference;
use serde_json::{Value, json};

const REPOSITORY: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/shop";

fn ecr(answers: impl Fn(usize, &Value) -> Answer + Send + Sync + 'static) -> (Ecr, Calls) {
    let (aws, calls) = aws(answers);
    (Ecr::new(&aws), calls)
}

async fn tags(ecr: &Ecr, image: &str) -> anyhow::Result<Option<Tagged>> {
    let image = format!("{REPOSITORY}{image}");
    ecr.tags(&ImageReference::parse(&image)).await
}

#[tokio::test]
async fn every_tag_of_an_image_is_read_in_one_call() {
    let (ecr, calls) = ecr(|_, _| {
        let detail = json!({"imageTags": ["v1", "sha-1"], "imagePushedAt": 1_790_000_000.5});
        (200, json!({"imageDetails": [detail]}))
    });
    for image in ["@sha256:abc", ":v1@sha256:abc", ":v1", ""] {
        let tagged = tags(&ecr, image).await.expect("an answer").expect("one");
        assert_eq!(tagged.tags, ["v1", "sha-1"]);
        let pushed = tagged.pushed_at.map(jiff::Timestamp::as_millisecond);
        assert_eq!(pushed, Some(1_790_000_000_500));
    }
    let asked = asked(&calls);
    let ids: Vec<_> = asked.iter().map(|(_, body)| &body["imageIds"][0]).collect();
    let digest = json!({"imageDigest": "sha256:abc"});
    let (tag, latest) = (json!({"imageTag": "v1"}), json!({"imageTag": "latest"}));
    assert_eq!(ids, [&digest, &digest, &tag, &latest]);
    assert!(asked.iter().all(|(operation, body)| {
        operation == "DescribeImages" && body["repositoryName"] == "team/shop"
    }));
}

#[tokio::test]
async fn an_image_without_tags_has_none() {
    let (ecr, _) = ecr(|_, _| {
        (
            200,
            json!({"imageDetails": [{"imageDigest": "sha256:abc"}]}),
        )
    });
    let tagged = tags(&ecr, "@sha256:abc").await.expect("an answer");
    let none = Tagged {
        tags: Vec::new(),
        pushed_at: None,
    };
    assert_eq!(tagged, Some(none));
}

#[tokio::test]
async fn what_is_not_there_is_no_failure_and_what_is_denied_is_one() {
    for code in ["ImageNotFoundException", "RepositoryNotFoundException"] {
        let (ecr, _) = ecr(move |_, _| refusal(code, "not there"));
        assert_eq!(tags(&ecr, ":v1").await.expect("an answer"), None);
    }
    let (ecr, _) = ecr(|_, _| refusal("AccessDeniedException", "not authorized"));
    let denied = failed(tags(&ecr, ":v1").await);
    assert_eq!(
        (denied.kind, denied.action.as_str()),
        (Kind::Denied, "ecr:DescribeImages")
    );
}
