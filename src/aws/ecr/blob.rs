//! Where a part of an image may be read from.

use super::Ecr;
use crate::aws::answer::half;
use crate::aws::error::seen;
use anyhow::Result;

impl Ecr {
    /// The address, good for an hour, of the layer or configuration with `digest`.
    pub async fn address_of(&self, repository: &str, digest: &str) -> Result<String> {
        const ACTION: &str = "ecr:GetDownloadUrlForLayer";
        let call = self.client.get_download_url_for_layer();
        let call = call.repository_name(repository).layer_digest(digest);
        let ask = async || {
            let answer = call.clone().send().await.map_err(seen(ACTION))?;
            let address = answer.download_url().map(str::to_owned);
            address.ok_or_else(|| half(ACTION, "downloadUrl"))
        };
        self.asking.ask(ask).await
    }
}
