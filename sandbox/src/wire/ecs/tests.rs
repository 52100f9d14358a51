//! ECS, asked and answered over simulated time.

mod causes;
mod endings;
mod failures;
mod refusals;
mod rolling;
mod staged;
mod task_definitions;
