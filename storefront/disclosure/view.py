"""The one door to catalogue data: who asks decides what there is.

A surface gets its data from here and from nowhere else, so that it cannot widen an answer. A
product that is hidden from the asker is for him a product that does not exist.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from msgspec import structs

from connector.store import connections, merchants
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.listing import page, reader, unread
from connector.store.listing.extent import Bounds, lies_within, shown_within
from connector.store.listing.kept import Pages
from connector.store.listing.page import Facets, Filter, Found, Position, Sort
from connector.store.listing.reader import StoredLocation, StoredProduct
from connector.store.merchants import Merchant
from connector.store.product.brief import Form
from connector.store.search.index import FacetKind, SearchIndex
from storefront.disclosure.mask import Mask
from storefront.disclosure.shown import Changes as Changes
from storefront.disclosure.shown import Listed as Listed
from storefront.disclosure.shown import Shown as Shown
from storefront.disclosure.sight import Sight, extents_of
from storefront.disclosure.snapshot import Snapshot
from storefront.disclosure.visible import narrowed, tempered

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATIENCE = 2.0
"""Seconds that one statement may read."""
_EXAMINED = 2000
_MOST_INNER = 100


Seen = Callable[[Sequence[str]], frozenset[str]]


class CatalogView:
    """What one asker may see of one merchant's catalogue; cheap to make, for one request.

    `seen` tells which products the asker was shown before: only those leave him a tombstone.
    `index` searches, where it is not the database's own; `pages` keeps lists for those who leave
    documents unread. `searched` tells whether an answer rests on the index: it follows the
    catalogue, so the catalogue's version does not say how it stands. `remembered` tells whether
    an answer rests on what this one asker was shown before.
    """

    def __init__(
        self,
        database: Database,
        sight: Sight,
        seen: Seen | None = None,
        index: SearchIndex | None = None,
        patience: float = PATIENCE,
        pages: Pages | None = None,
    ) -> None:
        self._database = database
        self._patience = patience
        self._seen = seen or frozenset
        self._index = index
        self._pages = pages
        self._open: Connection | None = None
        self.searched = False
        self.remembered = False
        self.sight = sight
        self.merchant_id = sight.merchant_id

    def snapshot(self) -> Snapshot:
        """Read everything within from one consistent picture, or raise QueryTooSlow."""
        return Snapshot(self._look_at, self._database.snapshot(patience=self._patience))

    def _look_at(self, connection: "Connection | None") -> None:
        self._open = connection

    def _read(self) -> AbstractContextManager["Connection"]:
        return self._database.read() if self._open is None else nullcontext(self._open)

    def _glance(self) -> AbstractContextManager["Connection"]:
        """Give the same for one statement, where one tells all."""
        if self._open is not None or self.sight.only_mask is None:
            return self._read()
        return self._database.glance()

    def reading(self) -> AbstractContextManager["Connection"]:
        """Give the connection of this picture, for what stands beside the catalogue."""
        return self._read()

    def merchant(self) -> Merchant:
        """Return the merchant."""
        with self._read() as connection:
            return merchants.get(connection, self.merchant_id)

    def connections(self) -> Sequence[Shopfront]:
        """Return the connected shops that may hold something for the asker."""
        with self._read() as connection:
            found = connections.all_of(connection, self.merchant_id)
        return [it for it in found if self._shows_shop(it.id)]

    def _shows_shop(self, connection_id: str) -> bool:
        return self.sight.sees_all or any(it.may_hold(connection_id) for it in self.sight.extents)

    def sequence(self) -> int:
        """Return the version of the catalogue."""
        with self._read() as connection:
            return reader.sequence(connection, self.merchant_id)

    def product(self, product_id: str, form: Form = Form.WHOLE) -> Shown | None:
        """Return one product by Regie's id."""
        with self._glance() as connection:
            bounds = self._bounds()
            found = reader.product_by_id(connection, self.merchant_id, product_id, bounds, form)
            return self._one(connection, found)

    def products(self, ids: Sequence[str]) -> Mapping[str, Shown]:
        """Return several products by Regie's ids."""
        with self._read() as connection:
            found = reader.products_by_ids(connection, self.merchant_id, ids, self._bounds())
            return {it.id: it for it in self._shown(connection, list(found.values()))}

    def lookup(self, kind: str, value: str, form: Form = Form.WHOLE) -> Shown | None:
        """Return the product of a handle, sku, gtin or external id; the oldest of several."""
        with self._glance() as connection:
            bounds = self._bounds()
            found = reader.product_by_key(connection, self.merchant_id, kind, value, bounds, form)
            return self._one(connection, found)

    def page(
        self,
        wanted: Filter,
        sort: Sort,
        after: Position | None,
        limit: int,
        form: Form = Form.WHOLE,
    ) -> Sequence[Listed]:
        """Return a page of products, or raise FieldNotShared.

        Documents may come in a fuller form than asked: unread only within a snapshot.
        """
        inner, form = self._inner(wanted, sort), self._in(form)
        place = (self.merchant_id, inner, sort, after, limit)
        with self._read() as connection:
            if self._pages is not None and form is Form.UNREAD and inner.query is None:
                found = self._pages.find(connection, *place)
            else:
                found = page.find(connection, *place, self._index, form)
            masks = self._masks(connection, found)
        return [
            Listed(it.id, it.seq, it.document, mask, it.document is None, it.value)
            for it, mask in zip(found, masks, strict=True)
        ]

    def documents(self, ids: Sequence[str]) -> Mapping[str, bytes | None]:
        """Return what was left unread of products that were shown in the same snapshot."""
        with self._read() as connection:
            return unread.documents(connection, self.merchant_id, ids)

    def total(self, wanted: Filter, sort: Sort, cap: int) -> int:
        """Count a list's products, up to `cap`; raises FieldNotShared."""
        with self._read() as connection:
            inner = self._inner(wanted, sort)
            return page.total(connection, self.merchant_id, inner, sort, cap, self._index)

    def facets(self, wanted: Filter, kind: FacetKind) -> Facets:
        """Count the facets of a list's products; raises FieldNotShared.

        Only products count of which the asker may see what is counted.
        """
        self.searched = True
        with self._read() as connection:
            inner = self._inner(wanted, Sort.ID, (kind,))
            return page.facets(connection, self.merchant_id, inner, (kind,), self._index)

    def _in(self, form: Form) -> Form:
        """Leave nothing unread that could not be read in the same picture."""
        return Form.WHOLE if form is Form.UNREAD and self._open is None else form

    def changes(self, since: int, limit: int, form: Form = Form.WHOLE) -> Changes:
        """Return what changed behind a sequence number, with a tombstone for what is gone.

        What the asker never saw leaves him none. About 2,000 changes are looked through at most.
        Documents come in a form, unread only within a snapshot.
        """
        products: list[Shown] = []
        place, examined, whole = since, 0, True
        with self._read() as connection:
            while whole and len(products) <= limit and examined < _EXAMINED:
                rows = self._changed(connection, place, limit + 1, self._in(form))
                products += self._told(connection, rows)
                place = rows[-1][0].seq if rows else place
                examined, whole = examined + len(rows), len(rows) > limit
        if len(products) > limit:
            products = products[:limit]
            return Changes(products, products[-1].seq, has_more=True)
        return Changes(products, place, has_more=whole)

    def _changed(
        self, connection: "Connection", since: int, limit: int, form: Form
    ) -> Sequence[tuple[StoredProduct, bool]]:
        if self.sight.sees_all:
            found = reader.changes(connection, self.merchant_id, since, limit, form)
            return [(it, not it.deleted) for it in found]
        within = shown_within(self.sight.extents)
        return reader.changes_with(connection, self.merchant_id, since, limit, within, form)

    def _told(
        self, connection: "Connection", rows: Sequence[tuple[StoredProduct, bool]]
    ) -> Sequence[Shown]:
        standing = {
            it.id: it for it in self._shown(connection, [it for it, visible in rows if visible])
        }
        gone = self._gone([it.id for it, visible in rows if not visible])
        return [
            standing.get(it.id) or Shown(it.id, it.seq, None, self.sight.widest)
            for it, visible in rows
            if visible or it.id in gone
        ]

    def _gone(self, ids: Sequence[str]) -> frozenset[str]:
        if not ids:
            return frozenset()
        if self.sight.sees_all:
            return frozenset(ids)
        self.remembered = True
        return self._seen(ids)

    def locations(self) -> Sequence[StoredLocation]:
        """Return the places that the asker may see."""
        if not self.sight.shows_stores:
            return ()
        with self._read() as connection:
            found = reader.locations(connection, self.merchant_id)
        stores = self.sight.widest.stores
        return [it for it in found if stores is None or it.location.id in stores]

    def _bounds(self) -> Bounds | None:
        return None if self.sight.sees_all else shown_within(self.sight.extents)

    def _inner(self, wanted: Filter, sort: Sort, counts: tuple[FacetKind, ...] = ()) -> Filter:
        """Put the bounds of the view into a filter, where no surface can take them out."""
        self.searched = self.searched or wanted.query is not None
        known = self.sight.inner.get((wanted, sort, counts))
        if known is None:
            if len(self.sight.inner) >= _MOST_INNER:
                self.sight.inner.clear()
            known = self.sight.inner[wanted, sort, counts] = self._bounded(wanted, sort, counts)
        return known

    def _bounded(self, wanted: Filter, sort: Sort, counts: tuple[FacetKind, ...]) -> Filter:
        if self.sight.scopes is None:
            return structs.replace(wanted, within=None)
        scopes = narrowed(self.sight.scopes, wanted, sort, counts)
        within = extents_of(scopes)
        total = any(extent.is_total for extent in within)
        query = wanted.query and tempered(wanted.query, scopes)
        if wanted.publishable is False:
            within, total = (), False
        bounds = None if total else within
        return structs.replace(wanted, within=bounds, publishable=True, query=query)

    def _one(self, connection: "Connection", found: StoredProduct | None) -> Shown | None:
        only = self.sight.only_mask
        if found is not None and only is not None:
            return Shown(found.id, found.seq, found.document, only, found.document is None)
        return self._shown(connection, [found])[0] if found else None

    def _shown(self, connection: "Connection", found: Sequence[StoredProduct]) -> Sequence[Shown]:
        """Put to each product that stands what may be seen of it."""
        masks = self._masks(connection, found)
        return [
            Shown(it.id, it.seq, it.document, mask, it.document is None)
            for it, mask in zip(found, masks, strict=True)
        ]

    def _masks(
        self, connection: "Connection", found: Sequence[StoredProduct | Found]
    ) -> Sequence[Mask]:
        """Return the mask of each product."""
        only = self.sight.only_mask
        if only is not None or not found:
            return [only] * len(found) if only is not None else []
        scopes = self.sight.scopes or ()
        inside = reader.flags(
            connection,
            self.merchant_id,
            [it.id for it in found],
            [lies_within(it.extents, f"s{number}_") for number, it in enumerate(scopes)],
        )
        return [self.sight.mask_of(inside[it.id]) for it in found]
