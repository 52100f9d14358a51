//! AWS having a bad day: what is written is written once, what passes is waited out, and sessions
//! that end are renewed.

mod answers;
mod registration;
mod sessions;
