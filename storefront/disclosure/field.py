"""Which part of a product belongs to which group of fields: what a shop owner grants or keeps."""

from collections.abc import Mapping
from enum import Enum


class Group(Enum):
    """A group of fields that is granted as one."""

    IDENTITY = "identity"
    DESCRIPTION = "description"
    MEDIA = "media"
    PRICE = "price"
    STOCK = "stock"
    STORES = "stores"
    ATTRIBUTES = "attributes"
    SAFETY = "safety"
    HUMAN_VALUE = "human_value"
    POLICIES = "policies"


Needs = frozenset[Group]
_DESCRIPTION: Needs = frozenset({Group.DESCRIPTION})
_MEDIA: Needs = frozenset({Group.MEDIA})
_PRICE: Needs = frozenset({Group.PRICE})
_STOCK: Needs = frozenset({Group.STOCK})
_ATTRIBUTES: Needs = frozenset({Group.ATTRIBUTES})
_SAFETY: Needs = frozenset({Group.SAFETY})

NEEDS: Mapping[str, Mapping[str, Needs]] = {
    "Product": {
        "description": _DESCRIPTION,
        "summary": _DESCRIPTION,
        "seo": _DESCRIPTION,
        "media": _MEDIA,
        "priceRange": _PRICE,
        "availability": _STOCK,
        "attributes": _ATTRIBUTES,
        "safety": _SAFETY,
        "ageRestriction": _SAFETY,
        "temperatureClass": _SAFETY,
        "humanValue": frozenset({Group.HUMAN_VALUE}),
        "policies": frozenset({Group.POLICIES}),
    },
    "Variant": {
        "attributes": _ATTRIBUTES,
        "weight": _ATTRIBUTES,
        "dimensions": _ATTRIBUTES,
        "requiresShipping": _ATTRIBUTES,
        "countryOfOrigin": _ATTRIBUTES,
        "customsCode": _ATTRIBUTES,
        "media": _MEDIA,
        "price": _PRICE,
        "compareAtPrice": _PRICE,
        "offers": _PRICE,
        "availability": _STOCK,
        "inventory": frozenset({Group.STOCK, Group.STORES}),
    },
}
"""By type and field, the groups that a field needs; what is not named here is identity.

Everything below a field needs what the field needs.
"""

COUNTS = ("onHand", "available", "committed", "reserved", "incoming")
"""Fields of an InventoryLevel that tell a number of pieces: shown only where that is granted."""

WHOLESALE: Needs = frozenset({Group.SAFETY, Group.POLICIES})
"""Who shows a price must show these too: a buyer may not be kept from warnings and terms."""
