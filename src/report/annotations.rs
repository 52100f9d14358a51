//! Errors and warnings as annotations of the run's page.
