//! The vocabulary of deployments: pure values and the rules that hold for them.
//!
//! No I/O, no clock, no SDK types. What AWS or GitHub says is turned into these at the edges.

pub mod alarm;
pub mod approval;
pub mod appspec;
pub mod arn;
pub mod codedeploy;
pub mod console;
pub mod deployment_configuration;
pub mod document;
pub mod image;
pub mod image_reference;
pub mod registry;
pub mod scan;
pub mod secret;
pub mod service;
pub mod service_deployment;
pub mod spelling;
pub mod stop;
pub mod target_group;
pub mod task;
pub mod task_definition;
