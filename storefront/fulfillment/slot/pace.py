"""How much a store can get ready in an hour or a day, whatever the slots within it would take."""

import datetime as dt

from msgspec import Struct

from storefront.fulfillment.place.store import Throughput, ThroughputPer, ThroughputUnit
from storefront.fulfillment.place.wall import HOUR_MS, instant, local_date
from storefront.fulfillment.slot.load import Load

_FEW = 2


class Pace(Struct, frozen=True, rename="camel"):
    """What the store can get ready in the hour or day of a slot, and how much of it is gone.

    `taken` counts all slots of the store that begin in that stretch, in the throughput's unit.
    """

    throughput: Throughput
    taken: int

    @property
    def is_full(self) -> bool:
        """Tell whether nothing more can be made ready."""
        return self.taken >= self.throughput.cap

    @property
    def is_scarce(self) -> bool:
        """Tell whether a quarter or less is left, or room for two at most."""
        left = self.throughput.cap - self.taken
        return left <= _FEW or left * 4 <= self.throughput.cap

    def takes(self, load: Load) -> bool:
        """Tell whether a load can be made ready beside what is taken."""
        return self.taken + measured(self.throughput, load) <= self.throughput.cap


def stretch(throughput: Throughput, at: int, zone: str) -> tuple[int, int]:
    """Return from when to when (without) work counts together with what is due at an instant.

    An hour is a whole hour of UTC; a day is a page of the store's own calendar, 23 to 25 hours.
    """
    if throughput.per is ThroughputPer.HOUR:
        start = at // HOUR_MS * HOUR_MS
        return start, start + HOUR_MS
    date = local_date(at, zone)
    return instant(date, 0, zone), instant(date + dt.timedelta(days=1), 0, zone)


def measured(throughput: Throughput, load: Load) -> int:
    """Return the count of a load that a throughput looks at."""
    return load.orders if throughput.unit is ThroughputUnit.ORDER else load.prep_points
