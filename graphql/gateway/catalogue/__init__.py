"""The catalogue's schema: types, arguments, lists and how they look products up."""
