//! Environments and their protection rules.
