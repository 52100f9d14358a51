//! The revision: there already, or registered.
