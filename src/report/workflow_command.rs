//! The runner's workflow commands, and foreign text made harmless.
