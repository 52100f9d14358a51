use super::Logs;
use crate::aws::canned::{asked, aws, failed, refusal};
use crate::aws::error::Kind;
use serde_json::json;

#[tokio::test]
async fn the_last_events_are_read() {
    let (config, calls) = aws(|_, _| {
        let event = |message: &str| json!({"timestamp": 1, "message": message});
        (
            200,
            json!({"events": [event("first"), event("last\n")], "nextBackwardToken": "b/1"}),
        )
    });
    let logs = Logs::new(&config, None);
    let tail = logs.tail("/ecs/shop", "web/web/1", 20).await;
    assert_eq!(
        tail.expect("an answer"),
        Some(vec!["first".to_owned(), "last\n".to_owned()])
    );
    let body = json!({
        "logGroupName": "/ecs/shop", "logStreamName": "web/web/1", "limit": 20, "startFromHead": false,
    });
    assert_eq!(asked(&calls), [("GetLogEvents".to_owned(), body)]);
    let calls = calls.lock().expect("the calls");
    assert_eq!(calls[0].uri().host(), Some("logs.eu-west-1.amazonaws.com"));
}

#[tokio::test]
async fn a_log_of_another_region_is_read_there() {
    let (config, calls) = aws(|_, _| (200, json!({})));
    let tail = Logs::new(&config, Some("us-east-1"))
        .tail("g", "s", 1)
        .await;
    assert_eq!(tail.expect("an answer"), Some(Vec::new()));
    let calls = calls.lock().expect("the calls");
    assert_eq!(calls[0].uri().host(), Some("logs.us-east-1.amazonaws.com"));
}

#[tokio::test]
async fn a_stream_that_is_not_there_is_none_and_a_refusal_is_named() {
    let (config, _) = aws(|_, _| {
        let message = "The specified log stream does not exist.";
        refusal("ResourceNotFoundException", message)
    });
    let tail = Logs::new(&config, None).tail("g", "s", 1).await;
    assert_eq!(tail.expect("an answer"), None);
    let (config, _) = aws(|_, _| refusal("AccessDeniedException", "no"));
    let failure = failed(Logs::new(&config, None).tail("g", "s", 1).await);
    assert_eq!(
        (failure.action.as_str(), failure.kind),
        ("logs:GetLogEvents", Kind::Denied)
    );
}
