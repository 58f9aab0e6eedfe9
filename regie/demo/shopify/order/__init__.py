"""Orders of the fake shop: placed, split, shipped, and told."""
