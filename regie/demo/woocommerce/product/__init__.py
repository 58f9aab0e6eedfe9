"""Products of the fake shop: shown, checked, written."""
