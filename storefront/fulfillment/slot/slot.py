"""One stretch of time for collecting or bringing, and whether one may still have it."""

from enum import Enum

from msgspec import Struct

from storefront.fulfillment.errors.slot import SlotBlocked, SlotCutOff, SlotFull, SlotNotFound
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.slot.load import Load, fits, is_full, is_scarce
from storefront.fulfillment.slot.pace import Pace
from storefront.fulfillment.slot.template import Caps, Scope


class SlotState(Enum):
    """What a slot is now; derived, never stored."""

    PAST = "PAST"
    CUT_OFF = "CUT_OFF"
    BLOCKED = "BLOCKED"
    FULL = "FULL"
    OPEN = "OPEN"


class Bucket(Enum):
    """How much room is left, as told to outsiders: no counts."""

    MANY = "many"
    FEW = "few"
    NONE = "none"


class SlotKey(Struct, frozen=True, rename="camel"):
    """What names a slot: the instant it begins, at one service of one store."""

    store_id: str
    service: Service
    start_at: int

    def __str__(self) -> str:
        return f"{self.store_id}/{self.service.value}/{self.start_at}"


class Slot(Struct, frozen=True, rename="camel"):
    """A slot with what is sold (`used`) and held of it; instants are epoch milliseconds UTC.

    `pace` is what the store can get ready in its hour or day; None where that has no limit.
    """

    key: str
    store_id: str
    service: Service
    start_at: int
    end_at: int
    cutoff_at: int
    template_id: str
    caps: Caps = Caps()
    used: Load = Load()
    held: Load = Load()
    blocked: bool = False
    price_delta: int = 0
    scope: Scope = Scope()
    pace: Pace | None = None

    @property
    def taken(self) -> Load:
        """What is gone of it."""
        return self.used + self.held

    def state(self, now: int) -> SlotState:
        """Return what the slot is at an instant."""
        if now >= self.start_at:
            return SlotState.PAST
        if now >= self.cutoff_at:
            return SlotState.CUT_OFF
        if self.blocked:
            return SlotState.BLOCKED
        full = is_full(self.caps, self.taken) or (self.pace is not None and self.pace.is_full)
        return SlotState.FULL if full else SlotState.OPEN

    def takes(self, load: Load, now: int) -> bool:
        """Tell whether it is open, the load fits, and the store can get it ready."""
        return self.has_room(load) and self.state(now) is SlotState.OPEN

    def has_room(self, load: Load) -> bool:
        """Tell whether the load fits and the store can get it ready, whatever the time."""
        return fits(self.caps, self.taken, load) and (self.pace is None or self.pace.takes(load))

    def require(self, load: Load, now: int) -> None:
        """Raise SlotCutOff, SlotBlocked or SlotFull unless the slot takes the load."""
        state = self.state(now)
        if state in {SlotState.PAST, SlotState.CUT_OFF}:
            raise SlotCutOff("It is too late for this slot.", slot=self.key, until=self.cutoff_at)
        if state is SlotState.BLOCKED:
            raise SlotBlocked("This slot is closed.", slot=self.key)
        if not self.takes(load, now):
            raise SlotFull("This slot has no room.", slot=self.key)

    def bucket(self, now: int) -> Bucket:
        """Return how much room is left, without counts."""
        if self.state(now) is not SlotState.OPEN:
            return Bucket.NONE
        few = is_scarce(self.caps, self.taken) or (self.pace is not None and self.pace.is_scarce)
        return Bucket.FEW if few else Bucket.MANY


def slot_key(store_id: str, service: Service, start_at: int) -> str:
    """Return the name of a slot: `storeId/service/startUtcMs`."""
    return str(SlotKey(store_id, service, start_at))


def parse_slot_key(key: str) -> SlotKey:
    """Read a slot's name, or raise SlotNotFound."""
    store_id, _, rest = key.partition("/")
    service, _, start = rest.partition("/")
    known = service in {one.value for one in Service}
    if not (store_id and known and start.isascii() and start.isdigit() and len(start) <= 13):
        raise SlotNotFound("There is no such slot.", slot=key)
    return SlotKey(store_id, Service(service), int(start))
