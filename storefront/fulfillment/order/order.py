"""An order as a store works on it: its lines, its time, and how far it is; it names no person."""

from enum import Enum
from typing import Any

from msgspec import Struct, structs

from connector.model.errors import InvalidInput
from connector.model.money import Money
from storefront.fulfillment.order.event import Recorded


class BadOrder(InvalidInput):
    """An order, or a number of pieces, that cannot be; `field` says what is wrong."""

    code = "bad_order"
    remedy = "Correct the field and send it again."


class Method(Enum):
    """How the shopper gets it."""

    PICKUP = "PICKUP"
    DELIVERY = "DELIVERY"


class Substitution(Enum):
    """Whether something else may be given where a thing is missing."""

    ALLOW = "ALLOW"
    ASK = "ASK"
    NO = "NO"


class Temp(Enum):
    """How cold it must stay."""

    AMBIENT = "AMBIENT"
    CHILL = "CHILL"
    FROZEN = "FROZEN"


class Payment(Enum):
    """Where the money is: COD and PAY_IN_STORE are still to be taken."""

    PAID = "PAID"
    AUTHORISED = "AUTHORISED"
    COD = "COD"
    PAY_IN_STORE = "PAY_IN_STORE"


class ChannelKind(Enum):
    """Through which door the order came."""

    WEB = "WEB"
    POS = "POS"
    AGENT = "AGENT"


class OrderState(Enum):
    """How far an order is; `order.life.LIFE` says what may follow what."""

    PLACED = "PLACED"
    ACCEPTED = "ACCEPTED"
    PICKING = "PICKING"
    AWAITING_CUSTOMER = "AWAITING_CUSTOMER"
    READY = "READY"
    READY_PARTIAL = "READY_PARTIAL"
    PARTLY_COLLECTED = "PARTLY_COLLECTED"
    COLLECTED = "COLLECTED"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELIVERED = "DELIVERED"
    RETURNED_TO_STORE = "RETURNED_TO_STORE"
    NO_SHOW = "NO_SHOW"
    CANCELLED = "CANCELLED"


class Flag(Enum):
    """What a person must look at, whatever the state: a flag never ends an order.

    NEEDS_RESLOT: paid, but slot or stock were gone when the payment came.
    NEEDS_ATTENTION: the platform tells something that the floor cannot follow by itself.
    """

    NEEDS_RESLOT = "NEEDS_RESLOT"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"


class Channel(Struct, frozen=True, rename="camel"):
    """The door, and for AGENT whose."""

    kind: ChannelKind = ChannelKind.WEB
    agent_id: str | None = None


class ExternalRef(Struct, frozen=True):
    """The order's id at its platform."""

    platform: str
    id: str


class SlotWindow(Struct, frozen=True, rename="camel"):
    """The time as it was chosen, never worked out anew; epoch ms, `timezone` is IANA."""

    start_at: int
    end_at: int
    timezone: str
    key: str | None = None


class Item(Struct, frozen=True, rename="camel"):
    """A thing that may be given instead: what a line says of a thing."""

    variant_id: str | None
    sku: str
    title: str
    age_min: int | None = None
    temp: Temp = Temp.AMBIENT
    weight_g: int = 0
    volume_ml: int = 0
    prep_points: int = 1
    unit_price: Money | None = None


class Question(Struct, frozen=True, rename="camel"):
    """What the shopper is asked: `quantity` pieces of `item` instead; silent after `until`."""

    item: Item
    line_id: str
    quantity: int
    asked_at: int
    until: int
    default: bool


