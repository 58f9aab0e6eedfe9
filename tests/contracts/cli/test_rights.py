"""A shop whose app may not read orders is named before somebody waits for them in vain."""

from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from connector.platforms import Shop
from connector.platforms.shopify.access.scopes import (
    FLOOR,
    REQUIRED,
    allowed_topics,
    lacking_for_orders,
)
from connector.store import connections
from regie.cli.fake_shop import shopify_shop
from regie.demo import shopify
from tests.kit.command import Command
from tests.kit.samples import rich_place

ADD = ("store", "add", "centre", "--location", rich_place().name)


def lack(regie: Command, *rights: str, status: str = "active") -> str:
    """Let the connected shop lack these rights, as its last sync saw; return its address."""
    with regie.house() as house, house.database.write() as connection:
        (front,) = connections.all_of(connection)
        facts = msgspec.json.decode(front.shop_facts or b"", type=Shop)
        told = msgspec.json.encode(structs.replace(facts, lacking=rights))
        connections.note(connection, front, shop_facts=told, status=status)
        return front.shop


def failures(regie: Command, shop: str) -> list[str]:
    found = regie("check", "--json").json
    return [it["text"] for it in found if it["name"] == shop and not it["ok"]]


def orders_at_fault(regie: Command, shop: str) -> list[str]:
    return [it for it in failures(regie, shop) if "orders cannot be followed" in it]


def test_check_names_the_rights_that_a_shop_with_a_store_lacks(regie: Command) -> None:
    regie.ok(*ADD)
    assert orders_at_fault(regie, lack(regie)) == []

    (text,) = orders_at_fault(regie, lack(regie, "read_orders", "write_fulfillments"))

    assert "the app lacks read_orders, write_fulfillments; grant them" in text
    assert "`regie sync`" in text


def test_check_asks_for_no_rights_where_no_store_is(regie: Command) -> None:
    assert orders_at_fault(regie, lack(regie, "read_orders")) == []


def test_check_asks_for_no_rights_of_a_shop_that_left(regie: Command) -> None:
    regie.ok(*ADD)
    shop = lack(regie, "read_orders", status=connections.UNINSTALLED)

    assert orders_at_fault(regie, shop) == []


def test_a_new_store_warns_when_its_orders_cannot_be_followed(regie: Command) -> None:
    lack(regie, "read_orders")

    warned = regie(*ADD)

    assert (warned.code, warned.err.count("\n")) == (0, 1)
    assert "warning: orders cannot be followed, the app lacks read_orders" in warned.err


def test_a_new_store_of_a_shop_that_grants_all_warns_of_nothing(regie: Command) -> None:
    assert regie(*ADD).err == ""


@pytest.mark.parametrize("lost", FLOOR)
def test_each_right_of_the_floor_is_missed(lost: str) -> None:
    held = [it for it in (*REQUIRED, *FLOOR) if it.split("_", 1)[1] != lost.split("_", 1)[1]]

    assert lost in lacking_for_orders(held)


def test_the_right_to_write_is_the_right_to_read() -> None:
    held = [it for it in FLOOR if it != "read_fulfillments"]

    assert lacking_for_orders(held) == ()


def test_the_shop_to_practise_on_grants_what_the_floor_needs() -> None:
    shop = shopify_shop(Path(shopify.HAFEN_UND_HOF))

    assert lacking_for_orders(shop.scopes) == ()
    assert "ORDERS_CREATE" in allowed_topics(shop.scopes)
    assert set(shop.approved) == {"name", "address", "phone", "email"}
