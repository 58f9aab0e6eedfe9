"""Where a store lies, when it is open, and which postcode is near it."""
