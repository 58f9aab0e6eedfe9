"""What an outsider may see is decided here, once, for every surface."""
