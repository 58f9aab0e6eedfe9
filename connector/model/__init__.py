"""Canonical values: what a product, an offer, a stock level and a place are. No I/O."""
