"""From which of the shops' places a store sells, and what of that it keeps back."""

from collections.abc import Sequence

from flask import request
from msgspec import Struct, structs
from sqlalchemy import Connection

from connector.model.location import Geo
from connector.store.listing import reader
from storefront.fulfillment.errors.place import BadStore
from storefront.fulfillment.place.store import (
    SafetyStock,
    SourcePolicy,
    StockSource,
    Store,
    Throughput,
    ThroughputPer,
    ThroughputUnit,
)
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.pages import given
from storefront.pages.origin import shop_names
from storefront.pages.staffed import Outcome, Visit

_MOST_DIGITS = 4


class Place(Struct, frozen=True):
    """A place to choose: of a shop, or one that the store has and no shop knows any more."""

    id: str
    name: str
    shop: str
    open: bool = True
    geo: Geo | None = None
    source: StockSource | None = None

    @property
    def known(self) -> bool:
        """Whether a connected shop still tells of it."""
        return bool(self.name)


def choices(connection: Connection, store: Store) -> Sequence[Place]:
    """Return all places, those that the store sells from in front and in its order."""
    shops = shop_names(connection, store.merchant_id)
    sources = {one.location_ref: one for one in store.stock_sources}
    known = {
        it.location.id: Place(
            id=it.location.id,
            name=it.location.name or it.location.external_id,
            shop=shops.get(it.connection_id, ""),
            open=it.location.active,
            geo=it.location.geo,
            source=sources.get(it.location.id),
        )
        for it in reader.locations(connection, store.merchant_id)
    }
    named = sorted(known.values(), key=lambda it: (it.shop, it.name, it.id))
    first = [*sources, *([store.location_id] if store.location_id else [])]
    gone = {it: Place(it, "", "", source=sources.get(it)) for it in first if it not in known}
    ordered = {it: {**known, **gone}[it] for it in first}
    return [*ordered.values(), *(it for it in named if it.id not in ordered)]


def suggested(store: Store, found: Sequence[Place]) -> Geo | None:
    """Return where the store's own shop says that it lies, if the store itself does not."""
    own = next((it.geo for it in found if it.id == store.location_id), None)
    return own if store.geo is None else None


def save(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Save from where the store sells, what is kept back, and how much it can get ready."""
    store = visit.store(here.connection, store_id, Role.MANAGER)
    known = [it.id for it in choices(here.connection, store)]
    changed = structs.replace(
        store,
        location_id=_own_place(known),
        stock_sources=_sources(known),
        safety_stock=SafetyStock(
            given.whole("safetyStock.default", BadStore), store.safety_stock.by_sku
        ),
        throughput=_throughput(),
    )
    places.save(here, changed)
    return Outcome(f"/stores/{store_id}?done=saved")


def _own_place(known: Sequence[str]) -> str | None:
    found = given.maybe("locationId")
    if found is not None and found not in known:
        raise BadStore("No shop has that place.", field="locationId")
    return found


def _sources(known: Sequence[str]) -> tuple[StockSource, ...]:
    """Return the places that were ticked, in the order in which they were shown."""
    ticked = given.several("stockSources")
    if not set(ticked) <= set(known):
        raise BadStore("No shop has that place.", field="stockSources")
    return tuple(_source(it) for it in known if it in ticked)


def _source(place_id: str) -> StockSource:
    """Return a source whose goods lie in the store, or come within so many hours."""
    name = f"hours.{place_id}"
    hours = request.form.get(name, "").strip() or "0"
    if not (hours.isascii() and hours.isdecimal() and len(hours) <= _MOST_DIGITS):
        raise BadStore("These are no hours.", field=name)
    if int(hours) == 0:
        return StockSource(place_id)
    return StockSource(place_id, SourcePolicy.TRANSFER, int(hours))


def _throughput() -> Throughput | None:
    cap = given.maybe_whole("throughput.cap", BadStore)
    if cap is None:
        return None
    per = given.one(ThroughputPer, "throughput.per", BadStore)
    return Throughput(cap, per, given.one(ThroughputUnit, "throughput.unit", BadStore))
