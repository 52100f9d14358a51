use super::{GitHub, GitHubFailure, segment};
use crate::clock::Clock;
use crate::http::{Http, tests::answering, tests::json};
use crate::job::Job;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// A job of `shop/web`.
pub(crate) fn job() -> Job {
    let variables = [
        ("GITHUB_REPOSITORY", "shop/web"),
        ("GITHUB_SHA", "c0ffee"),
        ("GITHUB_REF", "refs/heads/main"),
        ("GITHUB_RUN_ID", "77"),
        ("GITHUB_RUN_ATTEMPT", "1"),
        ("GITHUB_ACTOR", "ann"),
        ("GITHUB_API_URL", "https://github.example/api/v3"),
        ("GITHUB_WORKSPACE", "/github/workspace"),
    ];
    Job::read(&variables.into_iter().collect()).expect("a job")
}

fn reading(
    answers: impl Fn(&Request<Bytes>) -> Option<Response<Bytes>> + Send + Sync + 'static,
) -> GitHub {
    let http = Http::new(answering(answers), Clock::real());
    GitHub::connect(&job(), &"ghs_secret".into(), &http).expect("a client")
}

#[tokio::test]
async fn a_read_goes_to_the_servers_api_with_the_jobs_token() {
    let github = reading(|request| {
        let path = "https://github.example/api/v3/repos/shop/web/environments/a%20b%2Fc";
        assert_eq!(request.uri().to_string(), path);
        assert_eq!(request.headers()["authorization"], "Bearer ghs_secret");
        assert_eq!(request.headers()["user-agent"], "greengate");
        json(
            200,
            &json!({"id": 5, "name": "a b/c", "can_admins_bypass": true,
            "protection_rules": [
                {"id": 1, "type": "brand_new", "what": {}},
                {"id": 2, "type": "required_reviewers", "prevent_self_review": true, "reviewers": [
                    {"type": "Team", "reviewer": {"id": 1, "slug": "sre"}},
                    {"type": "User", "reviewer": {"id": 2, "login": "bob"}}]}]}),
        )
    });
    let environment = github
        .environment("a b/c")
        .await
        .expect("an answer")
        .expect("one");
    let rule = &environment.protection_rules[1];
    let names: Vec<_> = rule.reviewers.iter().map(|r| r.reviewer.name()).collect();
    assert_eq!(names, [Some("sre"), Some("bob")]);
    assert_eq!(environment.can_admins_bypass, Some(true));
    assert_eq!(format!("{github:?}"), "GitHub(shop/web)");
}

#[tokio::test]
async fn commits_are_compared_with_few_words() {
    let github = reading(|request| {
        let path = "https://github.example/api/v3/repos/shop/web/compare/aaa...bbb?per_page=1";
        assert_eq!(request.uri().to_string(), path);
        json(
            200,
            &json!({"status": "ahead", "ahead_by": 2, "behind_by": 0, "total_commits": 2,
            "base_commit": {"sha": "aaa"}, "commits": [{"sha": "abc"}], "files": []}),
        )
    });
    let compared = github.compare("aaa", "bbb").await.expect("an answer");
    assert_eq!((compared.status.as_str(), compared.ahead_by), ("ahead", 2));
}

#[tokio::test]
async fn an_environment_that_is_not_there_is_none() {
    let github = reading(|_| json(404, &json!({"message": "Not Found"})));
    assert_eq!(github.environment("x").await, Ok(None));
}

