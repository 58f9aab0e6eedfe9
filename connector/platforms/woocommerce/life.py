"""Whether a WooCommerce product may be shown, read apart from all of its other facts."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from connector.model.publication import Life, Status, Visibility, Withheld
from connector.platforms.woocommerce import house_fields
from connector.platforms.woocommerce.payload import Meta

LIVES: Mapping[str, Status] = {
    "publish": Status.ACTIVE,
    "private": Status.ACTIVE,
    "draft": Status.DRAFT,
    "auto-draft": Status.DRAFT,
    "pending": Status.DRAFT,
    "future": Status.SCHEDULED,
}
SHELVES: Mapping[str, Visibility] = {
    "visible": Visibility.PUBLIC,
    "catalog": Visibility.CATALOG_ONLY,
    "search": Visibility.SEARCH_ONLY,
    "hidden": Visibility.UNLISTED,
}


class WooLife(Struct, frozen=True):
    """A product, of which only that is read."""

    status: str
    catalog_visibility: str = "visible"
    post_password: Any = ""
    purchasable: bool = False
    meta_data: Any = ()

    @property
    def fields(self) -> house_fields.Fields:
        """The custom fields that can be read."""
        listed = self.meta_data if isinstance(self.meta_data, list) else []
        named = [each for each in listed if isinstance(each, dict)]
        return house_fields.fields(Meta(str(each.get("key")), each.get("value")) for each in named)


_decode = msgspec.json.Decoder(WooLife, strict=False).decode


def life(product: bytes) -> Life:
    """Return what a product's state, its shelf and its word on agents say.

    What cannot be bought is withheld here also where it has no price: that is a reason as well.
    """
    told = _decode(product)
    found = [] if told.purchasable else [Withheld.NOT_PURCHASABLE]
    refused = house_fields.objection(told.fields)
    if refused is not None:
        found.append(refused)
    shelf = visibility(told.status, told.catalog_visibility, bool(told.post_password))
    return Life(status(told.status), shelf, tuple(found))


def status(word: str) -> Status:
    """Return the state that a word of the shop means."""
    return LIVES.get(word, Status.ACTIVE)


def visibility(word: str, shelf: str, has_password: bool) -> Visibility:  # noqa: FBT001 - a fact
    """Return who finds it; a status or shelf that somebody invents tomorrow is shown to nobody."""
    if word == "private" or word not in LIVES:
        return Visibility.PRIVATE
    if has_password:
        return Visibility.PASSWORD
    return SHELVES.get(shelf, Visibility.PRIVATE)
