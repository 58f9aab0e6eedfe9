"""Finding products by words: one interface, three engines, one order."""
