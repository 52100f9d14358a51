//! The embedded AWS and GitHub that Greengate is tried and tested against.
//!
//! - [`world`] is the state and its rules: no I/O, time is passed in.
//! - [`wire`] turns HTTP requests into calls on the world and answers as AWS and GitHub do.
//! - [`clock`] is simulated time; [`scenario`] seeds a world from a file.
//! - [`server`] puts a [`Sandbox`] behind a TCP port; tests may call [`Sandbox::call`] directly.
//!
//! The sandbox knows nothing of Greengate: it must stay a stand-in that any client can talk to.

pub mod clock;
pub mod runner;
pub mod scenario;
pub mod server;
pub mod wire;
pub mod world;

#[cfg(test)]
mod testing;

use bytes::Bytes;
use clock::Clock;
use http::{Request, Response};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use world::World;

/// A running world: shared state under a clock.
#[derive(Clone)]
pub struct Sandbox {
    world: Arc<Mutex<World>>,
    clock: Clock,
}

/// What a client gets for one request.
pub enum Answer {
    /// An HTTP response.
    Response(Response<Bytes>),
    /// The connection is cut without an answer (a scripted fault).
    Cut,
}

impl Sandbox {
    /// Puts `world` under `clock`.
    pub fn new(mut world: World, clock: Clock) -> Self {
        world.anchor = clock.anchor();
        world.speed = clock.speed();
        Self {
            world: Arc::new(Mutex::new(world)),
            clock,
        }
    }

    /// The simulated time.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Answers one request, after the world has caught up with the clock.
    pub fn call(&self, request: &Request<Bytes>) -> Answer {
        wire::answer(&mut self.caught_up(), request)
    }

    /// Looks at or changes the world, after it has caught up with the clock.
    pub fn with_world<T>(&self, f: impl FnOnce(&mut World) -> T) -> T {
        f(&mut self.caught_up())
    }

    fn caught_up(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.advance_to(self.clock.now());
        world
    }
}
