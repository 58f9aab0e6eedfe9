"""Which stores are nearest to somebody."""

from collections.abc import Iterable
from heapq import nsmallest

from msgspec import Struct

from connector.model.location import Geo
from storefront.fulfillment.place.point import METRES_PER_DEGREE, distance_m
from storefront.fulfillment.place.store import Store


class Near(Struct, frozen=True, rename="camel"):
    """A store and the metres to it as the crow flies."""

    store: Store
    distance_m: float


def nearest(
    stores: Iterable[Store], point: Geo, first: int = 5, within_m: float | None = None
) -> list[Near]:
    """Return the stores nearest to a point; of equally near ones the lesser id goes first.

    Stores of which nobody knows where they lie are left out.
    """
    placed = [
        (distance_m(point, store.geo.point), store.id, store)
        for store in stores
        if store.geo is not None and _may_be_within(store.geo.point, point, within_m)
    ]
    close = (one for one in placed if within_m is None or one[0] <= within_m)
    return [
        Near(store, metres)
        for metres, _, store in nsmallest(first, close, key=lambda one: (one[0], one[1]))
    ]


def _may_be_within(place: Geo, point: Geo, within_m: float | None) -> bool:
    """Rule out by latitude alone what is surely too far, before any trigonometry."""
    if within_m is None:
        return True
    return abs(place.latitude - point.latitude) * METRES_PER_DEGREE <= within_m + 1
