"""A small shop: a page, its products as JSON, and a health check."""
