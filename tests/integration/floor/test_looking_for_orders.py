"""Orders are looked for when no webhook tells of them; one that fits no store stops no other."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec import structs
from sqlalchemy import Insert

from connector.model.order import HandingOver, PlacedOrder
from connector.store import tables
from regie import orders as looking
from storefront.fulfillment.place.store import StockSource, StoreStatus
from storefront.fulfillment.store import goods as shelves
from storefront.fulfillment.store import holds, places, troubles
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.stock import Wanted
from tests.kit.floor.order_desk import OTHER, Desk, a_desk
from tests.kit.floor.orders import a_part, an_order, bought
from tests.kit.floor.world import MERCHANT, PLACE, a_store, variant_of


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    with a_desk(tmp_path, database_url) as found:
        yield found


def test_an_order_is_found_by_looking(desk: Desk) -> None:
    desk.place(an_order())

    assert (desk.look(), desk.numbers()) == (1, [("sto_1", "#1001")])


def test_the_next_look_begins_where_this_one_began(desk: Desk) -> None:
    began = desk.clock()

    desk.look()

    assert desk.seen_to() == int(began.timestamp() * 1000)


def test_a_merchant_without_stores_is_asked_for_no_orders(desk: Desk) -> None:
    with desk.house.floor.write(MERCHANT) as here:
        store = places.all_of(here.connection, MERCHANT)[0]
        places.save(here, structs.replace(store, status=StoreStatus.ARCHIVED))
    desk.place(an_order())

    desk.hint("order-1001")

    assert desk.shop.asked == []


def test_hints_at_one_order_read_it_once(desk: Desk) -> None:
    desk.place(an_order())

    desk.hint("order-1001", "part-1", "order-1001")

    assert desk.shop.asked == ["order-1001"]


def test_an_order_that_is_gone_is_off_the_floor(desk: Desk) -> None:
    desk.place(an_order())
    desk.hint("order-1001")
    del desk.shop.placed["order-1001"]

    desk.hint("order-1001")

    assert desk.numbers() == []


def nobody_knows_where(number: int) -> PlacedOrder:
    """Return an order of which the shop tells no place, while two stores might owe it."""
    part = structs.replace(a_part([bought(1)]), place=None, place_name=None)
    return an_order(number=number, parts=(part,))


def second_store(desk: Desk) -> None:
    a_store(desk.house.floor, id="sto_2", code="second", stock_sources=(StockSource(PLACE.id),))


def test_an_order_that_fits_no_store_stops_no_other(desk: Desk) -> None:
    second_store(desk)
    desk.place(nobody_knows_where(1001))
    desk.clock.advance(1)
    desk.place(an_order(number=1002))

    desk.look()

    assert [number for _, number in desk.numbers()] == ["#1002"]


def test_an_order_that_nothing_can_be_made_of_stops_no_other_and_is_seen(desk: Desk) -> None:
    desk.place(structs.replace(an_order(number=1001), number="#\ud800"))
    desk.clock.advance(1)
    desk.place(an_order(number=1002))

    desk.look()

    assert [number for _, number in desk.numbers()] == ["#1002"]
    with desk.house.database.read() as connection:
        (seen,) = troubles.shown(connection, MERCHANT, desk.house.floor.now())
    assert (seen.kind, seen.subject_id, seen.reason) == ("intake", "con_1/order-1001", "internal")


def test_an_order_that_fits_no_store_is_looked_at_again(desk: Desk) -> None:
    second_store(desk)
    desk.place(nobody_knows_where(1001))
    desk.clock.advance(3600)
    desk.look()
    desk.clock.advance(3600)
    with desk.house.floor.write(MERCHANT) as here:
        store = next(it for it in places.all_of(here.connection, MERCHANT) if it.id == "sto_2")
        places.save(here, structs.replace(store, status=StoreStatus.ARCHIVED))

    desk.look()

    assert desk.numbers() == [("sto_1", "#1001")]


def test_a_told_order_that_fits_no_store_is_looked_at_again(desk: Desk) -> None:
    second_store(desk)
    desk.look()
    placed = desk.place(nobody_knows_where(1001))
    desk.clock.advance(7200)
    desk.look()
    desk.hint("order-1001")

    assert desk.seen_to() == int(placed.updated_at.timestamp() * 1000)


def test_what_fits_no_store_for_a_week_is_left_alone(desk: Desk) -> None:
    second_store(desk)
    desk.place(nobody_knows_where(1001))
    desk.look()
    desk.clock.advance(timedelta(days=30).total_seconds())
    desk.look()

    oldest = desk.clock() - looking.FIRST_LOOK
    assert desk.seen_to() == int(oldest.timestamp() * 1000)


def test_a_part_at_a_place_that_is_no_store_is_not_ours(desk: Desk) -> None:
    with desk.house.database.write() as connection:
        connection.execute(_location())
    parts = (
        a_part([bought(1)], part_id="part-1"),
        structs.replace(
            a_part([bought(2)], part_id="part-2"), place=OTHER.external_id, place_name=None
        ),
    )
    desk.place(an_order(parts=parts))

    desk.look()

    assert desk.numbers() == [("sto_1", "#1001")]


def test_the_place_that_the_shop_names_comes_before_the_hold(desk: Desk) -> None:
    """The shop may let another store owe what was held in the first."""
    with desk.house.database.write() as connection:
        connection.execute(_location())
    a_store(
        desk.house.floor,
        id="sto_2",
        code="second",
        location_id=OTHER.id,
        stock_sources=(StockSource(PLACE.id),),
    )
    with desk.house.floor.write(MERCHANT) as here:
        store = next(it for it in places.all_of(here.connection, MERCHANT) if it.id == "sto_1")
        basket = Basket("hld_1", "cart", b"me", None, (Wanted(variant_of(1), 1),))
        known = shelves.goods(here.connection, MERCHANT, [variant_of(1)])
        holds.take(here, store, None, known, basket)
    part = structs.replace(a_part([bought(1)]), place=OTHER.external_id)
    desk.place(an_order(parts=(part,), references=(("regie_hold", "hld_1"),)))

    desk.look()

    assert desk.numbers() == [("sto_2", "#1001")]


def test_a_part_is_given_to_no_store_of_another_shop(desk: Desk) -> None:
    a_store(
        desk.house.floor,
        id="sto_2",
        code="second",
        location_id=None,
        stock_sources=(StockSource("loc_of_another_shop"),),
    )
    part = structs.replace(a_part([bought(1)], HandingOver.DELIVERY), place=None, place_name=None)
    desk.place(an_order(parts=(part,)))

    desk.look()

    assert desk.numbers() == [("sto_1", "#1001")]


def _location() -> Insert:
    """Return what lets the shop have one more place."""
    return tables.location.insert().values(
        merchant_id=MERCHANT,
        id=OTHER.id,
        connection_id="con_1",
        document=msgspec.json.encode(OTHER),
        seq=0,
    )


def not_taken_in(desk: Desk) -> list[tuple[str, str]]:
    with desk.house.database.read() as connection:
        found = troubles.shown(connection, MERCHANT, desk.house.floor.now())
    return [(it.subject_id, it.reason) for it in found]


def test_an_order_told_in_two_ways_stops_no_other_and_waits_where_people_see_it(
    desk: Desk,
) -> None:
    two_ways = (a_part([bought(1)]), a_part([bought(1, 2)]))
    desk.place(structs.replace(an_order(number=1001), parts=two_ways))
    desk.clock.advance(1)
    desk.place(an_order(number=1002))

    desk.look()

    assert [number for _, number in desk.numbers()] == ["#1002"]
    assert not_taken_in(desk) == [("con_1/order-1001", "part_told_twice")]


def test_an_order_that_could_not_be_taken_in_is_forgotten_once_it_was(desk: Desk) -> None:
    part = a_part([bought(1)])
    desk.place(structs.replace(an_order(number=1001), parts=(part, a_part([bought(1, 2)]))))
    desk.hint("order-1001")
    refused = not_taken_in(desk)
    desk.place(structs.replace(an_order(number=1001), parts=(part, part)))

    desk.hint("order-1001")

    assert refused == [("con_1/order-1001", "part_told_twice")]
    assert not_taken_in(desk) == []
    assert [number for _, number in desk.numbers()] == ["#1001"]


def test_an_order_that_fits_no_store_waits_where_people_see_it(desk: Desk) -> None:
    second_store(desk)
    desk.place(nobody_knows_where(1001))

    desk.look()

    assert not_taken_in(desk) == [("con_1/order-1001", "no_store_for_order")]
