//! What becomes of a task definition: the request that it leads to, byte for byte, what is warned
//! about, and what is refused. Every row is the whole action, in process, under the paused clock.

mod defects;
mod difference;
mod edited;
mod refused;
mod retention;
mod row;
mod sent;
mod sources;
mod stage;
