"""A hold keeps stock and a slot for one basket for a quarter of an hour, both or neither."""

from enum import Enum

from msgspec import Struct, structs

from storefront.fulfillment.errors.hold import HoldExpired
from storefront.fulfillment.lifecycle import Lifecycle, Step
from storefront.fulfillment.slot.load import Load

TTL_MS = 15 * 60_000
SHORTEST_MS, LONGEST_MS = 5 * 60_000, 120 * 60_000
EXTENSION_MS = 10 * 60_000
MOST_EXTENSIONS = 1
MOST_PER_SESSION = 2
SHARE_PER_ADDRESS = 33  # of so many orders that a slot takes, one address may hold one


class HoldState(Enum):
    """What became of a hold; EXPIRED comes by time alone."""

    ACTIVE = "ACTIVE"
    CONSUMED = "CONSUMED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


LIFE: Lifecycle[HoldState] = Lifecycle(
    HoldState,
    [
        Step(
            "consume",
            frozenset({HoldState.ACTIVE}),
            (HoldState.CONSUMED,),
            frozenset({"checkout", "platform"}),
            "the order is made in the same write",
        ),
        Step(
            "release",
            frozenset({HoldState.ACTIVE, HoldState.CONSUMED}),
            (HoldState.RELEASED,),
            frozenset({"checkout", "store", "platform"}),
            "of a consumed one: its order was cancelled",
        ),
        Step("extend", frozenset({HoldState.ACTIVE}), (HoldState.ACTIVE,), frozenset({"checkout"})),
        Step("expire", frozenset({HoldState.ACTIVE}), (HoldState.EXPIRED,), frozenset({"timer"})),
        Step(
            "reacquire",
            frozenset({HoldState.EXPIRED}),
            (HoldState.ACTIVE,),
            frozenset({"checkout", "platform"}),
            "stock and slot still fit",
        ),
    ],
)


class HeldLine(Struct, frozen=True, rename="camel"):
    """Pieces of a variant from one place; `stock_key` is the heap that they are counted in."""

    variant_id: str
    product_id: str
    location_id: str
    stock_key: str
    quantity: int


class Hold(Struct, frozen=True, rename="camel"):
    """What is kept, for whom (`cart` is the checkout's own name for the basket), and until when."""

    id: str
    merchant_id: str
    store_id: str
    cart: str
    slot_key: str | None
    load: Load
    lines: tuple[HeldLine, ...]
    expires_at: int
    created_at: int
    state: HoldState = HoldState.ACTIVE
    extensions: int = 0
    order_id: str | None = None
    rev: int = 1

    def state_at(self, now: int) -> HoldState:
        """Return the state at an instant: an active hold ends by itself."""
        ended = self.state is HoldState.ACTIVE and now >= self.expires_at
        return HoldState.EXPIRED if ended else self.state


def moved(hold: Hold, event: str, now: int) -> Hold:
    """Return the hold after an event, or raise HoldExpired or IllegalTransition."""
    state = hold.state_at(now)
    if state is HoldState.EXPIRED and event in {"consume", "extend"}:
        raise HoldExpired("The hold has ended.", hold=hold.id, ended=hold.expires_at)
    return structs.replace(hold, state=LIFE.next(state, event), rev=hold.rev + 1)


def extended(hold: Hold, now: int) -> Hold:
    """Give ten minutes more, once: for the way to the payment and back."""
    longer = moved(hold, "extend", now)
    if hold.extensions >= MOST_EXTENSIONS:
        raise HoldExpired("The hold was extended before.", hold=hold.id, ends=hold.expires_at)
    return structs.replace(
        longer, extensions=hold.extensions + 1, expires_at=hold.expires_at + EXTENSION_MS
    )


def time_to_live(wanted_ms: int | None) -> int:
    """Return how long a hold lasts: as wanted, but between 5 minutes and 2 hours."""
    return TTL_MS if wanted_ms is None else min(max(wanted_ms, SHORTEST_MS), LONGEST_MS)
