"""Stock is promised once: by a hold, then by an order until the shop's own count is read anew."""

import pytest

from connector.store.database import Database
from storefront.fulfillment.errors.hold import OutOfStock
from storefront.fulfillment.place.store import SafetyStock, Store
from storefront.fulfillment.store import goods, holds
from storefront.fulfillment.store import stock as shelves
from storefront.fulfillment.store.floor import ShopFloor
from tests.kit.floor.holding import MINUTE, as_it_stands, free, hold_for
from tests.kit.floor.world import (
    MERCHANT,
    NOON_MS,
    SetClock,
    a_store,
    first_slot,
    stock,
    variant_of,
)


def test_a_hold_takes_stock_and_slot(floor: ShopFloor, store: Store) -> None:
    slot = first_slot(floor, store)

    hold = hold_for(floor, store, "a", slot=slot.key)

    assert hold.expires_at == NOON_MS + 15 * MINUTE
    assert free(floor, store) == 1
    assert as_it_stands(floor, store, slot.key).held.orders == 1


def test_more_than_the_shop_has_is_refused_with_what_is_left(
    floor: ShopFloor, store: Store
) -> None:
    hold_for(floor, store, "a")

    with pytest.raises(OutOfStock) as error:
        hold_for(floor, store, "b", 2)

    (line,) = error.value.details()["lines"]
    assert (line["variant"], line["available"]) == (variant_of(1), 1)


def test_a_refused_hold_takes_nothing(floor: ShopFloor, store: Store) -> None:
    slot = first_slot(floor, store)

    with pytest.raises(OutOfStock):
        hold_for(floor, store, "a", 3, slot=slot.key)

    assert free(floor, store) == 2
    assert as_it_stands(floor, store, slot.key).taken.orders == 0


def test_unknown_stock_is_not_promised(floor: ShopFloor, store: Store) -> None:
    with pytest.raises(OutOfStock):
        hold_for(floor, store, "a", number=2)


def test_safety_stock_is_kept_back(floor: ShopFloor) -> None:
    store = a_store(floor, safety_stock=SafetyStock(default=1))
    hold_for(floor, store, "a")

    with pytest.raises(OutOfStock):
        hold_for(floor, store, "b")


def test_an_order_binds_until_the_shops_own_count_is_read_anew(
    floor: ShopFloor, store: Store, clock: SetClock, database: Database
) -> None:
    hold = hold_for(floor, store, "a")
    with floor.write(MERCHANT) as here:
        holds.consume(here, hold.id, "ful_1", here.now)
    clock.move(days=1)
    before = free(floor, store)

    stock(database, {1: 1}, clock.at)
    with floor.write(MERCHANT) as here:
        known = goods.goods(here.connection, MERCHANT, [variant_of(1)])[variant_of(1)]
        settled = shelves.settle(here, {known.product_id: known.read_at})

    assert (before, settled) == (1, 1)
    assert free(floor, store) == 1


def test_a_count_read_before_the_order_does_not_settle_it(floor: ShopFloor, store: Store) -> None:
    hold = hold_for(floor, store, "a")
    with floor.write(MERCHANT) as here:
        holds.consume(here, hold.id, "ful_1", here.now)
        known = goods.goods(here.connection, MERCHANT, [variant_of(1)])[variant_of(1)]
        settled = shelves.settle(here, {known.product_id: known.read_at})

    assert settled == 0
    assert free(floor, store) == 1
