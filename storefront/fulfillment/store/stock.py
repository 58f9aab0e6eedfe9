"""What may still be promised of a good at a place: what the shop has, less what is promised."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Connection, func, select, tuple_, update

from storefront.fulfillment.errors.hold import OutOfStock
from storefront.fulfillment.hold import HeldLine
from storefront.fulfillment.place.store import SafetyStock, Store
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.goods import Good, Shelf
from storefront.fulfillment.store.tables import promise

_line = promise.hold_line
UNCOUNTED = 1_000_000
"""What is promisable of a good that nobody counts: more than any basket asks for."""


class Wanted(Struct, frozen=True):
    """So many pieces of a variant."""

    variant_id: str
    quantity: int


Heap = tuple[str, str]
"""A stock key and a place: what is counted together."""


def promised(
    connection: Connection, merchant_id: str, heaps: Sequence[Heap], now: int
) -> Mapping[Heap, int]:
    """Return how many pieces of each heap are promised at `now`; a lapsed hold binds nothing."""
    if not heaps:
        return {}
    query = (
        select(_line.c.stock_key, _line.c.location_id, func.sum(_line.c.quantity))
        .where(
            _line.c.merchant_id == merchant_id,
            tuple_(_line.c.stock_key, _line.c.location_id).in_(sorted(set(heaps))),
            _line.c.until > now,
        )
        .group_by(_line.c.stock_key, _line.c.location_id)
    )
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}


def on_shelf(shelf: Shelf | None, safety: SafetyStock, sku: str | None) -> int:
    """Return how many pieces the shop's own count lets us promise; unknown is none.

    What the shop would sell on backorder does not lie there to be collected.
    """
    if shelf is None or not shelf.active:
        return 0
    if not shelf.tracked:
        return UNCOUNTED
    return safety.promisable(sku or "", shelf.available or 0)


def free(
    connection: Connection,
    merchant_id: str,
    store: Store,
    goods: Mapping[str, Good],
    now: int,
) -> Mapping[str, Mapping[str, int]]:
    """Return by variant and place how many pieces the store may promise."""
    places = [source.location_ref for source in store.stock_sources]
    heaps = [(good.stock_key(place), place) for good in goods.values() for place in places]
    taken = promised(connection, merchant_id, heaps, now)
    return {
        key: {
            place: max(
                0,
                on_shelf(good.shelves.get(place), store.safety_stock, good.sku)
                - taken.get((good.stock_key(place), place), 0),
            )
            for place in places
        }
        for key, good in goods.items()
    }


def allot(
    here: Floor, store: Store, goods: Mapping[str, Good], wanted: Sequence[Wanted]
) -> tuple[HeldLine, ...]:
    """Choose from which place each piece comes, the store's first source first; or OutOfStock.

    Variants of one heap are counted together, lines of one variant are added up before.
    """
    free_now = free(here.connection, here.merchant_id, store, goods, here.now)
    left: dict[Heap, int] = {}
    found: list[HeldLine] = []
    short: list[dict[str, object]] = []
    for variant_id, quantity in _summed(wanted).items():
        good = goods.get(variant_id)
        lines = _from_places(store, good, quantity, free_now.get(variant_id, {}), left)
        missing = quantity - sum(line.quantity for line in lines)
        found += lines
        if missing:
            sku = good.sku if good else None
            short.append({"variant": variant_id, "sku": sku, "available": quantity - missing})
    if short:
        raise OutOfStock("The store has not enough of it.", store=store.id, lines=short)
    return tuple(found)


def counted_at(store: Store) -> str:
    """Return where a store's own goods are counted.

    That is its own place, unless the shop keeps its count elsewhere (WooCommerce does).
    """
    counted = [source.location_ref for source in store.stock_sources]
    own = store.location_id or ""
    return own if own in counted or not counted else counted[0]


def _summed(wanted: Sequence[Wanted]) -> Mapping[str, int]:
    totals: dict[str, int] = {}
    for one in sorted(wanted, key=lambda it: it.variant_id):
        totals[one.variant_id] = totals.get(one.variant_id, 0) + one.quantity
    return totals


def _from_places(
    store: Store,
    good: Good | None,
    quantity: int,
    free_now: Mapping[str, int],
    left: dict[Heap, int],
) -> list[HeldLine]:
    found: list[HeldLine] = []
    if good is None:
        return found
    for source in store.stock_sources:
        place = source.location_ref
        heap = (good.stock_key(place), place)
        rest = left.setdefault(heap, free_now.get(place, 0))
        take = min(rest, quantity)
        if take > 0:
            left[heap] = rest - take
            quantity -= take
            found.append(HeldLine(good.variant_id, good.product_id, place, heap[0], take))
    return found


def load_of(goods: Mapping[str, Good], wanted: Sequence[Wanted]) -> Load:
    """Return what a basket takes of a slot."""
    known = [(goods[it.variant_id], it.quantity) for it in wanted if it.variant_id in goods]
    return Load(
        orders=1,
        prep_points=sum(good.prep_points * quantity for good, quantity in known),
        volume_ml=sum(good.volume_ml * quantity for good, quantity in known),
    )


def settle(here: Floor, read_at: Mapping[str, int]) -> int:
    """Let go of pieces that the shop's own count now leaves out; `read_at` by product.

    An order takes its pieces off the count at the platform, but we hear of the new count later: so
    long the order's own lines keep binding them. Counted twice for a moment is safe, never is not.
    """
    done = 0
    for product_id, moment in read_at.items():
        done += here.connection.execute(
            update(_line)
            .where(
                _line.c.merchant_id == here.merchant_id,
                _line.c.product_id == product_id,
                _line.c.settles_after.is_not(None),
                _line.c.settles_after < moment,
            )
            .values(until=0, settles_after=None)
        ).rowcount
    return done


def unsettled(connection: Connection, merchant_id: str) -> Sequence[str]:
    """Return the products whose new count is still awaited."""
    query = (
        select(_line.c.product_id)
        .where(_line.c.merchant_id == merchant_id, _line.c.settles_after.is_not(None))
        .distinct()
    )
    return connection.execute(query).scalars().all()
