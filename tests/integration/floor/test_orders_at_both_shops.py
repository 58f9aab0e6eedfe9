"""Collected, delivered, in part, called off: the shops' own APIs tell how each order ended."""

from pathlib import Path
from typing import Any

import pytest
import requests

from regie.demo.woocommerce.testing import Caller
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.work import preparing
from tests.kit.shops.orders_shops import Hafen, Side
from tests.kit.shops.orders_street import SHOPS, STAFF, Scene, scene

ADMIN = "/admin/api/2026-10/graphql.json"
ASK = """query($id: ID!) { order(id: $id) { displayFulfillmentStatus cancelledAt
  fulfillments(first: 5) { status displayStatus totalQuantity }
  fulfillmentOrders(first: 5) { nodes { status fulfillmentHolds { handle }
    lineItems(first: 5) { nodes { remainingQuantity } } } } } }"""
SHOPIFY = {
    "collected": ("FULFILLED", [["PICKED_UP", 2]], "CLOSED", [], 0),
    "brought": ("FULFILLED", [["DELIVERED", 2]], "CLOSED", [], 0),
    "in part": ("PARTIALLY_FULFILLED", [["PICKED_UP", 1]], "IN_PROGRESS", [], 1),
    "called off": ("ON_HOLD", [], "ON_HOLD", ["regie-cancelled"], 2),
    "withdrawn": ("UNFULFILLED", [], "CANCELLED", [], 0),
}
"""How the order stands, what left and how much, its part, what stops that, and what is owed."""

WOOCOMMERCE = {
    "collected": ("completed", ""),
    "brought": ("completed", "out for delivery"),
    "in part": ("completed", "Not handed over, to be refunded: 1 x "),
    "called off": ("processing", "cancelled in the store"),
    "withdrawn": ("cancelled", ""),
}
"""The order's status, and what the newest notes about it must tell."""

HERE = {
    "collected": OrderState.COLLECTED,
    "brought": OrderState.DELIVERED,
    "in part": OrderState.COLLECTED,
    "called off": OrderState.CANCELLED,
    "withdrawn": OrderState.CANCELLED,
}


def shopify_says(play: Scene, order: str) -> tuple[object, ...]:
    """Ask Shopify's Admin API for an order."""
    answer = requests.post(
        f"{play.shops.hafen_url}{ADMIN}",
        json={"query": ASK, "variables": {"id": order}},
        headers={"X-Shopify-Access-Token": play.shops.hafen.access_token},
        timeout=20,
    )
    found = answer.json()["data"]["order"]
    assert (found["cancelledAt"] is not None) is (
        found["fulfillmentOrders"]["nodes"][0]["status"] == "CANCELLED"
    )
    left = [[it["displayStatus"], it["totalQuantity"]] for it in found["fulfillments"]]
    (part,) = found["fulfillmentOrders"]["nodes"]
    held = [it["handle"] for it in part["fulfillmentHolds"]]
    owed = sum(it["remainingQuantity"] for it in part["lineItems"]["nodes"])
    return found["displayFulfillmentStatus"], left, part["status"], held, owed


def woocommerce_says(play: Scene, order: str) -> tuple[str, str]:
    """Ask WooCommerce's REST API for an order and its notes."""
    api = Caller(play.shops.pan)
    notes = [it["note"] for it in api.get(f"orders/{order}/notes")]
    return api.get(f"orders/{order}")["status"], "\n".join(notes)


def in_part(play: Scene, order_id: str) -> None:
    """Hand over one piece of two: the other was not there."""
    with play.write() as here:
        line = preparing.start(here, order_id, STAFF).lines[0].id
        preparing.pick(here, order_id, line, 1, STAFF)
        preparing.take_off(here, order_id, line, 1, STAFF)
    play.hand_over(play.pack(order_id))


def lived(play: Scene, side: Side) -> dict[str, str]:
    """Let five orders of a shop live their lives; return them by their end."""
    bought = {name: side.buy(2, delivery=name == "brought") for name in HERE}
    play.deliver()
    ids = {name: play.order(side, each).id for name, each in bought.items()}
    play.hand_over(play.prepare(ids["collected"]))
    ready = play.prepare(ids["brought"])
    play.ring(ready, play.set_off(ready))
    in_part(play, ids["in part"])
    with play.write() as here:
        preparing.cancel(here, ids["called off"], "broken", STAFF)
    side.cancel(bought["withdrawn"])
    play.deliver()
    return bought


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
@SHOPS
def test_the_shop_s_own_api_shows_how_each_order_ended(
    tmp_path: Path, request: pytest.FixtureRequest, engine: str, name: str
) -> None:
    with scene(tmp_path / "home", request.getfixturevalue(f"{engine}_url")) as play:
        side = play.side(name)

        bought = lived(play, side)

        assert {it: play.order(side, each).state for it, each in bought.items()} == HERE
        shown: dict[str, Any] = {}
        if isinstance(side, Hafen):
            shown = {it: shopify_says(play, each) for it, each in bought.items()}
            assert shown == SHOPIFY
        else:
            shown = {it: woocommerce_says(play, each) for it, each in bought.items()}
            wanted = {it: status for it, (status, _) in WOOCOMMERCE.items()}
            assert {it: status for it, (status, _) in shown.items()} == wanted
            assert [it for it, (_, words) in WOOCOMMERCE.items() if words not in shown[it][1]] == []
