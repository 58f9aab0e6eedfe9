"""One request's view of the catalogue, what it looked up already, and what it showed."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import msgspec

from gateway.entity import ShownProduct
from storefront.disclosure.mask import Mask, withheld
from storefront.disclosure.view import CatalogView, Shown

_OF_STORES = ("Store.", "InventoryLevel.")
Stores = Mapping[str, dict[str, Any]]
"""Places by id, in the form of the schema."""


class Asking:
    """The context of an execution: the asker's view, places decoded once, what went out.

    `stores` are the places that he sees, where they are known already.
    """

    def __init__(self, view: CatalogView, stores: Stores | None = None) -> None:
        self.view = view
        self._stores = stores
        self.looked_at_stores = False
        self._products: set[str] = set()
        self._masks: set[Mask] = set()
        self._named: dict[str, set[str]] = {}

    @cached_property
    def stores(self) -> Stores:
        """The merchant's places by id, in the form of the schema."""
        if self._stores is not None:
            return self._stores
        self.looked_at_stores = True
        return {
            found.location.id: msgspec.to_builtins(found.location, builtin_types=())
            | {"connectionId": found.connection_id}
            for found in self.view.locations()
        }

    def shown(self, found: Shown | None) -> ShownProduct | None:
        """Show a product as the asker may see it; a tombstone has nothing to show."""
        if found is None or found.document is None:
            return None
        return ShownProduct(self.view.merchant_id, found, self._note)

    def _note(self, found: Shown) -> None:
        self._products.add(found.id)
        self._masks.add(found.mask)

    def named_by(self, coordinate: str, product_ids: Iterable[str]) -> None:
        """Note which products a field names, should the answer hold it."""
        self._named.setdefault(coordinate, set()).update(product_ids)

    def forget(self) -> None:
        """Begin anew: what was executed so far is not answered."""
        self._products.clear()
        self._masks.clear()
        self._named.clear()

    def hidden(self) -> frozenset[str]:
        """Return the fields that are null in every product that was shown."""
        each = [withheld(mask) for mask in self._masks]
        return frozenset[str].intersection(*each) if each else frozenset()

    def disclosed(self, fields: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return the products and the stores that an answer with these fields tells of.

        Stores are those that it may tell of: all that the asker sees, where it tells of any.
        """
        shown = any(it.startswith("Product.") for it in fields)
        products = set(self._products) if shown else set()
        products.update(*(self._named.get(it, ()) for it in fields))
        of_stores = any(field.startswith(_OF_STORES) for field in fields)
        return frozenset(products), frozenset(self.stores if of_stores else ())
