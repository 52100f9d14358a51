//! The command line of a build, and running it.
