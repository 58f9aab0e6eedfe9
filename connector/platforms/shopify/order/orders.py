"""Read orders of a Shopify shop: one that a webhook points at, or all that changed lately."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from connector.model.order import PlacedOrder
from connector.platforms import Hint
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.lists import Listing, OwnerGone, changed_since
from connector.platforms.shopify.order.contact import Contacts
from connector.platforms.shopify.order.normalise import placed_order
from connector.platforms.shopify.order.payload import OrderPayload, OwedPart, PartLine, Told
from connector.platforms.shopify.paging import Nodes
from connector.platforms.shopify.product.payload import Ref

_CHANGED = Listing("orders_changed", "orders", Ref)
_PARTS = Listing("order_parts", "fulfillmentOrders", OwedPart)
_LINES = Listing("part_lines", "lineItems", PartLine)


class _Of(Struct, rename="camel"):
    order_id: str


class _OfPart(Struct, rename="camel"):
    fulfillment_order: _Of | None


class _Ordered(Struct):
    order: Ref


class _OfFulfillment(Struct):
    fulfillment: _Ordered | None


class OrderReader:
    """Reads the orders of one shop."""

    def __init__(self, client: ShopifyClient) -> None:
        self._client = client
        self._contacts = Contacts(client)

    def order(self, hint: Hint) -> PlacedOrder | None:
        """Return the order that an order, a part of it or a shipment of it belongs to."""
        found = self._order_of(hint.external_id)
        return self._read(found) if found else None

    def changed(self, since: datetime) -> Iterator[PlacedOrder]:
        """Yield what Shopify dates at or after `since`, oldest first."""
        for each in _CHANGED.every(self._client, query=changed_since(since)):
            found = self._read(each.id)
            if found is not None:
                yield found

    def _order_of(self, gid: str) -> str | None:
        """Ask which order something belongs to; None where the shop has no such thing."""
        kind = gid.removeprefix("gid://shopify/").partition("/")[0]
        asked = {"id": gid}
        match kind:
            case "Order":
                return gid
            case "FulfillmentOrder":
                part = self._client.execute("order_of_part", asked, type=_OfPart)
                return part.fulfillment_order.order_id if part.fulfillment_order else None
            case "Fulfillment":
                sent = self._client.execute("order_of_fulfillment", asked, type=_OfFulfillment)
                return sent.fulfillment.order.id if sent.fulfillment else None
        return None

    def _read(self, order_id: str) -> PlacedOrder | None:
        told = self._client.execute("order_read", {"id": order_id}, type=Told).order
        if told is None:
            return None
        try:
            self._complete(told)
        except OwnerGone:
            return None
        return placed_order(told, self._contacts.buyer(order_id))

    def _complete(self, told: OrderPayload) -> None:
        """Read the lists to their ends: every part, and every line of each."""
        parts = _PARTS.rest(self._client, told.id, told.fulfillment_orders)
        told.fulfillment_orders = Nodes(parts)
        for part in parts:
            part.line_items = Nodes(_LINES.rest(self._client, part.id, part.line_items))
