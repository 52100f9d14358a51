//! The table of ways a deployment can go: for each, how the run ends, what serves then, and the
//! sentence that the user reads. Every row is the whole pipeline, in process, under the paused
//! clock.

mod codedeploy;
mod rollback;
mod rolling;
mod row;
