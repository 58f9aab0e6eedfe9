"""One history of the database for all rooms."""
