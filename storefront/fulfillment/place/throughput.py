"""How much a store can get ready: over which hour or day it counts, and when it is reached."""

import datetime as dt

from storefront.fulfillment.place.store import Throughput, ThroughputPer, ThroughputUnit
from storefront.fulfillment.place.wall import HOUR_MS, instant, local_date


def window(throughput: Throughput, at: int, zone: str) -> tuple[int, int]:
    """Return from when to when (without) work counts together with what is due at an instant.

    An hour is a whole hour of UTC; a day is a page of the store's own calendar, 23 to 25 hours.
    """
    if throughput.per is ThroughputPer.HOUR:
        start = at // HOUR_MS * HOUR_MS
        return start, start + HOUR_MS
    date = local_date(at, zone)
    return instant(date, 0, zone), instant(date + dt.timedelta(days=1), 0, zone)


def has_room(throughput: Throughput, taken: int, more: int) -> bool:
    """Tell whether `more` still fits beside what is taken, both in the throughput's unit."""
    return taken + more <= throughput.cap


def measured(throughput: Throughput, orders: int, prep_points: int) -> int:
    """Return the count that this throughput looks at."""
    return orders if throughput.unit is ThroughputUnit.ORDER else prep_points
