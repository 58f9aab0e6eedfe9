"""From a query to an answer on record: read, weighed, executed, kept."""
