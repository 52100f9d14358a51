//! The decision of the gate: pure, from what GitHub says to proof or refusal.
