"""Where a store delivers to, and for how much."""
