"""An order as its platform has it now, and what staff must know of the difference."""

from enum import Enum

from msgspec import Struct

from connector.model.money import Money
from storefront.fulfillment.order.order import Item, Payment, Substitution


class ChangeKind(Enum):
    """What staff must know.

    MORE, ADDED: pick more. TAKEN_OFF: pick less. PUT_BACK: lies in the bag, belongs on the shelf.
    RETURN: refunded after it had left; expect it back, or not. RECALL: on its way, but cancelled.
    TOO_LATE: more was ordered after the bag had left.
    """

    MORE = "MORE"
    ADDED = "ADDED"
    TAKEN_OFF = "TAKEN_OFF"
    PUT_BACK = "PUT_BACK"
    RETURN = "RETURN"
    CANCELLED = "CANCELLED"
    RECALL = "RECALL"
    TOO_LATE = "TOO_LATE"


class Notice(Struct, frozen=True, rename="camel"):
    """One thing that staff must know, of so many pieces of a line."""

    kind: ChangeKind
    line_id: str | None = None
    quantity: int = 0


class PictureLine(Struct, frozen=True, rename="camel"):
    """A line as the platform has it: `quantity` ordered after edits, `refunded` of these so far."""

    external_id: str
    quantity: int
    item: Item
    refunded: int = 0
    substitution: Substitution = Substitution.ASK


class Picture(Struct, frozen=True, rename="camel"):
    """The whole order as the platform has it at `as_of`, epoch ms; a line not in it was removed.

    `payment` None says nothing of the money; else `total` is what the order costs, or what is still
    due of it, and `partly_repaid` says that some of the money went back.
    """

    as_of: int
    lines: tuple[PictureLine, ...]
    cancelled: bool = False
    payment: Payment | None = None
    total: Money | None = None
    partly_repaid: bool = False
