//! What is played in a world, and how it must end. Only the demo looks at it.

use serde::Deserialize;

/// A commit that goes to staging, waits for a review, and goes to production.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Story {
    /// What is special, for who watches.
    pub about: String,
    /// The login of who approves or rejects.
    pub reviewer: String,
    /// What the staging job's output `outcome` must be.
    pub staging: String,
    /// What the production job's output `outcome` must be; `skipped` where the job must not come
    /// to its turn.
    pub production: String,
}

impl Default for Story {
    fn default() -> Self {
        Self {
            about: String::new(),
            reviewer: "mona".to_owned(),
            staging: "succeeded".to_owned(),
            production: "traffic-shifted".to_owned(),
        }
    }
}
