"""Who we are to a shop: installing, tokens, scopes, signatures."""
