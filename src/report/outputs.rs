//! The action's outputs, written to the runner's file.
