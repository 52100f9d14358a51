//! The edge to AWS: the only place that names SDK types.

pub mod codedeploy;
pub mod credentials;
pub mod ecr;
pub mod ecs;
pub mod error;
