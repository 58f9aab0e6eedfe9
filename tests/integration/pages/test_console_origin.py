"""The console names an order that was not taken in as people know it: by shop and number."""

import html
import re

import msgspec

from connector.platforms import Shop
from connector.store import connections
from connector.store.connections import Shopfront
from connector.store.secrets import SecretBox
from storefront.fulfillment.store import troubles
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World

SUBJECT = "con_1/gid://shopify/Order/77"
FACTS = Shop("Hafen & Hof", "https://hafen.example", "EUR", "UTC", None, None, True, {})


def connect(world: World, facts: bytes | None) -> None:
    """Let the merchant have connected a shop, which told these facts."""
    front = Shopfront(MERCHANT, "con_1", "shopify", "hafen.example", None, "active", *[None] * 8)
    with world.floor.database.write() as connection:
        connections.put(connection, front, {}, "hook", SecretBox(["k" * 32]), 0)
        connections.note(connection, front, shop_facts=facts)


def entry(world: World, number: str | None) -> str:
    """Return what the console says of an order of the shop that does not deliver."""
    with world.floor.write(MERCHANT) as here:
        troubles.note(here, troubles.INTAKE, SUBJECT, "no_delivery_for_order", number)
    page = world.signed_in("manager").get("/console").text
    section = page.partition('aria-labelledby="c-waiting"')[2].partition("</section>")[0]
    return html.unescape(re.sub("<[^>]+>", "", section.partition("<li")[2]))


def test_an_order_is_named_by_shop_and_number_with_the_remedy(world: World) -> None:
    connect(world, msgspec.json.encode(FACTS))

    said = entry(world, "#1001")

    assert "Hafen & Hof #1001" in said
    assert "gid:" not in said
    assert "does not deliver. Switch delivery on, on the store's page." in said


def test_a_shop_that_was_not_read_yet_is_named_by_its_address(world: World) -> None:
    connect(world, None)

    assert "hafen.example #1001" in entry(world, "#1001")


def test_an_order_without_a_known_number_is_named_as_the_shop_does(world: World) -> None:
    connect(world, msgspec.json.encode(FACTS))

    assert SUBJECT in entry(world, None)


def test_an_order_of_a_shop_that_nobody_knows_is_named_by_its_id(world: World) -> None:
    assert SUBJECT in entry(world, "#1001")
