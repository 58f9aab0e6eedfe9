"""The shop floor's tables and the verbs that write them, each promise in one transaction."""
