"""Shops in: what a retailer's platforms hold becomes one canonical catalogue."""