class Line(Struct, frozen=True, kw_only=True, rename="camel"):
    """One thing of an order; amounts are pieces, weight, volume and prep points of one piece.

    `quantity` is due of this very thing: pieces that were exchanged move to a line of their own,
    whose `substitutes` names this one. `surplus` lies in the bag and must go back to the shelf;
    `later` comes with the rest of a partial order; `handed` has left the store.
    `withdrawn` are those of the `refunded` that the platform took off, not the store.
    `refunded_after` was refunded at the platform after it had left: a return, not a pick.
    `told_off` are the pieces that the platform itself last counted as taken off.
    """

    id: str
    variant_id: str | None
    sku: str
    title: str
    quantity: int
    picked: int = 0
    refunded: int = 0
    later: int = 0
    surplus: int = 0
    handed: int = 0
    withdrawn: int = 0
    refunded_after: int = 0
    told_off: int = 0
    substituted_by: str | None = None
    substitutes: str | None = None
    substitution: Substitution = Substitution.ASK
    question: Question | None = None
    age_min: int | None = None
    temp: Temp = Temp.AMBIENT
    weight_g: int = 0
    volume_ml: int = 0
    prep_points: int = 1
    unit_price: Money | None = None
    external_id: str | None = None

    @property
    def age_restricted(self) -> bool:
        """Whether somebody must look at a document before it is handed over."""
        return self.age_min is not None

    @property
    def open(self) -> int:
        """How many pieces are neither picked nor taken off."""
        return self.quantity - self.picked - self.refunded

    @property
    def free(self) -> int:
        """How many open pieces the shopper is not being asked about."""
        return self.open - (self.question.quantity if self.question else 0)

    @property
    def due(self) -> int:
        """How many picked pieces still lie in the store."""
        return self.picked - self.handed


class FulfillmentOrder(Recorded, frozen=True, kw_only=True, rename="camel"):
    """One order at one place; the shopper's name and address lie in its `person.Contact`.

    Instants are epoch ms. `number` is what people call it. `cancel_until` is the shopper's last
    moment to cancel by himself. `extended` counts how often a no-show was given more time.
    `picture_at` is the age of the platform's picture that was last applied. `cash_elsewhere` says
    that another part of the same order at the platform takes the money for both, `partly_repaid`
    that the platform gave some of the money back.
    """

    id: str
    merchant_id: str
    store_id: str
    number: str
    method: Method
    lines: tuple[Line, ...]
    slot: SlotWindow | None
    payment: Payment
    channel: Channel = Channel()
    external_ref: ExternalRef | None = None
    total: Money | None = None
    cash_elsewhere: bool = False
    partly_repaid: bool = False
    state: OrderState = OrderState.PLACED
    flags: tuple[Flag, ...] = ()
    attention: tuple[str, ...] = ()
    hold_id: str | None = None
    job_id: str | None = None
    handover_id: str | None = None
    picker_id: str | None = None
    cancel_until: int | None = None
    cancel_reason: str | None = None
    placed_at: int | None = None
    accepted_at: int | None = None
    ready_at: int | None = None
    hold_until: int | None = None
    handed_at: int | None = None
    closed_at: int | None = None
    restocked_at: int | None = None
    refunded_at: int | None = None
    extended: int = 0
    reminded: tuple[int, ...] = ()
    picture_at: int | None = None
    here_at: int | None = None
    spot: str | None = None

    def line(self, line_id: str) -> Line:
        """Return the line, or raise BadOrder."""
        found = next((each for each in self.lines if each.id == line_id), None)
        if found is None:
            raise BadOrder("The order has no such line.", field="line", line=line_id)
        return found

    def with_line(self, line_id: str, **fields: Any) -> "FulfillmentOrder":
        """Return the order with other fields in one line."""
        lines = tuple(
            structs.replace(each, **fields) if each.id == line_id else each for each in self.lines
        )
        return structs.replace(self, lines=lines)

    def flagged(self, flag: Flag, reason: str = "") -> "FulfillmentOrder":
        """Return the order with one flag more, and why."""
        flags = tuple(sorted({*self.flags, flag}, key=list(Flag).index))
        reasons = (*self.attention, reason) if reason else self.attention
        return structs.replace(self, flags=flags, attention=tuple(dict.fromkeys(reasons)))

    def unflagged(self, flag: Flag) -> "FulfillmentOrder":
        """Return the order without the flag; without NEEDS_ATTENTION nothing is left to look at."""
        left = tuple(each for each in self.flags if each is not flag)
        reasons = self.attention if Flag.NEEDS_ATTENTION in left else ()
        return structs.replace(self, flags=left, attention=reasons)

    @property
    def due(self) -> int:
        """How many picked pieces still lie in the store."""
        return sum(line.due for line in self.lines)

    @property
    def left(self) -> bool:
        """Whether any piece has left the store."""
        return any(line.handed for line in self.lines)

    @property
    def age_min(self) -> int | None:
        """The highest age that what lies ready asks for; None where nothing does."""
        return max((line.age_min for line in self.lines if line.due and line.age_min), default=None)
