"""Orders as Shopify tells them, and what it is told of them."""
