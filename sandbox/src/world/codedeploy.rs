//! CodeDeploy for ECS.

/// CodeDeploy for ECS.
#[derive(Debug, Default)]
pub struct CodeDeploy {}

/// The next moment at which something happens here by itself.
pub fn next_due(_world: &super::World) -> Option<jiff::Timestamp> {
    None
}

/// Plays what is due at `world.now`.
pub fn settle(_world: &mut super::World) {}
