//! The deployment that the step before the post step may have left behind.

use serde::{Deserialize, Serialize};

/// A deployment, as the post step finds it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftRunning {
    /// AWS's id of it.
    pub id: String,
    /// The task definition's ARN that it brings; empty where none was registered for it.
    pub revision: String,
}

impl LeftRunning {
    /// The name under which it is saved.
    pub const STATE: &str = "deployment";

    /// As one line.
    pub fn to_text(&self) -> String {
        // A structure of texts has a text.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From that line; `None` when nothing was left or it is no such line.
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::LeftRunning;

    #[test]
    fn what_was_saved_is_found_again() {
        let left = LeftRunning {
            id: "d-ABC123456".to_owned(),
            revision: "arn:aws:ecs:eu-west-1:1:task-definition/shop:7".to_owned(),
        };
        assert_eq!(LeftRunning::from_text(&left.to_text()), Some(left.clone()));
        assert!(!left.to_text().contains('\n'));
        for text in ["", "{}", "d-1"] {
            assert_eq!(LeftRunning::from_text(text), None);
        }
    }
}
