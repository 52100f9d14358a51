//! Which BuildKit builds: the daemon's own or a builder of ours.
