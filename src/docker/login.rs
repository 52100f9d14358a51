//! A private Docker configuration with the registry's token.
