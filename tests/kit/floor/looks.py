"""What stands on a floor, as tests look it up."""

from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.store import goods, orders, places
from storefront.fulfillment.store import stock as shelves
from storefront.fulfillment.store.floor import ShopFloor
from tests.kit.floor.world import MERCHANT, STORE_ID, variant_of


def order_of(floor: ShopFloor, order_id: str) -> FulfillmentOrder:
    """Return an order as it stands now."""
    with floor.database.read() as connection:
        return orders.get(connection, MERCHANT, order_id)


def free(floor: ShopFloor, number: int = 1) -> int:
    """Return how many pieces of product 1, 2, ... the store may still promise."""
    with floor.database.read() as connection:
        store = places.get(connection, MERCHANT, STORE_ID)
        found = goods.goods(connection, MERCHANT, [variant_of(number)])
        by_place = shelves.free(connection, MERCHANT, store, found, floor.now())
    return sum(by_place[variant_of(number)].values())
