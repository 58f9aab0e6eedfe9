"""When something can be collected or brought, and how much fits."""
