"""All tables of the shop floor; every key begins with the merchant."""

from storefront.fulfillment.store.tables import job, order, person, place, promise, trouble
from storefront.fulfillment.store.tables.metadata import metadata

__all__ = ["job", "metadata", "order", "person", "place", "promise", "trouble"]