#[tokio::test]
async fn a_missing_permission_is_told_at_once_in_githubs_words() {
    let asked = AtomicUsize::new(0);
    let github = reading(move |_| {
        assert_eq!(asked.fetch_add(1, SeqCst), 0, "asked again");
        json(
            403,
            &json!({"message": "Resource not accessible by integration"}),
        )
    });
    let failure = github.reviews(77).await.unwrap_err();
    assert!(failure.is_denied());
    assert_eq!(
        failure.to_string(),
        "GET /repos/shop/web/actions/runs/77/approvals: Resource not accessible by integration \
         (HTTP 403)"
    );
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_asked_again() {
    let asked = AtomicUsize::new(0);
    let github = reading(move |_| match asked.fetch_add(1, SeqCst) {
        0 => json(502, &json!({})),
        1 => None,
        2 => json(
            403,
            &json!({"message": "API rate limit exceeded for installation."}),
        ),
        _ => json(
            200,
            &json!({"run_id": 77, "run_attempt": 1, "head_sha": "c0ffee"}),
        ),
    });
    assert_eq!(github.job(9).await.map(|job| job.run_id), Ok(77));
}

#[tokio::test(start_paused = true)]
async fn an_outage_ends_with_what_was_said() {
    let failure = reading(|_| None).job(9).await.unwrap_err();
    assert_eq!((failure.status, failure.passes()), (None, true));
    assert_eq!(failure.message, "connection reset by peer");
    let failure: GitHubFailure = reading(|_| json(200, &json!([]))).job(9).await.unwrap_err();
    assert!(
        failure
            .message
            .starts_with("the answer is not what it should be")
    );
    assert!(!failure.passes());
}

#[test]
fn names_are_encoded_for_a_path() {
    assert_eq!(segment("blå/a b?%"), "bl%C3%A5%2Fa%20b%3F%25");
    assert_eq!(segment("prod-1_x.y~z"), "prod-1_x.y~z");
}

/// A pull request with `others` comments before the one that is ours, when it is there.
fn comments(others: usize, ours: bool) -> serde_json::Value {
    let other = |id| {
        let (body, kind) = if id % 2 == 0 {
            ("> <!-- plan -->", "Bot")
        } else {
            ("<!-- plan -->", "User")
        };
        json!({"id": id, "body": body, "user": {"type": kind}, "author_association": "CONTRIBUTOR"})
    };
    let mut all: Vec<_> = (1..=others).map(other).collect();
    if ours {
        all.push(
            json!({"id": 500, "body": "<!-- plan -->old", "user": {"type": "Bot"},
            "author_association": "NONE", "html_url": "ours"}),
        );
    }
    all.into()
}

#[tokio::test]
async fn a_comment_is_kept_and_not_said_twice() {
    for (others, ours, expected) in [
        (0, false, vec!["GET 1", "POST new"]),
        (3, true, vec!["GET 1", "PATCH new"]),
        (100, true, vec!["GET 1", "GET 2", "PATCH new"]),
        (100, false, vec!["GET 1", "GET 2", "POST new"]),
    ] {
        let calls = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = calls.clone();
        let github = reading(move |request| {
            let (uri, method) = (request.uri().to_string(), request.method());
            let all = comments(others, ours);
            let all = all.as_array().unwrap();
            let (call, answer) = if method == "GET" {
                assert!(uri.contains("/repos/shop/web/issues/7/comments?per_page=100&page="));
                let page = uri.rsplit('=').next().unwrap().to_owned();
                let from = (page.parse::<usize>().unwrap() - 1) * 100;
                let items: Vec<_> = all.iter().skip(from).take(100).cloned().collect();
                (page, items.into())
            } else {
                let to = if ours {
                    "issues/comments/500"
                } else {
                    "issues/7/comments"
                };
                assert!(uri.ends_with(to), "{uri}");
                let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
                assert_eq!(body, json!({"body": "<!-- plan -->new"}));
                ("new".to_owned(), json!({"id": 500, "html_url": "ours"}))
            };
            seen.lock().unwrap().push(format!("{method} {call}"));
            json(200, &answer)
        });
        let said = github
            .keep_comment(7, "<!-- plan -->", "<!-- plan -->new")
            .await;
        assert_eq!(said.as_deref(), Ok("ours"));
        assert_eq!(*calls.lock().unwrap(), expected, "{others} {ours}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_comment_whose_answer_is_lost_is_looked_for() {
    let said = std::sync::Arc::new(AtomicUsize::new(0));
    let seen = said.clone();
    let github = reading(move |request| match request.method().as_str() {
        "POST" => {
            seen.fetch_add(1, SeqCst);
            None
        }
        "PATCH" => json(200, &json!({"id": 500, "html_url": "ours"})),
        _ => json(200, &comments(0, seen.load(SeqCst) > 0)),
    });
    let kept = github
        .keep_comment(7, "<!-- plan -->", "<!-- plan -->new")
        .await;
    assert_eq!((kept.as_deref(), said.load(SeqCst)), (Ok("ours"), 1));
}

#[tokio::test]
async fn a_refused_comment_says_what_was_asked() {
    let github = reading(|request| match request.method().as_str() {
        "POST" => json(
            403,
            &json!({"message": "Resource not accessible by integration"}),
        ),
        _ => json(200, &json!([])),
    });
    let failure = github.keep_comment(7, "m", "m").await.unwrap_err();
    assert!(failure.is_denied());
    let asked =
        "POST /repos/shop/web/issues/7/comments: Resource not accessible by integration (HTTP 403)";
    assert_eq!(failure.to_string(), asked);
}
