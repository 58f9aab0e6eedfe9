"""A shopper's hold on the floor, and what it leaves for others."""

from storefront.fulfillment.hold import Hold
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.store import goods, holds, slots
from storefront.fulfillment.store import stock as shelves
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.stock import Wanted
from tests.kit.floor.world import MERCHANT, variant_of

MINUTE = 60_000


def hold_for(
    floor: ShopFloor,
    store: Store,
    cart: str,
    quantity: int = 1,
    *,
    slot: str | None = None,
    number: int = 1,
    session: str | None = None,
    address: str | None = None,
) -> Hold:
    """Hold pieces of one product the way a checkout does: all in one write."""
    wanted = (Wanted(variant_of(number), quantity),)
    with floor.write(MERCHANT) as here:
        found = goods.goods(here.connection, MERCHANT, [variant_of(number)])
        chosen = slots.one(here.connection, store, slot, here.now) if slot else None
        who = (session or cart).encode(), (address or cart).encode()
        basket = Basket(f"hld_{cart}", cart, *who, wanted)
        return holds.take(here, store, chosen, found, basket)


def free(floor: ShopFloor, store: Store, number: int = 1) -> int:
    with floor.database.read() as connection:
        found = goods.goods(connection, MERCHANT, [variant_of(number)])
        by_place = shelves.free(connection, MERCHANT, store, found, floor.now())
    return sum(by_place[variant_of(number)].values())


def as_it_stands(floor: ShopFloor, store: Store, key: str) -> Slot:
    with floor.database.read() as connection:
        return slots.one(connection, store, key, floor.now())
