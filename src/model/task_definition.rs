//! The task definition document: read, edited, compared, never rebuilt.
