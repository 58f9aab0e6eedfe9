"""What happened to an order, as its page tells it: at the counter, on the way, and out of rule."""

import re

from connector.model.order import HandingOver
from storefront.fulfillment.job.job import FailureCode
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.work import riding
from tests.kit.floor.orders import an_order
from tests.kit.floor.walk import a_courier, claimed, job_of, packed, picked_up
from tests.kit.pages.world import World, send


def story(world: World, order: FulfillmentOrder) -> list[str]:
    """Return the lines of the story on the order's page, as text."""
    page = world.signed_in("manager").get(f"/orders/{order.id}").text
    (lines,) = re.findall(r'<ol class="plain story">(.*?)</ol>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>|\s+", " ", line) for line in re.findall("<li>(.*?)</li>", lines)]


def test_handing_over_without_a_code_stays_visible(world: World) -> None:
    order = packed(world.floor)
    client = world.signed_in("manager")

    send(client, f"/handover?order={order.id}", "override", reason="regular")
    send(client, f"/handover?order={order.id}", "hand_over")

    assert any("Handed over without a code" in line for line in story(world, order))


def test_what_the_courier_did_stands_in_the_story(world: World) -> None:
    order = packed(world.floor, an_order(how=HandingOver.DELIVERY))
    job = job_of(world.floor, order)
    by = claimed(world.floor, a_courier(world.floor), job)
    picked_up(world.floor, by, job)
    with world.floor.write(order.merchant_id) as here:
        riding.fail(here, by, job.id, FailureCode.REFUSED, 0)

    told = " | ".join(story(world, order))

    wanted = ("Taken by a courier", "Fetched by the courier", "Delivery did not succeed")
    places = [told.find(words) for words in wanted]
    assert -1 not in places
    assert places == sorted(places)
