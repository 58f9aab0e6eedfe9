"""An order as a shop platform tells it: what was bought, how it is to be handed over, and where."""

from datetime import datetime
from enum import Enum

from msgspec import Struct

from connector.model.location import Address, Geo
from connector.model.money import Money


class PaymentState(Enum):
    """What is known of the money; only PAID, AUTHORISED and the two kinds of later pay are owed."""

    PENDING = "PENDING"
    AUTHORISED = "AUTHORISED"
    PAID = "PAID"
    CASH_ON_DELIVERY = "CASH_ON_DELIVERY"
    PAY_IN_STORE = "PAY_IN_STORE"
    PARTLY_REFUNDED = "PARTLY_REFUNDED"
    REFUNDED = "REFUNDED"
    VOIDED = "VOIDED"


class HandingOver(Enum):
    """How a part of an order reaches the buyer; SHIPPING and OTHER are no work of ours."""

    PICKUP = "PICKUP"
    DELIVERY = "DELIVERY"
    SHIPPING = "SHIPPING"
    OTHER = "OTHER"


class Bought(Struct, frozen=True):
    """One line of a part. `quantity` is what is still owed, after edits and refunds.

    `external_id` is the platform's id of this line in this part, `variant_id` the platform's id of
    the variant (or simple product), None where it was deleted meanwhile or never was one.
    `refunded` are pieces that were bought and taken back again.
    """

    external_id: str
    variant_id: str | None
    title: str
    sku: str | None
    quantity: int
    refunded: int
    unit_price: Money | None


class OrderPart(Struct, frozen=True):
    """What one place owes for an order: Shopify's fulfilment order, WooCommerce's whole order.

    `place` is the platform's id of the location (None: not told), `place_name` what the buyer read.
    `earliest` and `latest` bound the promised window where the platform knows one. `closed` says
    that the platform regards it as done, `cancelled` that it is not owed any more.
    """

    external_id: str
    handing_over: HandingOver
    place: str | None
    place_name: str | None
    earliest: datetime | None
    latest: datetime | None
    closed: bool
    cancelled: bool
    on_hold: bool
    lines: tuple[Bought, ...]
    raw_state: str


class Buyer(Struct, frozen=True):
    """Who bought: personal data, to be sealed before it is stored and never to be logged."""

    name: str | None
    email: str | None
    phone: str | None
    language: str | None
    address: Address | None
    geo: Geo | None
    note: str | None

    def __repr__(self) -> str:
        """Show nothing: a representation may land in a log."""
        return "Buyer(...)"


class PlacedOrder(Struct, frozen=True):
    """A whole order at one moment of the platform's time.

    `number` is what people say ("#1001"). `references` are the shop's own key-value pairs in
    which a checkout carries a hold or a chosen slot (`regie_hold`, `regie_slot`, `regie_quote`).
    `cash_due` is what is to be collected at the door. `deleted` orders are cancelled ones.
    """

    external_id: str
    number: str
    placed_at: datetime
    updated_at: datetime
    cancelled: bool
    test: bool
    payment: PaymentState
    total: Money | None
    cash_due: Money | None
    channel: str | None
    references: tuple[tuple[str, str], ...]
    parts: tuple[OrderPart, ...]
    buyer: Buyer

    @property
    def owed(self) -> bool:
        """Whether the shop must hand something over: paid, or to be paid at the hand-over."""
        return not self.cancelled and self.payment in _OWED

    def reference(self, name: str) -> str | None:
        """Return what the checkout wrote under a name."""
        return next((value for key, value in self.references if key == name), None)


_OWED = frozenset(
    {
        PaymentState.AUTHORISED,
        PaymentState.PAID,
        PaymentState.CASH_ON_DELIVERY,
        PaymentState.PAY_IN_STORE,
        PaymentState.PARTLY_REFUNDED,
        PaymentState.REFUNDED,
    }
)


class News(Enum):
    """What the platform is told of the shop floor."""

    PREPARED = "PREPARED"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    HANDED_OVER = "HANDED_OVER"
    ATTEMPTED = "ATTEMPTED"
    RETURNED = "RETURNED"
    DELAYED = "DELAYED"
    CANCELLED = "CANCELLED"
    RESERVED = "RESERVED"
    UNRESERVED = "UNRESERVED"


class ToldLine(Struct, frozen=True):
    """How many pieces of one line of a part the news is about."""

    external_id: str
    quantity: int


class Reservation(Struct, frozen=True):
    """Pieces of a counted item at a place, by the platform's ids; for RESERVED and UNRESERVED."""

    stock_item: str
    place: str
    quantity: int


class Telling(Struct, frozen=True):
    """One piece of news for the platform; the same `key` told twice has one effect.

    `order` and `part` are the platform's ids; `lines` empty means all of the part. `note` is for
    the merchant's eyes and holds no personal data. `tracking_url` is the buyer's status page, and
    `words` what staff wrote for him; both are added while it is told, and never stored.
    """

    key: str
    news: News
    order: str = ""
    part: str = ""
    at: datetime | None = None
    lines: tuple[ToldLine, ...] = ()
    note: str | None = None
    tracking_url: str | None = None
    reservations: tuple[Reservation, ...] = ()
    words: str | None = None
