//! The one polling loop.
