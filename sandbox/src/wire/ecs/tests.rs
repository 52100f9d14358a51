//! ECS, asked and answered over simulated time.

mod failures;
mod refusals;
mod rolling;
mod task_definitions;
