"""A platform that names one part of an order twice: said the same way it is one part."""

import pytest
from msgspec import structs

from connector.store.database import Database
from storefront.fulfillment.errors.order import PartToldTwice
from storefront.fulfillment.store import orders
from storefront.fulfillment.work import intake
from tests.kit.floor.orders import SHOP, a_part, an_order, bought
from tests.kit.floor.world import MERCHANT, a_floor, a_store, stock

PART = a_part([bought(1, 2)])
OTHERWISE = a_part([bought(1, 3)])


def test_a_part_that_is_only_repeated_is_one_order(database: Database) -> None:
    floor = a_floor(database)
    stock(database, {1: 5})
    a_store(floor)

    ids = intake.take(floor, SHOP, structs.replace(an_order(), parts=(PART, PART)))
    again = intake.take(floor, SHOP, structs.replace(an_order(), parts=(PART,)))

    with database.read() as connection:
        (found,) = orders.several(connection, MERCHANT, ids)
    assert again == ids
    assert [line.quantity for line in found.lines] == [2]


def test_a_part_that_is_told_in_two_ways_is_refused_and_nothing_is_stored(
    database: Database,
) -> None:
    floor = a_floor(database)
    stock(database, {1: 5})
    a_store(floor)

    with pytest.raises(PartToldTwice) as refusal:
        intake.take(floor, SHOP, structs.replace(an_order(), parts=(PART, OTHERWISE)))

    assert refusal.value.details() == {"order": "order-1001"}
    with database.read() as connection:
        assert orders.of_source(connection, MERCHANT, SHOP.connection_id, "order-1001") == []


def test_an_order_that_stands_is_kept_as_it_is_while_it_is_told_in_two_ways(
    database: Database,
) -> None:
    floor = a_floor(database)
    stock(database, {1: 5})
    a_store(floor)
    before = intake.take(floor, SHOP, structs.replace(an_order(), parts=(PART,)))

    with pytest.raises(PartToldTwice):
        intake.take(floor, SHOP, structs.replace(an_order(later_s=9), parts=(PART, OTHERWISE)))

    with database.read() as connection:
        (found,) = orders.several(connection, MERCHANT, before)
    assert [line.quantity for line in found.lines] == [2]
