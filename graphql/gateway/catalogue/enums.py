"""Enumerations of the schema, taken from the model so that the two cannot differ."""

from typing import Any

import graphene

from connector.model import attribute, care, inventory, location, publication
from connector.store.listing.page import Sort
from connector.store.search import index


def _enum(source: type, description: str) -> Any:
    return graphene.Enum.from_enum(source, description=lambda value: None if value else description)


Availability = _enum(inventory.Availability, "What a shopper may be told of a variant's stock.")
StockPolicy = _enum(
    inventory.StockPolicy, "What the shop does when the count reaches zero: refuse or backorder."
)
AttributeType = _enum(attribute.AttributeType, "How to read an attribute's values.")
CategoryKind = _enum(attribute.CategoryKind, "Whose classification a category belongs to.")
MediaKind = _enum(attribute.MediaKind, "What a medium shows.")
TemperatureClass = _enum(care.TemperatureClass, "How goods travel and wait.")
LocationKind = _enum(
    location.LocationKind, "A store with a door, or a webshop that keeps one count for all."
)
Status = _enum(publication.Status, "Life of a product in its shop.")
Visibility = _enum(publication.Visibility, "Who finds a product in its own shop.")
Withheld = _enum(publication.Withheld, "A reason why a product may not be shown outside.")
FacetKind = _enum(index.FacetKind, "What the products of a list are counted by.")
_ORDER = "Order of products; ties are broken by id."
_BY_PRICE = (Sort.PRICE_ASC, Sort.PRICE_DESC)
ProductSort = graphene.Enum.from_enum(
    Sort,
    name="ProductSort",
    description=lambda value: (
        "By price, products that have one." if value in _BY_PRICE else None if value else _ORDER
    ),
)
