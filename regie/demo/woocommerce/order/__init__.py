"""Orders of the fake shop: placed, refunded, noted, collected."""
