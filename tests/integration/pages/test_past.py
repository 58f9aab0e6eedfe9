"""Staff find an order that is over: by number, day and store, and only in their own stores."""

import re

import msgspec
import pytest
from msgspec import structs
from sqlalchemy import update

from storefront.fulfillment.store import orders
from storefront.fulfillment.store.tables import order as order_tables
from storefront.fulfillment.work import preparing
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import collected, delivered, taken_in
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World

_TABLE = order_tables.fulfillment_order


def cancelled(world: World, *numbers: int) -> None:
    for number in numbers:
        order_id = taken_in(world.floor, an_order(bought(1), number=number))
        with world.floor.write(MERCHANT) as here:
            preparing.cancel(here, order_id, "closed", STAFF)
        world.clock.move(minutes=1)


def moved_north(world: World, number: int) -> None:
    """Let an order have ended in the other store."""
    mine = _TABLE.c.number == f"#{number}"
    with world.floor.database.write() as connection:
        (order,) = orders.by_number(connection, MERCHANT, str(number))
        there = structs.replace(order, store_id="sto_2")
        values = {"store_id": "sto_2", "document": msgspec.json.encode(there)}
        connection.execute(update(_TABLE).where(mine).values(values))


def seen(world: World, path: str = "/orders", who: str = "staff") -> str:
    answer = world.signed_in(who).get(path)
    assert answer.status_code == 200
    return answer.text


def numbers(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/orders/[^"]+"><bdi>#(\d+)</bdi>', page)


def older(page: str) -> str:
    found = re.search(r'rel="next" href="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_the_board_leads_to_the_finished_orders_of_the_chosen_store(world: World) -> None:
    assert 'href="/orders"' in seen(world, "/board")
    assert 'href="/orders?store=sto_1"' in seen(world, "/board?store=sto_1")


def test_what_is_over_is_listed_with_its_state_the_last_first(world: World) -> None:
    collected(world.floor, an_order(bought(1), number=1001))
    world.clock.move(minutes=1)
    delivered(world.floor, 1002)
    world.clock.move(minutes=1)
    cancelled(world, 1003)
    taken_in(world.floor, an_order(bought(1), number=1004))

    page = seen(world)

    assert numbers(page) == ["1003", "1002", "1001"]
    states = re.findall(r'<span class="tag">(Cancelled|Delivered|Collected)<', page)
    assert states == ["Cancelled", "Delivered", "Collected"]


def test_an_order_is_found_by_the_end_of_its_number_and_by_its_day(world: World) -> None:
    cancelled(world, 1001, 1002)
    world.clock.move(days=1)
    cancelled(world, 2001)

    assert numbers(seen(world, "/orders?number=001")) == ["2001", "1001"]
    assert numbers(seen(world, "/orders?number=%23001&day=2026-11-21")) == ["1001"]
    assert numbers(seen(world, "/orders?day=2026-11-22")) == ["2001"]


def test_an_order_that_is_not_over_is_shown_apart_when_its_number_is_sought(world: World) -> None:
    cancelled(world, 1001)
    taken_in(world.floor, an_order(bought(1), number=2001))

    page = seen(world, "/orders?number=001")

    apart, _, over = page.partition('id="h-found"')
    assert (numbers(apart), numbers(over)) == (["2001"], ["1001"])


def test_page_by_page_every_order_is_shown_once(world: World) -> None:
    cancelled(world, *range(1001, 1031))
    first = seen(world, "/orders?store=sto_1")

    second = seen(world, older(first))

    assert "store=sto_1" in older(first)
    assert numbers(first) + numbers(second) == [str(it) for it in range(1030, 1000, -1)]
    assert older(second) == ""
    assert 'href="/orders?store=sto_1"' in second


def test_staff_see_the_finished_orders_of_their_stores_only(world: World) -> None:
    cancelled(world, 1001, 1002)
    moved_north(world, 1002)

    paths = ("/orders", "/orders?store=sto_1", "/orders?number=1001", "/orders?number=001")
    shown = [numbers(seen(world, path, "elsewhere")) for path in paths]

    assert shown == [["1002"], [], [], []]
    assert numbers(seen(world, "/orders", "staff")) == ["1002", "1001"]


def test_an_open_order_of_another_store_is_not_told_of_either(world: World) -> None:
    taken_in(world.floor, an_order(bought(1), number=1001))

    assert "1001" in numbers(seen(world, "/orders?number=1001"))
    assert numbers(seen(world, "/orders?number=1001", "elsewhere")) == []


@pytest.mark.parametrize("how", ["collected", "delivered", "cancelled"])
def test_no_name_is_shown_longer_than_two_weeks_after_the_end(world: World, how: str) -> None:
    if how == "delivered":
        delivered(world.floor, 1001)
    elif how == "collected":
        collected(world.floor, an_order(bought(1), number=1001))
    else:
        cancelled(world, 1001)
    (order_id,) = re.findall(r'<h3><a href="/orders/([^"]+)"', seen(world))

    shown = []
    for days in (13, 2):
        world.clock.move(days=days)
        shown.append(["Saskia" in seen(world, f"/orders{it}") for it in ("", f"/{order_id}")])

    assert shown == [[True, True], [False, False]]
    assert numbers(seen(world)) == ["1001"]


def test_the_list_tells_no_street_no_telephone_and_no_surname(world: World) -> None:
    delivered(world.floor, 1001)

    page = seen(world)

    assert "Saskia" in page
    told = [it for it in ("Uylenburgh", "Jodenbree", "612345678", "example.org") if it in page]
    assert told == []


@pytest.mark.parametrize(
    "path", ["/orders?day=yesterday", "/orders?after=1", "/orders?after=x.ful_1"]
)
def test_what_cannot_be_sought_is_refused_in_words(world: World, path: str) -> None:
    answer = world.signed_in("staff").get(path)

    assert answer.status_code == 400
    assert "This cannot be searched for." in answer.text


def test_a_number_comes_back_as_it_was_typed_and_harmless(world: World) -> None:
    page = seen(world, "/orders?number=%22%3E%3Cscript%3E")

    assert 'value="&#34;&gt;&lt;script&gt;"' in page
    assert "<script>" not in page


def test_the_page_of_an_order_that_is_over_leads_back_to_the_list(world: World) -> None:
    over = collected(world.floor, an_order(bought(1), number=1001)).id
    open_one = taken_in(world.floor, an_order(bought(1), number=1002))

    shown = ['href="/orders"' in seen(world, f"/orders/{it}") for it in (over, open_one)]

    assert shown == [True, False]
