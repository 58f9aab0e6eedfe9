"""Other firms that deliver for the store, behind one promise."""
