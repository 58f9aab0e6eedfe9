"""One request's view of the catalogue, what it looked up already, and what it showed."""

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import msgspec

from connector.store.product.brief import Form
from gateway.catalogue.entity import Shelf, ShownProduct, ShownProducts, veils_of
from gateway.catalogue.veiling import veil_of
from storefront.disclosure.mask import withheld
from storefront.disclosure.view import CatalogView, Shown

_OF_STORES = ("Store.", "InventoryLevel.")
Stores = Mapping[str, dict[str, Any]]
"""Places by id, in the form of the schema."""


class Asking:
    """The context of an execution: the asker's view, places decoded once, what went out.

    `stores` are the places that he sees, where they are known already. A `lean` one leaves
    documents of lists unread until somebody wants them.
    """

    def __init__(
        self, view: CatalogView, stores: Stores | None = None, *, lean: bool = False
    ) -> None:
        self.view = view
        self.lean = lean
        self.brief = False
        """Whether brief documents hold all that is selected of products."""
        self._stores = stores
        self.looked_at_stores = False
        self.rests_on_floor = False
        """Whether the answer tells of stock, slots or fees that move without the catalogue."""
        self._shelf = Shelf(view.documents)
        self._noted: list[Shown] = []
        self._note = self._noted.append
        self._named: dict[str, set[str]] = {}

    @staticmethod
    def now() -> int:
        """Return the time in epoch milliseconds."""
        return time.time_ns() // 1_000_000

    @property
    def form(self) -> Form:
        """In which form lists read their documents."""
        return Form.UNREAD if self.lean else self.form_of_one

    @property
    def form_of_one(self) -> Form:
        """In which form a single product's document is read."""
        return Form.BRIEF if self.brief else Form.WHOLE

    @property
    def read(self) -> int:
        """How often products were looked at."""
        return len(self._noted)

    @property
    def opened(self) -> int:
        """How many documents were read."""
        return self._shelf.opened

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
        if found is None or found.deleted:
            return None
        veil = veil_of(found.mask)
        return ShownProduct(self.view.merchant_id, found, veil, self._note, self._shelf)

    def all_shown(self, found: Sequence[Shown]) -> Sequence[ShownProduct | None]:
        """Show several."""
        merchant, note, shelf = self.view.merchant_id, self._note, self._shelf
        return [
            None if it.deleted else ShownProduct(merchant, it, veil, note, shelf)
            for it, veil in zip(found, veils_of(found), strict=True)
        ]

    def page(self, found: Sequence[Shown]) -> ShownProducts:
        """Show the products of a page."""
        return ShownProducts(self.view.merchant_id, found, self._noted, self._shelf)

    def named_by(self, coordinate: str, product_ids: Iterable[str]) -> None:
        """Note which products a field names, should the answer hold it."""
        self._named.setdefault(coordinate, set()).update(product_ids)

    def forget(self) -> None:
        """Begin anew: what was executed so far is not answered."""
        self.brief = False
        self._noted.clear()
        self._named.clear()

    def hidden(self) -> frozenset[str]:
        """Return the fields that are null in every product that was shown."""
        only = self.view.sight.only_mask
        if only is not None:
            return withheld(only) if self._noted else frozenset()
        masks = {id(it.mask): it.mask for it in self._noted}
        each = [withheld(mask) for mask in masks.values()]
        return frozenset[str].intersection(*each) if each else frozenset()

    def disclosed(self, fields: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return the products and the stores that an answer with these fields tells of.

        Stores are those that it may tell of: all that the asker sees, where it tells of any.
        """
        of_products, of_stores = _speaks_of(fields)
        products = {it.id for it in self._noted} if of_products else set()
        products.update(*(ids for name, ids in self._named.items() if name in fields))
        return frozenset(products), frozenset(self.stores if of_stores else ())


@lru_cache(maxsize=1024)
def _speaks_of(fields: frozenset[str]) -> tuple[bool, bool]:
    """Tell whether fields speak of products, and whether of stores."""
    of_products = any(it.startswith("Product.") for it in fields)
    return of_products, any(it.startswith(_OF_STORES) for it in fields)
