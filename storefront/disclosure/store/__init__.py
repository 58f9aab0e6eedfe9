"""Tables of the disclosure and the queries on them."""
