//! Task definitions on the wire: the document out, the answer in, neither through the SDK's types.

use super::{Ecs, half, unusable};
use crate::aws::answer::{RawAnswer, found};
use crate::aws::error::seen;
use crate::model::task_definition::{Described, TaskDefinition};
use anyhow::Result;
use aws_sdk_ecs::error::ProvideErrorMetadata;
use aws_sdk_ecs::operation::describe_task_definition::DescribeTaskDefinitionError;
use aws_sdk_ecs::types::TaskDefinitionField;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use serde_json::Value;

impl Ecs {
    /// Registers `document` as it is, byte for byte, and returns the new revision. Asked once: a
    /// second time makes a second revision, see [`once`](crate::aws::once::once).
    pub async fn register(&self, document: &TaskDefinition) -> Result<Described> {
        const ACTION: &str = "ecs:RegisterTaskDefinition";
        let body = document.to_bytes();
        let say = async || {
            let (body, raw) = (body.clone(), RawAnswer::default());
            let call = self.client.register_task_definition().customize();
            let call = call.mutate_request(move |request| replace_body(request, &body));
            let answer = call.interceptor(raw.clone()).send().await;
            answer.map_err(seen(ACTION))?;
            described(ACTION, &raw.body())
        };
        let answer = self.asking.say(say).await;
        self.asking.noting(answer, |_| true)
    }

    /// The newest active revision of `family`; `None` when it has none.
    pub async fn latest_revision(&self, family: &str) -> Result<Option<Described>> {
        self.describe_task_definition(family).await
    }

    /// The revision of this ARN, `family:revision` or family (its newest active one) with its tags,
    /// as ECS answered; `None` when there is none.
    pub async fn describe_task_definition(&self, revision: &str) -> Result<Option<Described>> {
        const ACTION: &str = "ecs:DescribeTaskDefinition";
        let ask = async || {
            let raw = RawAnswer::default();
            let call = self.client.describe_task_definition();
            let call = call.task_definition(revision);
            let call = call.include(TaskDefinitionField::Tags).customize();
            let answer = call.interceptor(raw.clone()).send().await;
            let answer = found(ACTION, answer, is_not_there)?;
            answer.map(|_| described(ACTION, &raw.body())).transpose()
        };
        self.asking.ask(ask).await
    }
}

/// ECS has one `ClientException` for everything; only its sentence tells that nothing is there.
fn is_not_there(error: &DescribeTaskDefinitionError) -> bool {
    let unable = |sentence: &str| sentence.starts_with("Unable to describe task definition");
    error.is_client_exception() && error.message().is_some_and(unable)
}

/// Puts the document in the place of the body the SDK made, before the request is signed.
pub(super) fn replace_body(request: &mut HttpRequest, body: &Bytes) {
    let length = body.len().to_string();
    request.headers_mut().insert("content-length", length);
    *request.body_mut() = SdkBody::from(body.clone());
}

fn described(action: &str, body: &[u8]) -> Result<Described> {
    let raw: Value = serde_json::from_slice(body)
        .map_err(|error| unusable(action, &format!("the answer is no JSON: {error}")))?;
    let arn = raw.pointer("/taskDefinition/taskDefinitionArn");
    let arn = arn.and_then(Value::as_str).map(str::to_owned);
    let arn = arn.ok_or_else(|| half(action, "taskDefinitionArn"))?;
    Ok(Described { arn, raw })
}
