"""Tell a WooCommerce shop what happened on the floor: by its status, else by a private note."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

from connector.model.order import News, Telling
from connector.platforms.woocommerce.client import WooClient
from connector.platforms.woocommerce.errors import (
    ApiMissing,
    OrderEnded,
    OrderGone,
    Refused,
    ShopAway,
    WrongHome,
)
from connector.platforms.woocommerce.order_normalise import CANCELLED, COMPLETED, READY, REFUNDED
from connector.platforms.woocommerce.order_payload import WooOrder, meta
from connector.platforms.woocommerce.orders import OrderReader

TOLD = "_regie_told"
MOST_TOLD = 50
ENDED = CANCELLED | {REFUNDED, "failed"}
BAD_PARAMETER = "rest_invalid_param"
WORDS: Mapping[News, str] = {
    News.PREPARED: "ready to be picked up",
    News.OUT_FOR_DELIVERY: "out for delivery",
    News.HANDED_OVER: "handed over",
    News.ATTEMPTED: "delivery was attempted, nobody took it",
    News.RETURNED: "brought back to the store",
    News.DELAYED: "delayed",
    News.CANCELLED: "cancelled in the store; refund it or call the customer",
}


class _Note(Struct):
    note: str = ""


class FloorNews:
    """Tells one shop; what was told stands in the order itself, under `_regie_told`.

    The shop has one status for a whole order, so the lines of the news are not told. It has no
    place to set pieces aside either: a hold is kept by Regie alone, which answers every question
    for stock, and the shop's own checkout makes its own when a buyer pays there.
    """

    def __init__(self, client: WooClient) -> None:
        self._client = client
        self._reader = OrderReader(client)

    def tell(self, telling: Telling) -> None:
        """Tell it once; raises PlatformRejected only where the order will never take the news."""
        if telling.news in {News.RESERVED, News.UNRESERVED}:
            return
        try:
            self._tell(telling)
        except (ApiMissing, WrongHome) as refusal:
            away = ShopAway(refusal.message, reason=refusal.code)
        else:
            return
        raise away

    def _tell(self, telling: Telling) -> None:
        order = self._reader.raw(telling.order)
        if order is None:
            raise OrderGone("The shop has no such order any more.", order=telling.order)
        over = telling.news is News.CANCELLED and order.status in ENDED
        if over or _mark(telling) in _told(order):
            return
        match telling.news:
            case News.PREPARED:
                self._set_status(order, telling, READY)
            case News.HANDED_OVER:
                if telling.note:
                    self._add_note(order, telling)
                self._set_status(order, telling, COMPLETED)
            case _:
                self._add_note(order, telling)
                self._write(order, telling)

    def _set_status(self, order: WooOrder, telling: Telling, status: str) -> None:
        """Set status and mark in one write; a shop without our status gets a note instead."""
        if order.status in ENDED:
            raise OrderEnded(f"The order is {order.status}.", order=telling.order)
        if order.status in {status, COMPLETED}:
            return
        try:
            self._write(order, telling, status=status)
        except Refused as refusal:
            if status != READY or refusal.facts["woocommerce_code"] != BAD_PARAMETER:
                raise
        else:
            return
        self._add_note(order, telling)
        self._write(order, telling)

    def _write(self, order: WooOrder, telling: Telling, **fields: str) -> None:
        told = [*_told(order).items(), (_mark(telling), telling.news.value)][-MOST_TOLD:]
        value = msgspec.json.encode(dict(told)).decode()
        body = {**fields, "meta_data": [{"key": TOLD, "value": value}]}
        self._client.write("PUT", f"orders/{order.id}", body)

    def _add_note(self, order: WooOrder, telling: Telling) -> None:
        """Write a note that only the merchant sees, unless it stands there already."""
        path, mark = f"orders/{order.id}/notes", f"[{_mark(telling)}]"
        known = self._client.listing(path, {"type": "internal"}).items
        if any(mark in msgspec.json.decode(each, type=_Note).note for each in known):
            return
        words = ". ".join(
            filter(None, (f"Regie: {WORDS[telling.news]}", telling.note, telling.words))
        )
        self._client.write("POST", path, {"note": f"{words} {mark}", "customer_note": False})


def _mark(telling: Telling) -> str:
    """Return a short name of the news that tells nothing of it."""
    return blake2b(telling.key.encode(), digest_size=6).hexdigest()


def _told(order: WooOrder) -> Mapping[str, Any]:
    """Return what was told before; a field that somebody else wrote over tells nothing."""
    try:
        found = msgspec.json.decode(str(meta(order.meta_data, TOLD) or "{}"))
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}
