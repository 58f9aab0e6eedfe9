"""The shop towards the outside: what may be seen, and what the shop floor promises."""
