"""Products as Shopify tells them, and in canonical form."""
