"""A shop's catalogue as a sync wants it: everything, what changed, a mere listing, or by id."""

from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from connector.platforms import Fetched, Page
from connector.platforms.woocommerce.bundles import Bundler, Bundles
from connector.platforms.woocommerce.client import WooClient
from connector.platforms.woocommerce.errors import (
    UNKNOWN_PRODUCT,
    ApiMissing,
    UnknownResource,
)
from connector.platforms.woocommerce.paging import Pace, Place, walk
from connector.platforms.woocommerce.payload import Glance
from connector.platforms.woocommerce.terms import Terms

CHUNK = 50
PAGE_STEP, DELTA_STEP, MISSED_STEP = "products", "changes", "missed"
_IDS = {"_fields": "id,type,parent_id"}
_places = msgspec.json.Decoder(Place)


class Catalog:
    """Reads one shop's products; `terms` are those of the newest `prepare`."""

    def __init__(self, client: WooClient, bundler: Bundler) -> None:
        self._client = client
        self._bundler = bundler

    def full(self, terms: Terms, cursor: str | None) -> Iterator[Page]:
        """Read every product; a shop that counts more than we saw is looked through once more."""
        start = _places.decode(cursor) if cursor else Place()
        seen = array("q")
        place, total = start, None
        for bundles in self._bundler.products(terms, {}, start):
            seen.extend(int(record.external_id) for record in bundles.records)
            place, total = bundles.place, bundles.total
            yield _page(bundles, PAGE_STEP, place, total)
        if total is not None and place.seen < total:
            yield from self._missed(terms, frozenset(seen), place)

    def _missed(self, terms: Terms, seen: frozenset[int], place: Place) -> Iterator[Page]:
        """Read the products that came back from the trash behind our back."""
        windows = walk(self._client, "products", {"_fields": "id"}, Pace())
        ids = [each.id for window in windows for each in window.glances if each.id not in seen]
        for bundles in self._by_ids(terms, ids):
            yield _page(bundles, MISSED_STEP, place, place.seen + len(ids))

    def delta(self, terms: Terms, since: datetime, cursor: str | None) -> Iterator[Page]:
        """Read what changed at or after `since`, by id: an order that no change can upset.

        The shop compares whole seconds, strictly; dates are sent as UTC and said to be so.
        """
        start = _places.decode(cursor) if cursor else Place()
        second = (since.astimezone(UTC) - timedelta(seconds=1)).replace(microsecond=0, tzinfo=None)
        ids = sorted(self._changed(second.isoformat()))
        rest = [each for each in ids if each > start.after]
        for bundles in self._by_ids(terms, rest):
            last = int(bundles.records[-1].external_id)
            place = Place(0, last, start.seen + sum(each <= last for each in rest))
            yield _page(bundles, DELTA_STEP, place, start.seen + len(rest))

    def _changed(self, since: str) -> set[int]:
        """Return the products that changed, or of which a variation did.

        An older shop cannot list its changed variations: there the parent's own date tells,
        webhooks do, and in the end the sweep.
        """
        asked = {**_IDS, "modified_after": since, "dates_are_gmt": True}
        windows = walk(self._client, "products", asked, Pace())
        ids = {each.id for window in windows for each in window.glances}
        try:
            for window in self._bundler.every_variation(asked):
                ids.update(each.parent_id for each in window.glances)
        except ApiMissing:
            pass
        return ids

    def _by_ids(self, terms: Terms, ids: Sequence[int]) -> Iterator[Bundles]:
        """Yield those of the products that are there, a few dozen at a time."""
        for start in range(0, len(ids), CHUNK):
            some = ids[start : start + CHUNK]
            for bundles in self._bundler.products(terms, {"include": some}):
                if bundles.records:
                    yield bundles

    def fetch(self, terms: Terms, external_ids: Sequence[str], read_at: datetime) -> Fetched:
        """Read products by id; the shop itself must confirm that one is gone."""
        numbers = sorted({int(each) for each in external_ids if each.isdecimal()})
        records = [each for found in self._by_ids(terms, numbers) for each in found.records]
        found = {record.external_id for record in records}
        missing = [each for each in external_ids if each not in found]
        hidden = [each for each in missing if not self._is_gone(each)]
        records += [self._bundler.one(terms, int(each)) for each in hidden]
        return Fetched(records, read_at, [each for each in missing if each not in hidden])

    def _is_gone(self, external_id: str) -> bool:
        """Ask for one id: in the trash, a variation or unknown means that it is no product."""
        glance = self.glance(external_id)
        return glance is None or glance.type == "variation" or glance.status == "trash"

    def glance(self, external_id: str) -> Glance | None:
        """Return what the shop has under an id; None is confirmed to be nothing."""
        if not external_id.isdecimal():
            return None
        fields = "id,type,status,parent_id"
        try:
            return self._client.read(f"products/{external_id}", Glance, _fields=fields)
        except UnknownResource as refusal:
            if refusal.facts["woocommerce_code"] != UNKNOWN_PRODUCT:
                raise
            return None


def _page(bundles: Bundles, step: str, place: Place, total: int | None) -> Page:
    cursor = msgspec.json.encode(place).decode()
    return Page(bundles.records, bundles.read_at, cursor, step, place.seen, total)
