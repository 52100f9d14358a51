//! ECS, asked and answered over simulated time.

mod refusals;
mod rolling;
mod task_definitions;
