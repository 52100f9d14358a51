//! AWS having a bad day: what is written is written once, and what passes is waited out.

mod registration;
