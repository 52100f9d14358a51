//! Runs, jobs and their approvals.
