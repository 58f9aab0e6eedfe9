"""How a part of an order stands at Shopify before anything is told about it."""

from datetime import datetime

from msgspec import Struct, structs

from connector.model.order import Telling
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.lists import Listing, OwnerGone
from connector.platforms.shopify.order.refusals import PartGone
from connector.platforms.shopify.paging import Nodes
from connector.platforms.shopify.product.payload import Line

OPEN, ON_HOLD, CANCELLED = "OPEN", "ON_HOLD", "CANCELLED"
ENDED = frozenset({"CLOSED", "INCOMPLETE", CANCELLED})


class Piece(Line):
    """A line of the part: how many pieces it owes, and how many of them have not left."""

    id: str
    total_quantity: int
    remaining_quantity: int

    @property
    def left(self) -> int:
        """How many pieces have left the place."""
        return self.total_quantity - self.remaining_quantity


_PIECES = Listing("part_pieces", "lineItems", Piece)


class Happened(Line):
    """One thing that befell a shipment."""

    status: str
    happened_at: datetime


class Shipment(Line):
    """What has left the place together: Shopify's fulfillment."""

    id: str
    status: str
    events: Nodes[Happened]

    @property
    def stands(self) -> bool:
        """Whether it was made and not called back."""
        return self.status == "SUCCESS"

    def has(self, status: str, at: datetime | None = None) -> bool:
        """Tell whether this was noted before, at that second if one is named."""
        found = [each.happened_at for each in self.events.nodes if each.status == status]
        return any(at is None or abs((at - each).total_seconds()) < 1 for each in found)

    def left_after(self, at: datetime | None) -> bool:
        """Tell whether this trip began after that moment: news from before is not about it."""
        trips = [each for each in self.events.nodes if each.status == "OUT_FOR_DELIVERY"]
        return at is not None and any((each.happened_at - at).total_seconds() > 1 for each in trips)


class Held(Line):
    """Why the part must not be handed over."""

    id: str
    handle: str | None = None
    held_by_requesting_app: bool = False


class _Method(Line):
    method_type: str


class PartState(Line):
    """The part with its lines, its shipments (newest first) and what holds it back."""

    id: str
    status: str
    line_items: Nodes[Piece]
    fulfillments: Nodes[Shipment]
    fulfillment_holds: list[Held]
    delivery_method: _Method | None = None

    @property
    def is_pickup(self) -> bool:
        """Whether the buyer comes to fetch it."""
        return self.delivery_method is not None and self.delivery_method.method_type == "PICK_UP"

    @property
    def shipment(self) -> Shipment | None:
        """The newest shipment that stands."""
        return next((each for each in self.fulfillments.nodes if each.stands), None)

    def still_to_leave(self, telling: Telling) -> list[dict[str, object]]:
        """Return what must leave so that as much has left as the news says.

        The news counts all pieces that were handed over, so telling it again asks for nothing.
        Pieces that the part does not owe any more cannot leave.
        """
        told = {line.external_id: line.quantity for line in telling.lines}
        found = []
        for piece in self.line_items.nodes:
            wanted = told.get(piece.id, 0) if told else piece.total_quantity
            some = min(piece.remaining_quantity, wanted - piece.left)
            if some > 0:
                found.append({"id": piece.id, "quantity": some})
        return found


class _Answer(Struct, rename="camel"):
    fulfillment_order: PartState | None


def read_state(client: ShopifyClient, gid: str) -> PartState:
    """Read a part, or raise PartGone."""
    found = client.execute("part_state", {"id": gid}, type=_Answer).fulfillment_order
    if found is None:
        raise PartGone(gid)
    try:
        pieces = _PIECES.rest(client, gid, found.line_items)
    except OwnerGone:
        raise PartGone(gid) from None
    return structs.replace(found, line_items=Nodes(pieces))
