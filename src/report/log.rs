//! The job log, plain text, one line a change.
