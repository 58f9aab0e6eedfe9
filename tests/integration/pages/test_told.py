"""The page of an order lists what its customer was told, and how far each message is."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import update

from connector.store import connections, tables
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.work import queue
from storefront.fulfillment.store import hooks
from storefront.fulfillment.work import preparing
from tests.kit.floor.orders import BUYER, STAFF, an_order, bought
from tests.kit.floor.walk import collected, packed, taken_in
from tests.kit.floor.world import BOX, MERCHANT, NOON_MS, variant_of
from tests.kit.pages.world import World, a_world

FRONT = Shopfront(MERCHANT, "con_1", "memory", "shop.example", None, "active", *[None] * 8)


@pytest.fixture
def world(sqlite_url: str, open_at: Callable[[str], Database]) -> World:
    found = a_world(open_at(sqlite_url))
    with found.floor.database.write() as connection:
        connections.put(connection, FRONT, {}, "s", BOX, NOON_MS)
    return found


def told(world: World, order_id: str, who: str = "manager") -> str:
    """Return the section of the page, as it is written."""
    page = world.signed_in(who).get(f"/orders/{order_id}").text
    (found,) = re.findall(
        r'<section class="card" aria-labelledby="h-told">.*?</section>', page, re.DOTALL
    )
    return found


def words(world: World, order_id: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", told(world, order_id))


def turn(world: World, **values: object) -> None:
    with world.floor.database.write() as connection:
        connection.execute(update(tables.outbox).values(**values))


def test_only_an_order_that_is_underway_tells_when_its_time_ends(world: World) -> None:
    client = world.signed_in("manager")
    open_one, ended = packed(world.floor).id, collected(world.floor, an_order(number=1002)).id

    shown = [client.get(f"/orders/{order_id}").text for order_id in (open_one, ended)]

    assert [bool(re.search(r"\(ends <", page)) for page in shown] == [True, False]


def test_an_order_that_nobody_was_told_of_says_so(world: World) -> None:
    assert "Nothing in the last week." in words(world, taken_in(world.floor))


def test_a_message_that_waits_says_what_and_through_whom(world: World) -> None:
    found = words(world, packed(world.floor).id)

    assert "It is ready to be collected" in found
    assert "Waiting to be sent" in found
    assert re.search(r"through the web shop\s+shop.example", found)


def test_a_message_that_the_web_shop_took_says_when_on_a_clock_of_24_hours(world: World) -> None:
    order = packed(world.floor)
    turn(world, state=queue.DONE, done_at=NOON_MS + 3_600_000)

    found = words(world, order.id)

    assert re.search(r"The web shop has it\s+14:00", found)


def test_a_message_that_the_webhook_took_is_with_the_merchants_own_system(world: World) -> None:
    with world.floor.write(MERCHANT) as here:
        hooks.add(world.floor, here, "hok_1", "https://example.org/in", ["order.*"], b"s" * 32)
    order_id = taken_in(world.floor, an_order(bought(1, 2)))
    with world.floor.write(MERCHANT) as here:
        order = preparing.start(here, order_id, STAFF)
        preparing.exchange(here, order_id, order.lines[0].id, variant_of(2), 2, STAFF)
    turn(world, state=queue.DONE, done_at=NOON_MS)

    found = words(world, order_id)

    assert "Your system has it" in found
    assert "The web shop has it" not in found


def test_a_message_that_was_given_up_stands_out_and_a_manager_sends_it_again(world: World) -> None:
    order = packed(world.floor)
    turn(world, state=queue.DEAD, attempts=3)

    assert "Did not arrive" in words(world, order.id)
    assert "3 tries" in words(world, order.id)
    assert '<span class="tag bad">' in told(world, order.id)
    assert 'href="/console#c-dead"' in told(world, order.id)
    assert "/console" not in told(world, order.id, "staff")
    assert "PREPARED" in world.signed_in("manager").get("/console").text


def test_the_customers_own_address_is_not_in_it(world: World) -> None:
    order = packed(world.floor)
    turn(world, state=queue.DONE, done_at=NOON_MS)

    found = told(world, order.id)

    private = (BUYER.email, BUYER.phone, "Saskia", "Jodenbreestraat")
    assert [mark for mark in private if str(mark) in found] == []
