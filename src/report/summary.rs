//! The job summary, Markdown.
