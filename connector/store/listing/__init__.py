"""Products on their way out: one, a page, what changed."""
