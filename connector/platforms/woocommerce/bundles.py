"""Products with all their variations, joined page by page: no more is held than one page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Raw, Struct

from connector.platforms.woocommerce.client import WooClient
from connector.platforms.woocommerce.errors import ApiMissing, UnknownResource
from connector.platforms.woocommerce.house_fields import FIELDS
from connector.platforms.woocommerce.paging import Pace, Place, Window, walk
from connector.platforms.woocommerce.payload import (
    PRODUCT_FIELDS,
    VARIATION_FIELDS,
    facts,
    glance,
    products,
    variations,
)
from connector.platforms.woocommerce.records import WooRecord
from connector.platforms.woocommerce.terms import Terms

_META = ",".join(FIELDS)
ASKED_OF_PRODUCTS: Mapping[str, Any] = {"_fields": PRODUCT_FIELDS, "include_meta": _META}
ASKED_OF_VARIATIONS: Mapping[str, Any] = {"_fields": VARIATION_FIELDS, "include_meta": _META}
"""The same in every call: else the digests of two ways to one product would differ."""


class Bundles(Struct, frozen=True):
    """Some whole products; `place` is behind them in the list that was asked for."""

    records: Sequence[WooRecord]
    read_at: datetime
    place: Place
    total: int | None


class Bundler:
    """Reads products and joins their variations to them. One call at a time."""

    def __init__(self, client: WooClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._pace = Pace()
        self._has_route = True

    def products(
        self,
        terms: Terms,
        params: Mapping[str, Any],
        place: Place = Place(),  # noqa: B008
    ) -> Iterator[Bundles]:
        """Yield the products that a filter lets through, by id."""
        read_at = self._now()
        asked = {**ASKED_OF_PRODUCTS, **params}
        for window in walk(self._client, "products", asked, self._pace, place):
            parents = [each.id for each in window.glances if each.has_variations]
            children = self._children(parents) if parents else {}
            told = facts(window.items, products)
            records = [
                WooRecord(str(each.id), body, children.get(each.id, ()), terms, read_at)
                for each, body in zip(window.glances, told, strict=True)
            ]
            yield Bundles(records, read_at, window.place, window.total)
            read_at = self._now()

    def one(self, terms: Terms, number: int) -> WooRecord:
        """Return a product that no list shows, whatever state a plugin has put it in."""
        read_at = self._now()
        raw = self._client.read(f"products/{number}", Raw, **ASKED_OF_PRODUCTS)
        (body,) = facts([raw], products)
        children = self._children([number]) if glance(raw).has_variations else {}
        return WooRecord(str(number), body, children.get(number, ()), terms, read_at)

    def every_variation(self, params: Mapping[str, Any]) -> Iterator[Window]:
        """Yield the variations of the whole shop; older shops raise ApiMissing."""
        if not self._has_route:
            raise ApiMissing("This shop has no list of all variations.")
        return walk(self._client, "variations", params, self._pace)

    def variations_of(self, parent: int, params: Mapping[str, Any]) -> Iterator[Window]:
        """Yield one product's variations; a product that has gone meanwhile has none."""
        path = f"products/{parent}/variations"
        try:
            yield from walk(self._client, path, params, self._pace)
        except UnknownResource:
            return

    def _children(self, parents: Sequence[int]) -> Mapping[int, list[bytes]]:
        """Read the variations of some products, together where the shop can."""
        found = self._together(parents) if self._has_route else None
        if found is not None:
            return found
        self._has_route = False
        return {parent: self._alone(parent) for parent in parents}

    def _together(self, parents: Sequence[int]) -> Mapping[int, list[bytes]] | None:
        """Read one list for all; None where there is no such list, or it knows no parents."""
        found: dict[int, list[bytes]] = {parent: [] for parent in parents}
        try:
            for window in self.every_variation({**ASKED_OF_VARIATIONS, "parent": parents}):
                told = facts(window.items, variations)
                for each, body in zip(window.glances, told, strict=True):
                    found[each.parent_id].append(body)
        except (ApiMissing, KeyError):
            return None
        return found

    def _alone(self, parent: int) -> list[bytes]:
        windows = self.variations_of(parent, ASKED_OF_VARIATIONS)
        return [body for window in windows for body in facts(window.items, variations)]
