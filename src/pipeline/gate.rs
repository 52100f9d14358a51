//! The gate: read GitHub, decide, show the proof.
