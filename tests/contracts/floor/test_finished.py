"""What is over is found again: by day, by number or its end, a page at a time, at one cost."""

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from msgspec import structs
from sqlalchemy import event, update

from connector.store.database import Database
from storefront.fulfillment.errors.order import BadSearch
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.order.past import PAST, ended_at
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import finished, orders
from storefront.fulfillment.store.finished import After, Span
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.tables import order as order_tables
from storefront.fulfillment.work import preparing, recalling, timers
from storefront.fulfillment.work.recalling import day_of
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import collected, delivered, packed, taken_in
from tests.kit.floor.world import MERCHANT, STORE_ID, SetClock, a_floor, a_store, stock

_TABLE = order_tables.fulfillment_order


class Past:
    """A store, and what is behind it."""

    def __init__(self, database: Database) -> None:
        self.clock = SetClock()
        self.floor: ShopFloor = a_floor(database, self.clock)
        stock(database, {1: 50, 2: 50})
        self.stores: Sequence[Store] = [a_store(self.floor)]

    def page(self, first: int = 20, **search: object) -> recalling.Page:
        with self.floor.database.read() as connection:
            return recalling.page(connection, MERCHANT, self.stores, first, **search)  # type: ignore[arg-type]  # a search as a test words it

    def numbers(self, **search: object) -> list[str]:
        return [order.number for order in self.page(**search).orders]  # type: ignore[arg-type]  # as above

    def an_hour_later(self) -> None:
        self.clock.move(hours=1)


@pytest.fixture
def past(database: Database) -> Past:
    return Past(database)


def cancelled(floor: ShopFloor, number: int) -> FulfillmentOrder:
    order_id = taken_in(floor, an_order(bought(1), number=number))
    with floor.write(MERCHANT) as here:
        return preparing.cancel(here, order_id, "closed", STAFF)


def unfetched(past: Past, number: int) -> str:
    order = packed(past.floor, an_order(bought(1), number=number))
    past.clock.move(days=8)
    timers.turn(past.floor)
    return order.id


def test_every_order_that_ended_is_found_the_last_first_and_no_other(past: Past) -> None:
    collected(past.floor, an_order(bought(1), number=1001))
    past.an_hour_later()
    delivered(past.floor, 1002)
    past.an_hour_later()
    cancelled(past.floor, 1003)
    unfetched(past, 1004)
    past.an_hour_later()
    taken_in(past.floor, an_order(bought(1), number=1005))

    found = past.page().orders

    assert [(it.number, it.state.value) for it in found] == [
        ("#1004", "NO_SHOW"),
        ("#1003", "CANCELLED"),
        ("#1002", "DELIVERED"),
        ("#1001", "COLLECTED"),
    ]


def test_an_order_that_goes_on_again_is_no_longer_among_them(past: Past) -> None:
    order_id = unfetched(past, 1001)
    before = past.numbers()

    with past.floor.write(MERCHANT) as here:
        preparing.extend(here, order_id, 3, STAFF)

    assert (before, past.numbers()) == (["#1001"], [])


def test_an_unfetched_order_keeps_its_place_when_its_goods_go_back_to_the_shelf(past: Past) -> None:
    order_id = unfetched(past, 1001)
    before = _end(past, order_id)
    past.an_hour_later()

    with past.floor.write(MERCHANT) as here:
        preparing.restock(here, order_id, STAFF)

    assert _end(past, order_id) == before


def _end(past: Past, order_id: str) -> int | None:
    with past.floor.database.read() as connection:
        return ended_at(orders.get(connection, MERCHANT, order_id))


@pytest.mark.parametrize("number", ["#1001", "1001", " 1001 ", "001"])
def test_a_number_is_found_whole_or_by_three_signs_of_its_end(past: Past, number: str) -> None:
    for each in (1001, 1002, 2001):
        cancelled(past.floor, each)
        past.an_hour_later()

    found = past.numbers(number=number)

    assert found == (["#2001", "#1001"] if number == "001" else ["#1001"])


@pytest.mark.parametrize("number", ["01", "1", "100", "#", "\x00", "\ud800", "%", "_001"])
def test_less_than_three_signs_are_a_whole_number_and_no_sign_stands_for_others(
    past: Past, number: str
) -> None:
    cancelled(past.floor, 1001)

    assert past.numbers(number=number) == []


def test_a_short_number_is_found_whole(past: Past) -> None:
    cancelled(past.floor, 7)

    assert past.numbers(number="7") == ["#7"]


def test_a_day_is_the_day_on_the_wall_of_the_store(past: Past) -> None:
    past.clock.at = dt.datetime(2026, 11, 21, 22, 59, tzinfo=dt.UTC)  # 23:59 in Amsterdam
    cancelled(past.floor, 1001)
    past.clock.move(minutes=2)
    cancelled(past.floor, 1002)

    found = [past.numbers(day=dt.date(2026, 11, day)) for day in (20, 21, 22, 23)]

    assert found == [[], ["#1001"], ["#1002"], []]


