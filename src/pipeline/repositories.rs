//! The repositories of ECR, each asked for once however many images of a run are in it.

use crate::aws::Aws;
use crate::aws::ecr::{Ecr, Repository};
use anyhow::Result;
use std::collections::BTreeMap;
use tokio::sync::Mutex;

/// What is known of the account's repositories.
pub struct Repositories {
    ecr: Ecr,
    known: Mutex<BTreeMap<String, Option<Repository>>>,
}

impl Repositories {
    /// None known so far.
    pub fn new(aws: &Aws) -> Self {
        Self {
            ecr: aws.ecr(),
            known: Mutex::default(),
        }
    }

    /// The repository of this name; `None` when there is none.
    ///
    /// # Errors
    /// As AWS fails; the next one asks again.
    pub async fn named(&self, name: &str) -> Result<Option<Repository>> {
        // Held while ECR is asked, so that nobody asks the same at the same time.
        let mut known = self.known.lock().await;
        if let Some(known) = known.get(name) {
            return Ok(known.clone());
        }
        let found = self.ecr.repository(name).await?;
        known.insert(name.to_owned(), found.clone());
        Ok(found)
    }
}
