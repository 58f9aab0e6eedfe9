"""How much of a variant one location holds; what is not known stays unknown."""

from collections.abc import Container
from datetime import datetime
from enum import Enum

from msgspec import Struct


class Availability(Enum):
    """What a shopper may be told of a variant at one place or online."""

    IN_STOCK = "IN_STOCK"
    BACKORDER = "BACKORDER"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    UNKNOWN = "UNKNOWN"


class StockPolicy(Enum):
    """What the shop does when the count reaches zero."""

    DENY = "DENY"
    CONTINUE = "CONTINUE"


class InventoryLevel(Struct, frozen=True, rename="camel"):
    """Counts in pieces of one variant at one location, as the platform told them at `as_of`.

    `available` is what the platform still sells; None is unknown, which is not zero. An untracked
    level is never counted and always there. `stated` is the shop's own word where it keeps no
    count. Levels that share a `pool` are one heap of goods: never add them up.
    """

    location_id: str
    tracked: bool
    active: bool
    on_hand: int | None
    available: int | None
    committed: int | None
    reserved: int | None
    incoming: int | None
    policy: StockPolicy
    stated: Availability | None
    pool: str | None
    as_of: datetime | None

    def availability_here(self) -> Availability:
        """Tell what this one place can promise."""
        if not self.active:
            return Availability.OUT_OF_STOCK
        if not self.tracked:
            return self.stated or Availability.IN_STOCK
        if self.available is None:
            return self.stated or Availability.UNKNOWN
        if self.available > 0:
            return Availability.IN_STOCK
        backorder = self.policy is StockPolicy.CONTINUE
        return Availability.BACKORDER if backorder else Availability.OUT_OF_STOCK


_BEST_FIRST = (
    Availability.IN_STOCK,
    Availability.BACKORDER,
    Availability.UNKNOWN,
    Availability.OUT_OF_STOCK,
)


def best(states: Container[Availability]) -> Availability:
    """Return the best of several places; no place at all is out of stock."""
    for state in _BEST_FIRST:
        if state in states:
            return state
    return Availability.OUT_OF_STOCK
