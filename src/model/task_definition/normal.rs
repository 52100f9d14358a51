//! Whether two documents mean the same to ECS.

use super::TaskDefinition;
use serde_json::Value;

impl TaskDefinition {
    /// Whether registering this document would only repeat the revision that DescribeTaskDefinition
    /// answered with (the whole answer). In doubt they differ: that costs a revision, the other
    /// mistake a deployment of the wrong one.
    pub fn same_as(&self, described: &Value) -> bool {
        Self::of(described.clone(), "the registered revision")
            .is_ok_and(|described| self.document == described.document)
    }
}
