"""The merchant's own programs find what is over, page by page, with no name kept too long."""

from collections.abc import Callable
from typing import Any

import pytest

from connector.store import keys as operators
from connector.store.database import Database
from storefront.fulfillment.work import preparing
from tests.kit.floor.merchant_desk import Desk
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import taken_in
from tests.kit.floor.world import MERCHANT, SetClock

ASK = """query($first: Int!, $after: String, $number: String, $day: String, $stores: [ID!]) {
  finishedOrders(first: $first, after: $after, number: $number, day: $day, storeIds: $stores) {
    nodes { id number state endedAt customer { name street } } endCursor hasNextPage } }"""


@pytest.fixture
def desk(sqlite_url: str, open_at: Callable[[str], Database]) -> Desk:
    clock = SetClock()
    return Desk(open_at(sqlite_url), clock)


def page(desk: Desk, first: int = 20, **asked: object) -> Any:
    return desk.ask(ASK, {"first": first, **asked})["finishedOrders"]


def numbers(found: Any) -> list[str]:
    return [it["number"] for it in found["nodes"]]


def cancelled(desk: Desk, *wanted: int) -> None:
    for number in wanted:
        order_id = taken_in(desk.floor, an_order(bought(1), number=number))
        with desk.floor.write(MERCHANT) as here:
            preparing.cancel(here, order_id, "closed", STAFF)
        desk.clock.move(minutes=1)


def test_every_finished_order_is_on_one_page_the_last_first(desk: Desk) -> None:
    cancelled(desk, 1001, 1002, 1003)
    taken_in(desk.floor, an_order(bought(1), number=1004))

    first = page(desk, 2)
    second = page(desk, 2, after=first["endCursor"])

    assert (numbers(first), first["hasNextPage"]) == (["#1003", "#1002"], True)
    assert (numbers(second), second["hasNextPage"], second["endCursor"]) == (["#1001"], False, None)
    assert second["nodes"][0]["endedAt"] == "2026-11-21T12:00:00Z"


def test_number_day_and_store_narrow_the_list(desk: Desk) -> None:
    cancelled(desk, 1001, 2001, 1002)

    assert numbers(page(desk, number="001")) == ["#2001", "#1001"]
    assert numbers(page(desk, number="001", stores=["sto_1"])) == ["#2001", "#1001"]
    assert numbers(page(desk, number="001", stores=["sto_2"])) == []
    assert numbers(page(desk, day="2026-11-21")) == ["#1002", "#2001", "#1001"]
    assert numbers(page(desk, day="2026-11-20")) == []


def test_the_customer_is_told_for_two_weeks(desk: Desk) -> None:
    cancelled(desk, 1001)

    told = []
    for days in (13, 2):
        desk.clock.move(days=days)
        told.append(page(desk)["nodes"][0]["customer"]["name"])

    assert told == ["Saskia van Uylenburgh", None]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"first": 0}, "bad_page_size"),
        ({"first": 101}, "bad_page_size"),
        ({"first": 2, "after": "nowhere"}, "bad_cursor"),
        ({"first": 2, "day": "today"}, "bad_search"),
    ],
)
def test_what_cannot_be_sought_is_refused(desk: Desk, asked: dict[str, Any], code: str) -> None:
    headers = {"Authorization": f"Bearer {desk.key}"}

    found = desk.client.post(
        "/graphql/merchant", json={"query": ASK, "variables": asked}, headers=headers
    ).json

    assert found
    assert found["errors"][0]["extensions"]["code"] == code


def test_an_agents_key_does_not_open_the_list(desk: Desk) -> None:
    with desk.floor.database.write() as connection:
        key = operators.create(connection, MERCHANT, "agent:agt_1", "test", 0)

    body = {"query": ASK, "variables": {"first": 1}}
    answer = desk.client.post(
        "/graphql/merchant", json=body, headers={"Authorization": f"Bearer {key}"}
    )

    assert answer.status_code in {401, 403}
