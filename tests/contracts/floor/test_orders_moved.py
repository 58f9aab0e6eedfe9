"""A platform gives a part of an order to another store: it ends here and begins there."""

import msgspec
import pytest
from msgspec import structs
from sqlalchemy import select

from connector.model.order import News, OrderPart
from connector.store import tables
from connector.store.database import Database
from connector.store.database.bulk import upsert_rows
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import intake
from tests.kit.floor.looks import free, order_of
from tests.kit.floor.orders import SHOP, a_part, an_order, bought
from tests.kit.floor.walk import collected, packed, taken_in
from tests.kit.floor.world import MERCHANT, a_store, an_open_floor
from tests.kit.samples import place


@pytest.fixture
def floor(database: Database) -> ShopFloor:
    return an_open_floor(database, {1: 5})


def told(floor: ShopFloor) -> list[str]:
    with floor.database.read() as connection:
        return list(connection.execute(select(tables.outbox.c.kind)).scalars())


def moved_to(name: str) -> tuple[OrderPart, ...]:
    """Return the part as it was, under its own id, at another place."""
    there = place(name)
    return (structs.replace(a_part([bought(1)]), place=there.external_id, place_name=there.name),)


@pytest.fixture
def second(floor: ShopFloor) -> Store:
    """Return a second store, at a place of its own."""
    there = place("second")
    with floor.database.write() as connection:
        row = (MERCHANT, there.id, "con_1", msgspec.json.encode(there), 0)
        upsert_rows(connection, tables.location, [row])
    return a_store(floor, id="sto_2", code="north", location_id=there.id)


@pytest.mark.parametrize("packed_before", [False, True])
def test_a_part_that_is_given_to_another_store_under_its_own_id_begins_there_anew(
    floor: ShopFloor, second: Store, *, packed_before: bool
) -> None:
    order_id = packed(floor).id if packed_before else taken_in(floor)

    for _ in range(2):
        known = intake.take(floor, SHOP, an_order(parts=moved_to("second"), later_s=60))

    (fresh_id,) = set(known) - {order_id}
    before, fresh = order_of(floor, order_id), order_of(floor, fresh_id)
    assert (before.state, before.store_id) == (OrderState.CANCELLED, "sto_1")
    assert (fresh.state, fresh.store_id) == (OrderState.PLACED, second.id)
    assert (fresh.lines[0].quantity, free(floor)) == (1, 4)
    assert News.CANCELLED.value not in told(floor)
    intake.take(floor, SHOP, an_order(parts=moved_to("second"), later_s=90, cancelled=True))
    assert order_of(floor, fresh_id).state is OrderState.CANCELLED
    assert free(floor) == 5


def test_what_was_collected_stays_where_it_was(floor: ShopFloor, second: Store) -> None:
    order = collected(floor)

    known = intake.take(floor, SHOP, an_order(parts=moved_to("second"), later_s=60))

    assert second.id == "sto_2"
    assert known == [order.id]
    assert order_of(floor, order.id).state is OrderState.COLLECTED
