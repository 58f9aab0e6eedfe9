"""What a shop hears while an order is on its way: the buyer's page, and every failed attempt."""

from typing import Any

from storefront.fulfillment.job.job import FailureCode
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.work import riding
from tests.kit.shops.orders_shops import Hafen
from tests.kit.shops.orders_street import SHOPS, Scene


def test_the_buyer_gets_the_page_of_the_order_with_the_shipment(play: Scene) -> None:
    side = play.side("hafen")
    assert isinstance(side, Hafen)
    bought = side.buy(delivery=True)
    play.deliver()
    ready = play.prepare(play.order(side, bought).id)
    play.set_off(ready)

    play.deliver()

    (part,) = side.shop.orders.find(bought)["fulfillmentOrders"]
    ((tracking,),) = [each["trackingInfo"] for each in part["fulfillments"]]
    page = play.home.client.get("/" + tracking["url"].split("/", 3)[3])
    assert page.status_code == 200


@SHOPS
def test_every_attempt_at_the_door_is_told_once(play: Scene, name: str) -> None:
    side = play.side(name)
    bought = side.buy(delivery=True)
    play.deliver()
    ready = play.prepare(play.order(side, bought).id)
    by = play.set_off(ready)

    _fail(play, ready, by)
    with play.write() as here:
        riding.retry(here, by, str(ready.job_id))
    play.wait(minutes=2)
    _fail(play, ready, by)
    play.deliver()

    assert _told(play, name, bought, "ATTEMPTED_DELIVERY", "attempted") == 2


@SHOPS
def test_a_delivery_that_comes_late_is_told_once(play: Scene, name: str) -> None:
    side = play.side(name)
    bought = side.buy(delivery=True)
    play.deliver()
    ready = play.prepare(play.order(side, bought).id)
    play.set_off(ready)
    play.deliver()
    assert _told(play, name, bought, "DELAYED", "delayed") == 0

    for _ in range(2):
        play.wait(minutes=24 * 60)
        play.deliver()

    assert _told(play, name, bought, "DELAYED", "delayed") == 1


def _fail(play: Scene, order: FulfillmentOrder, by: Holder) -> None:
    with play.write() as here:
        riding.fail(here, by, str(order.job_id), FailureCode.REFUSED, 0)
    play.deliver()


def _told(play: Scene, name: str, bought: str, event: str, word: str) -> int:
    """Count how often the shop was told: by an event of the shipment, or by a note."""
    picture: Any = play.side(name).picture(bought)
    if name == "hafen":
        (part,) = picture["parts"]
        return sum(each["events"].count(event) for each in part["shipments"])
    return sum(word in note for note in picture["notes"])
