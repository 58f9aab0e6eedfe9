"""Orders in a WooCommerce shop: how they are bought, read and told of."""

from typing import Any

from connector.model.order import News, PlacedOrder, Telling
from connector.platforms import Hint, HintKind
from tests.kit.shops.woo import Open

PAN = 107


def bought(shop: Open, quantity: int = 2, **how: Any) -> int:
    lines = [{"item_id": PAN, "quantity": quantity}]
    return int(shop.changes.place_order(lines, **how)["id"])


def read(shop: Open, number: int) -> PlacedOrder:
    found = shop.platform.order(Hint(HintKind.ORDER, str(number)))
    assert found is not None
    return found


def tell(shop: Open, number: int, news: News, turn: int = 1, note: str | None = None) -> None:
    key = f"ful_1/{turn}/{news.value}"
    shop.platform.tell(Telling(key, news, str(number), "", shop.clock(), note=note))


def status(shop: Open, number: int) -> str:
    return str(shop.shop.orders[number]["status"])


def notes(shop: Open, number: int) -> list[Any]:
    return list(shop.shop.entries(f"orders/{number}/notes"))


def lines(shop: Open, number: int) -> list[int]:
    return [line["id"] for line in shop.shop.orders[number]["line_items"]]
