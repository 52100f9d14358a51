//! How the single values of inputs are written: durations, booleans, lists, `name=value` lines.
