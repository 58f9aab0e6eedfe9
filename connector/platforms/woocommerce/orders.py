"""Read orders of a WooCommerce shop: one that a webhook points at, or all that changed lately."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from connector.model.order import PlacedOrder
from connector.platforms.woocommerce.client import WooClient
from connector.platforms.woocommerce.errors import UnknownResource
from connector.platforms.woocommerce.order_normalise import placed_order
from connector.platforms.woocommerce.order_payload import (
    ORDER_FIELDS,
    Changed,
    Refund,
    WooOrder,
    changes,
    orders,
)
from connector.platforms.woocommerce.paging import Pace, walk

UNKNOWN_ORDER = "woocommerce_rest_shop_order_invalid_id"
CHUNK = 25
REFUNDS_PAGE = 100


class OrderReader:
    """Reads the orders of one shop."""

    def __init__(self, client: WooClient) -> None:
        self._client = client

    def order(self, external_id: str) -> PlacedOrder | None:
        """Return an order; None is confirmed to be none. One in the trash is cancelled."""
        found = self.raw(external_id)
        return self._placed(found) if found else None

    def raw(self, external_id: str) -> WooOrder | None:
        """Return an order in the shop's words."""
        if not external_id.isdecimal():
            return None
        try:
            return self._client.read(f"orders/{external_id}", WooOrder, _fields=ORDER_FIELDS)
        except UnknownResource as refusal:
            if refusal.facts["woocommerce_code"] != UNKNOWN_ORDER:
                raise
            return None

    def changed(self, since: datetime) -> Iterator[PlacedOrder]:
        """Yield what changed at or after `since`, oldest change first, the trash included.

        The shop compares whole seconds, strictly; dates are sent as UTC and said to be so. What
        was deleted for good is told by nobody: such an order stays as it was read last.
        """
        second = (since.astimezone(UTC) - timedelta(seconds=1)).replace(microsecond=0, tzinfo=None)
        found = [
            each for status in ("any", "trash") for each in self._listed(status, second.isoformat())
        ]
        found.sort(key=lambda each: (each.date_modified_gmt or "", each.id))
        for start in range(0, len(found), CHUNK):
            yield from self._several(found[start : start + CHUNK])

    def _listed(self, status: str, since: str) -> Iterator[Changed]:
        asked = {
            "_fields": "id,status,date_modified_gmt",
            "status": status,
            "modified_after": since,
            "dates_are_gmt": True,
        }
        for window in walk(self._client, "orders", asked, Pace()):
            yield from (changes.decode(item) for item in window.items)

    def _several(self, some: Sequence[Changed]) -> Iterator[PlacedOrder]:
        read: dict[int, WooOrder] = {}
        for status in sorted({"trash" if each.status == "trash" else "any" for each in some}):
            ids = [each.id for each in some if (each.status == "trash") == (status == "trash")]
            asked = {
                "include": ids,
                "status": status,
                "per_page": CHUNK,
                "orderby": "id",
                "order": "asc",
                "_fields": ORDER_FIELDS,
            }
            items = self._client.listing("orders", asked).items
            read |= {each.id: each for each in map(orders.decode, items)}
        for each in some:
            if each.id in read:
                yield self._placed(read[each.id])

    def _placed(self, told: WooOrder) -> PlacedOrder:
        return placed_order(told, self._refunds(told) if told.refunds else ())

    def _refunds(self, told: WooOrder) -> Sequence[Refund]:
        """Return the refunds with their lines, which the order itself does not tell."""
        found: list[Refund] = []
        while len(found) < len(told.refunds):
            page = len(found) // REFUNDS_PAGE + 1
            path, asked = f"orders/{told.id}/refunds", {"per_page": REFUNDS_PAGE, "page": page}
            more = self._client.read(path, list[Refund], **asked)
            found += more
            if len(more) < REFUNDS_PAGE:
                break
        return found
