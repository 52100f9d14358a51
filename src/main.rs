//! The binary: the environment goes in, an exit code comes out. Everything else is in the library.

fn main() {}
