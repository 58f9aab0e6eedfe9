"""All products at once: three exports, fetched, shuffled and brought together."""
