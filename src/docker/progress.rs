//! BuildKit's progress stream turned into steps.
