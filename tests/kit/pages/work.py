"""Orders that staff work on: how they stand, and how they are begun."""

from connector.model.order import Bought, HandingOver
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.store import orders
from storefront.fulfillment.work import preparing
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import taken_in
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World


def order_of(world: World, order_id: str) -> FulfillmentOrder:
    with world.floor.database.read() as connection:
        return orders.get(connection, MERCHANT, order_id)


def started(
    world: World,
    *lines: Bought,
    number: int = 1001,
    how: HandingOver = HandingOver.PICKUP,
) -> FulfillmentOrder:
    placed = an_order(*(lines or (bought(1, 2), bought(2))), number=number, how=how)
    order_id = taken_in(world.floor, placed)
    with world.floor.write(MERCHANT) as here:
        return preparing.start(here, order_id, STAFF)
