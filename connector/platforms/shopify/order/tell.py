"""Tell a Shopify shop what happened on the floor; what it knows already is not told again."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from connector.model.order import News, Telling
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.errors import (
    SecurityRejection,
    ShopFrozen,
    ShopLocked,
    ShopNotFound,
    UnexpectedStatus,
    WriteRefused,
)
from connector.platforms.shopify.order import reserving
from connector.platforms.shopify.order.part_state import (
    CANCELLED,
    ENDED,
    ON_HOLD,
    OPEN,
    PartState,
    Shipment,
    read_state,
)
from connector.platforms.shopify.order.refusals import PartClosed, PartHeld, ShopAway
from connector.platforms.shopify.paging import Nodes
from connector.platforms.shopify.product.payload import Line, Ref
from connector.platforms.shopify.version import VersionUnsupported

ABOUT_THE_SHOP = (
    SecurityRejection,
    ShopFrozen,
    ShopLocked,
    ShopNotFound,
    UnexpectedStatus,
    VersionUnsupported,
)
"""Refusals that have nothing to do with the news: it is told when the shop is back."""
NOTHING_TO_PREPARE = "NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER"
HELD_BEFORE = frozenset({"DUPLICATE_FULFILLMENT_HOLD_HANDLE", "TAKEN"})
HOLD_HANDLE = "regie-cancelled"
CARRIER = "Regie"
REASONS: Mapping[str, str] = {
    "empty": "INVENTORY_OUT_OF_STOCK",
    "out_of_stock": "INVENTORY_OUT_OF_STOCK",
}


class _Created(Line):
    fulfillment: Ref


class _Answer(Line):
    fulfillment_create: _Created


class FloorNews:
    """Tells one shop; every piece of news begins with a look at what the shop has.

    `connect` gives the client when it is needed: a shop that is away does not even let us connect.
    """

    def __init__(self, connect: Callable[[], ShopifyClient]) -> None:
        self._connect = connect
        self._verbs: Mapping[News, Callable[[PartState, Telling], None]] = {
            News.PREPARED: self._prepared,
            News.OUT_FOR_DELIVERY: self._out,
            News.HANDED_OVER: self._handed_over,
            News.ATTEMPTED: self._attempted,
            News.DELAYED: self._delayed,
            News.RETURNED: self._returned,
            News.CANCELLED: self._cancelled,
        }

    def tell(self, telling: Telling) -> None:
        """Tell it; raises PlatformRejected only where the part will never take the news."""
        try:
            self._tell(telling)
        except ABOUT_THE_SHOP as refusal:
            away = ShopAway(refusal.message, reason=refusal.code)
        else:
            return
        raise away

    @property
    def _client(self) -> ShopifyClient:
        return self._connect()

    def _tell(self, telling: Telling) -> None:
        if telling.news in {News.RESERVED, News.UNRESERVED}:
            reserving.move(self._client, telling)
            return
        state = read_state(self._client, telling.part)
        if state.status == CANCELLED and telling.news not in {News.CANCELLED, News.RETURNED}:
            raise PartClosed(state.id, "cancelled")
        self._verbs[telling.news](state, telling)

    def _prepared(self, state: PartState, telling: Telling) -> None:
        """Let Shopify tell the buyer to come; a local delivery is only noted to be worked on."""
        if state.status in ENDED:
            self._must_have_left(state)
        elif state.status == ON_HOLD:
            raise PartHeld(state.id)
        elif state.is_pickup:
            self._prepare(state)
        elif state.status == OPEN:
            self._report(state, telling)

    def _report(self, state: PartState, telling: Telling) -> None:
        """Note that the part is worked on: a courtesy, of which a refusal changes nothing."""
        with suppress(WriteRefused):
            asked = {"id": state.id, "notes": telling.note}
            self._client.execute("fo_report_progress", asked, type=Any, idempotent=True)

    def _prepare(self, state: PartState) -> None:
        wanted = {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": state.id}]}
        try:
            asked = {"input": wanted}
            self._client.execute("fo_prepared_for_pickup", asked, type=Any, idempotent=True)
        except WriteRefused as refusal:
            if set(refusal.codes) != {NOTHING_TO_PREPARE}:
                raise

    def _out(self, state: PartState, telling: Telling) -> None:
        """Note that it has left, and that a courier is on the way with it.

        A trip that was told before and came back since is not begun again.
        """
        trips = state.fulfillments.nodes
        if telling.at and any(each.has("OUT_FOR_DELIVERY", telling.at) for each in trips):
            return
        self._event(self._left(state, telling), "OUT_FOR_DELIVERY", telling)

    def _handed_over(self, state: PartState, telling: Telling) -> None:
        """Note that it has left; a delivery is also noted to have arrived."""
        shipment = self._left(state, telling)
        if not state.is_pickup:
            self._event(shipment, "DELIVERED", telling)

    def _attempted(self, state: PartState, telling: Telling) -> None:
        self._on_the_way(state, "ATTEMPTED_DELIVERY", telling)

    def _delayed(self, state: PartState, telling: Telling) -> None:
        self._on_the_way(state, "DELAYED", telling)

    def _on_the_way(self, state: PartState, status: str, telling: Telling) -> None:
        """Note something of a shipment; Shopify has no place for it before one has left."""
        if state.shipment is not None:
            self._event(state.shipment, status, telling, at=telling.at)

    def _returned(self, state: PartState, telling: Telling) -> None:
        """Note that it came back, then take the shipment back, so that it may leave again."""
        for shipment in state.fulfillments.nodes:
            if not shipment.stands or shipment.has("DELIVERED") or shipment.left_after(telling.at):
                continue
            self._event(shipment, "FAILURE", telling, words="Returned to the store.")
            with suppress(WriteRefused):
                asked = {"id": shipment.id}
                self._client.execute("fulfillment_cancel", asked, type=Any, idempotent=True)

    def _cancelled(self, state: PartState, telling: Telling) -> None:
        """Hold the part with the reason: whether money goes back is for the merchant to say."""
        ours = any(each.handle == HOLD_HANDLE for each in state.fulfillment_holds)
        if state.status in ENDED or ours:
            return
        hold = {
            "reason": REASONS.get(telling.note or "", "OTHER"),
            "reasonNotes": f"Cancelled on the shop floor: {_reason(telling)}",
            "handle": HOLD_HANDLE,
            "notifyMerchant": True,
        }
        try:
            asked = {"id": state.id, "hold": hold}
            self._client.execute("fo_hold", asked, type=Any, idempotent=True)
        except WriteRefused as refusal:
            if not HELD_BEFORE.issuperset(refusal.codes) or not refusal.codes:
                raise

    def _left(self, state: PartState, telling: Telling) -> Shipment:
        """See to it that as much has left as the news says; return the shipment it left in."""
        lines = state.still_to_leave(telling)
        if not lines:
            return self._must_have_left(state)
        if state.status == ON_HOLD:
            raise PartHeld(state.id)
        given: dict[str, Any] = {
            "lineItemsByFulfillmentOrder": [
                {"fulfillmentOrderId": state.id, "fulfillmentOrderLineItems": lines}
            ],
            "notifyCustomer": telling.tracking_url is not None,
        }
        if telling.tracking_url is not None:
            given["trackingInfo"] = {"company": CARRIER, "url": telling.tracking_url}
        made = self._client.execute("fulfillment_create", {"f": given}, type=_Answer)
        return _fresh(made.fulfillment_create.fulfillment.id)

    def _must_have_left(self, state: PartState) -> Shipment:
        if state.shipment is None:
            raise PartClosed(state.id, f"{state.status.lower()}, and nothing has left")
        return state.shipment

    def _event(
        self,
        shipment: Shipment,
        status: str,
        telling: Telling,
        *,
        at: datetime | None = None,
        words: str | None = None,
    ) -> None:
        """Note what befell a shipment, unless it was noted before."""
        if shipment.has(status, at):
            return
        given: dict[str, Any] = {"fulfillmentId": shipment.id, "status": status}
        if telling.at is not None:
            given["happenedAt"] = f"{telling.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        if words:  # the buyer reads it, so our own notes do not belong there
            given["message"] = words
        self._client.execute("fulfillment_event_create", {"e": given}, type=Any)


def _reason(telling: Telling) -> str:
    """Return why it was called off: our word, and what staff wrote for the customer."""
    return ": ".join(filter(None, (telling.note, telling.words))) or "no reason given"


def _fresh(gid: str) -> Shipment:
    """Return a shipment that was made just now: nothing has befallen it."""
    return Shipment(gid, "SUCCESS", Nodes([]))
