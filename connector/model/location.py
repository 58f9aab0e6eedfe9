"""A place of the retailer: a store, a warehouse, a market stall, or the webshop itself."""

from datetime import datetime
from enum import Enum

from msgspec import Struct


class LocationKind(Enum):
    """STORE has a door for shoppers; ONLINE is a shop that keeps one count for all places."""

    STORE = "STORE"
    ONLINE = "ONLINE"


class Address(Struct, frozen=True, rename="camel"):
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    line1: str
    line2: str | None
    postcode: str | None
    city: str | None
    region: str | None
    country: str | None


class Geo(Struct, frozen=True):
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


class Pickup(Struct, frozen=True, rename="camel"):
    """Click and collect as the platform offers it; `ready_minutes` is its promise, if any."""

    ready_minutes: int | None
    instructions: str | None


class Location(Struct, frozen=True, rename="camel"):
    """One place as its platform describes it.

    Stock counts for online promises only where `active` and `fulfills_online` hold.
    `opening_hours` is the raw text of the shop's own field; None where the shop has none.
    """

    id: str
    external_id: str
    name: str
    kind: LocationKind
    active: bool
    fulfills_online: bool
    address: Address | None
    geo: Geo | None
    phone: str | None
    pickup: Pickup | None
    opening_hours: str | None
    as_of: datetime | None

    @property
    def sells_online(self) -> bool:
        """Whether its stock may be promised to an online shopper."""
        return self.active and self.fulfills_online
