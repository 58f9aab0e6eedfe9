"""An order to be delivered, and how it and its job stand now."""

from connector.model.order import HandingOver
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.store import jobs, orders
from storefront.fulfillment.store.floor import ShopFloor
from tests.kit.floor.orders import an_order, bought
from tests.kit.floor.walk import job_of, packed
from tests.kit.floor.world import MERCHANT


def a_delivery(floor: ShopFloor, number: int = 5001) -> tuple[FulfillmentOrder, DeliveryJob]:
    order = packed(floor, an_order(bought(1), number=number, how=HandingOver.DELIVERY))
    return order, job_of(floor, order)


def now_of(floor: ShopFloor, job: DeliveryJob) -> DeliveryJob:
    with floor.database.read() as connection:
        return jobs.get(connection, MERCHANT, job.id)


def order_now(floor: ShopFloor, order: FulfillmentOrder) -> OrderState:
    with floor.database.read() as connection:
        return orders.get(connection, MERCHANT, order.id).state
