"""One request's view of the catalogue, what it looked up already, and what it showed."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from connector.store.product.brief import Form
from gateway.catalogue.entity import Shelf, ShownProduct, ShownProducts, veils_of
from gateway.catalogue.veiling import veil_of
from storefront.disclosure.mask import Mask
from storefront.disclosure.view import CatalogView, Shown

_NONE: frozenset[str] = frozenset()
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
        self._named: list[tuple[str, Collection[str]]] = []
        self._placed: dict[str, set[str]] = {}
        self.promised: set[str] = set()
        """The products of baskets of which something was promised, or why not."""

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

    def named_by(self, coordinate: str, product_ids: Collection[str]) -> None:
        """Note which products a field names, should the answer hold it."""
        self._named.append((coordinate, product_ids))

    def promised_by(self, coordinates: Iterable[str], product_ids: Collection[str]) -> None:
        """Note of which products fields tell a promise, should the answer hold one of them."""
        self.promised.update(product_ids)
        for coordinate in coordinates:
            self.named_by(coordinate, product_ids)

    def placed_by(self, kind: str, place_ids: Iterable[str]) -> None:
        """Note of which places objects of a type tell, should the answer show any of them."""
        self._placed.setdefault(kind, set()).update(place_ids)

    def all_stores(self) -> Sequence[dict[str, Any]]:
        """Show every place that the asker may see."""
        self.placed_by("Store", self.stores)
        return list(self.stores.values())

    def one_store(self, place_id: str) -> dict[str, Any] | None:
        """Show one place."""
        found = self.stores.get(place_id)
        if found is not None:
            self.placed_by("Store", [place_id])
        return found

    def forget(self) -> None:
        """Begin anew: what was executed so far is not answered."""
        self.brief = False
        self._noted.clear()
        self._named.clear()
        self._placed.clear()
        self.promised.clear()

    @property
    def noted(self) -> Sequence[Shown]:
        """The products that were looked at."""
        return self._noted

    def masks(self) -> Mapping[int, Mask]:
        """Return the masks of the products that were looked at, by their identity."""
        only = self.view.sight.only_mask
        if only is not None:
            return {id(only): only} if self._noted else {}
        return {id(it.mask): it.mask for it in self._noted}

    def named(self, fields: frozenset[str]) -> frozenset[str]:
        """Return the products that some fields name."""
        return _NONE.union(*[ids for name, ids in self._named if name in fields])

    def placed(self, kinds: frozenset[str]) -> frozenset[str]:
        """Return the places that objects of some types tell of."""
        return _NONE.union(*[ids for kind, ids in self._placed.items() if kind in kinds])
