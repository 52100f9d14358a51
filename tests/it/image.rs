//! The action's image: what is in it, and that it does in a runner's own call of `docker run` what
//! the binary does by itself.
//!
//! These tests need an engine, the docker client on the path, and the image `greengate:test` of these
//! sources; `make setup` and `eval "$(setup/env.sh)"` give them.

mod cancelled;
mod contents;
mod journeys;
mod lent;