def test_pages_show_every_order_once_also_those_that_ended_at_one_moment(past: Past) -> None:
    for number in range(1001, 1008):
        cancelled(past.floor, number)
        past.clock.move(seconds=number % 2)
    shown: list[str] = []
    after = None

    for _ in range(4):
        page = past.page(2, after=after)
        shown += [it.number for it in page.orders]
        after = page.after

    assert after is None
    assert shown == past.numbers()
    assert len(set(shown)) == 7


def test_orders_that_end_meanwhile_move_no_page(past: Past) -> None:
    for number in range(1001, 1005):
        cancelled(past.floor, number)
        past.an_hour_later()
    first = past.page(2)

    cancelled(past.floor, 1005)

    assert [it.number for it in past.page(2, after=first.after).orders] == ["#1002", "#1001"]


def test_only_the_stores_that_are_named_are_looked_at(past: Past) -> None:
    for number in (1001, 1002):
        cancelled(past.floor, number)
    with past.floor.database.write() as connection:
        moved = update(_TABLE).where(_TABLE.c.number == "#1002").values(store_id="sto_2")
        connection.execute(moved)

    with past.floor.database.read() as connection:
        found = {
            ids: {
                it.number for it in finished.ended(connection, MERCHANT, list(map(Span, ids)), 20)
            }
            for ids in ((STORE_ID,), ("sto_2",), (STORE_ID, "sto_2"), ())
        }

    assert found == {
        (STORE_ID,): {"#1001"},
        ("sto_2",): {"#1002"},
        (STORE_ID, "sto_2"): {"#1001", "#1002"},
        (): set(),
    }


def test_what_is_still_open_is_told_apart(past: Past) -> None:
    cancelled(past.floor, 1001)
    open_id = taken_in(past.floor, an_order(bought(1), number=2001))

    with past.floor.database.read() as connection:
        here = finished.still_open(connection, MERCHANT, [STORE_ID], "001", 5)
        elsewhere = finished.still_open(connection, MERCHANT, ["sto_2"], "001", 5)

    assert ([it.id for it in here], elsewhere) == ([open_id], [])


@pytest.mark.parametrize("day", ["21-11-2026", "2026-13-01", "tomorrow", "0001-01-01"])
def test_what_is_no_day_is_refused(day: str) -> None:
    with pytest.raises(BadSearch) as error:
        day_of(day)

    assert error.value.details()["field"] == "day"


@pytest.mark.parametrize(
    "place", ["", "1", "x.ful_1", "1.", "-1.ful_1", f"{10**17}.ful_1", "1.\x00", "²3.ful_1"]
)
def test_what_is_no_end_of_a_page_is_refused(place: str) -> None:
    with pytest.raises(BadSearch):
        finished.after_of(place)


def test_the_end_of_a_page_is_read_back() -> None:
    place = After(1_795_000_000_000, "ful_0198")

    assert finished.after_of(place.text) == place


def test_no_sorting_and_no_reading_through_where_a_page_is_taken_from_many(
    sqlite_url: str, open_at: Callable[[str], Database]
) -> None:
    past = Past(open_at(sqlite_url))
    cancelled(past.floor, 1001)
    said: list[str] = []

    plans = [
        _plans(past, said, day=dt.date(2026, 11, 21), after=After(10**13, "ful")),
        _plans(past, said, number="001"),
    ]

    assert "fulfillment_order_ended (merchant_id=? AND store_id=? AND " in plans[0]
    assert "TEMP B-TREE" not in plans[0]
    assert "COVERING INDEX fulfillment_order_by_number_end" in plans[1]
    assert "number_from_end>? AND number_from_end<?" in plans[1]


def _plans(past: Past, said: list[str], **search: object) -> str:
    """Return how the database finds the keys of a page."""
    with past.floor.database.read() as connection:

        def hear(_c: object, _u: object, statement: str, values: object, *_: object) -> None:
            if "ended_at" in statement and not said:
                said.append(statement)
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]  # as the driver took them
                plan.extend(str(row[-1]) for row in rows)

        plan: list[str] = []
        said.clear()
        event.listen(connection, "before_cursor_execute", hear)
        recalling.page(connection, MERCHANT, past.stores, 20, **search)  # type: ignore[arg-type]  # a search as a test words it
        event.remove(connection, "before_cursor_execute", hear)
    return " / ".join(plan)


def test_an_order_has_an_end_exactly_where_its_state_is_one(past: Past) -> None:
    order = collected(past.floor)

    ends = {
        state
        for state in OrderState
        if ended_at(structs.replace(order, state=state, hold_until=1)) is not None
    }

    assert ends == PAST
