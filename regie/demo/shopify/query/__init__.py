"""A GraphQL request to the fake shop: read, weighed, allowed, answered."""
