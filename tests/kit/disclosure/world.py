"""Twelve rich products, three places and two shops: a world in which every cell is known."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import structs

from connector.model.attribute import (
    Attribute,
    AttributeType,
    Category,
    CategoryKind,
    Media,
    MediaKind,
)
from connector.model.care import (
    AgeRestriction,
    Contact,
    HumanValue,
    Policies,
    Safety,
    Seo,
    TemperatureClass,
)
from connector.model.document import compose, encode
from connector.model.inventory import InventoryLevel, StockPolicy
from connector.model.location import Location
from connector.model.measure import Dimensions, UnitMeasure, Weight
from connector.model.money import Money
from connector.model.offer import Offer, Sale
from connector.model.product import Product, Variant
from connector.model.publication import Status, Visibility
from connector.model.text import describe
from connector.platforms import Shop
from connector.store import connections, keys, merchants, tables
from connector.store.clock import ms
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.database.bulk import upsert_rows
from connector.store.merchants import Merchant
from connector.store.product import writer
from connector.store.product.change import Change, Scope
from connector.store.search.choose import choose
from connector.store.secrets import SecretBox
from storefront.disclosure.store import agents
from storefront.disclosure.store import keys as agent_keys
from tests.conftest import NOON
from tests.kit.disclosure.rules import AGENTS
from tests.kit.samples import EARLY, SHOP, offer, place, product, rich_place, variant

PLACES = (
    place("store"),
    rich_place(),
    structs.replace(rich_place(), id=place("kiosk").id, name="Kiosk"),
)
BY_ID: Mapping[str, Location] = {it.id: it for it in PLACES}
BRANDS = ("Emalia", "Ölwerk", "Kai & Co")
TAGS = ("kitchen", "New", "gift")
CATEGORIES = ("mugs", "jugs", "beer")
COLLECTIONS = ("summer", "winter")
COUNT = 12
DRAFTS = {4: {"status": Status.DRAFT}, 8: {"visibility": Visibility.UNLISTED}}


def mark(number: int, name: str) -> str:
    """Return the text that stands in one cell of one product and nowhere else."""
    return f"cnry{number}x{name}"


def count_of(number: int, place_number: int, kind: int) -> int:
    """Return the number that stands in one cell of stock and nowhere else."""
    return 7_000_000 + number * 10_000 + place_number * 100 + kind


def amount_of(number: int, kind: int) -> int:
    """Return a price that stands in one product and that rounding changes."""
    return 3_000_000 + (COUNT * 7 - number * 7 % 71) * 1000 + number * 10 + kind + 100_001


def one(number: int) -> Product:
    """Return a product with a mark of its own in every cell that can be withheld."""
    rich = structs.replace(
        product(number, title=f"Ware {number * 5 % 12:02} blue", brand=BRANDS[number % 3]),
        summary=describe(f"<p>{mark(number, 'summary')}</p>", "en"),
        description=describe(f"<p>{mark(number, 'description')}</p>", "en"),
        tags=tuple(sorted({TAGS[number % 3], TAGS[number % 2]})),
        categories=_categories(number),
        attributes=(_attribute(number, "attribute"),),
        media=(_media(number, "media"), _media(number, "film")),
        variants=tuple(_variant(number, nth) for nth in range(1 + number % 2)),
        policies=Policies(mark(number, "shipping"), mark(number, "returns")),
        safety=Safety(
            Contact(mark(number, "maker"), mark(number, "postal"), mark(number, "mail")),
            None,
            (mark(number, "warning"),),
            mark(number, "ingredients"),
            (mark(number, "allergen"),),
        ),
        age_restriction=AgeRestriction(18, mark(number, "age")),
        temperature_class=TemperatureClass.CHILLED,
        human_value=HumanValue(*(mark(number, f"human{part}") for part in range(5))),
        seo=Seo(mark(number, "seotitle"), mark(number, "seotext")),
        source=structs.replace(product(number).source, shop=shop_of(number)),
    )
    return structs.replace(rich, **DRAFTS.get(number, {}))


def _categories(number: int) -> tuple[Category, ...]:
    kinds = ((CategoryKind.SHOP, CATEGORIES[number % 3]),)
    if number % 2:
        kinds += ((CategoryKind.COLLECTION, COLLECTIONS[number % 4 // 2]),)
    return tuple(Category(kind, key, key.title(), (key,), None) for kind, key in kinds)


def _attribute(number: int, name: str) -> Attribute:
    return Attribute(f"custom.{name}", name, AttributeType.TEXT, (mark(number, name),), None, "t")


def _media(number: int, name: str) -> Media:
    url = f"https://{SHOP}/{mark(number, name)}"
    return Media(name, MediaKind.IMAGE, url, mark(number, f"{name}alt"), 800, 600)


def _variant(number: int, nth: int) -> Variant:
    levels = tuple(_level(number, nth, at) for at in range(3) if (number + at) % 4)
    return structs.replace(
        variant(f"{number}{nth}", offers=(_offer(number, nth),), levels=levels),
        attributes=(_attribute(number, f"inner{nth}"),),
        media=(_media(number, f"small{nth}"),),
        weight=Weight(
            float(8_100_000 + number * 10 + nth), f"{8_100_000 + number * 10 + nth}", "g"
        ),
        dimensions=Dimensions(8_200_000.0 + number * 10 + nth, 70.0, 240.0, "cm"),
        country_of_origin="DE",
        customs_code=mark(number, f"customs{nth}"),
    )


def _level(number: int, nth: int, at: int) -> InventoryLevel:
    kind = nth * 10
    counts = [count_of(number, at, kind + part) for part in range(5)]
    pool = mark(number, f"pool{nth}at{at}")
    return InventoryLevel(
        PLACES[at].id, True, True, *counts, StockPolicy.DENY, None, pool, EARLY
    )  # fmt: skip


def _offer(number: int, nth: int) -> Offer:
    amounts = [Money(amount_of(number, nth * 5 + part), "EUR") for part in range(4)]
    return structs.replace(
        offer(amounts[0].amount),
        stated_compare_at=Money(amounts[1].amount + 50_000, "EUR"),
        sale=Sale(amounts[2], EARLY, None) if number % 2 else None,
        tax_rate="19",
        unit_measure=UnitMeasure(0.5, "l", 1.0, "l"),
        stated_unit_price=amounts[3],
    )


def connection_of(number: int) -> str:
    """Return the shop connection that a product came by."""
    return "con_1" if number <= COUNT // 2 else "con_2"


def shop_of(number: int) -> str:
    """Return the address of a product's shop."""
    return SHOP if connection_of(number) == "con_1" else f"two.{SHOP}"


PRODUCTS: Mapping[int, Product] = {number: one(number) for number in range(1, COUNT + 1)}
NUMBER_OF: Mapping[str, int] = {it.id: number for number, it in PRODUCTS.items()}
DOCUMENTS: Mapping[int, dict[str, Any]] = {
    number: msgspec.json.decode(encode(compose(it, BY_ID, NOON).document))
    for number, it in PRODUCTS.items()
}


def furnish(database: Database, numbers: Iterable[int] = PRODUCTS) -> dict[str, str]:
    """Fill a database with some of the products; return keys: by agent, and the operator's."""
    with database.write() as connection:
        merchants.add(connection, Merchant("mer_1", "Hafen", {}), 0)
        for number in (1, COUNT):
            _connect(connection, number)
        _settle(connection)
        found = {"operator": keys.create(connection, "mer_1", keys.OPERATOR, "test", 0)}
        for agent in AGENTS:
            agents.add(connection, "mer_1", agent)
            found[agent.id] = agent_keys.add(connection, "mer_1", agent.id, None, 0)
    put(database, numbers)
    return found


def put(database: Database, numbers: Iterable[int], **changes: object) -> None:
    """Store products as their shop tells them now."""
    for name in ("con_1", "con_2"):
        items = [PRODUCTS[it] for it in numbers if connection_of(it) == name]
        told = [structs.replace(it, **changes) if changes else it for it in items]
        with database.write() as connection:
            news = [
                Change(it.source.external_id, msgspec.json.encode(it)[-200:], it, NOON)
                for it in told
            ]
            writer.apply(connection, Scope("mer_1", name), news, BY_ID, NOON)
    choose(database, products=0, folder=None).follow("mer_1")


def drop(database: Database, numbers: Iterable[int]) -> None:
    """Leave a tombstone for each of these products."""
    for number in numbers:
        with database.write() as connection:
            scope = Scope("mer_1", connection_of(number))
            writer.remove(connection, scope, [str(number)], NOON, NOON)
    choose(database, products=0, folder=None).follow("mer_1")


def _connect(connection: Any, number: int) -> None:
    empty = dict.fromkeys(Shopfront.__struct_fields__)
    known = {"merchant_id": "mer_1", "id": connection_of(number), "platform": "test"}
    told = {**empty, **known, "shop": shop_of(number), "status": connections.ACTIVE}
    front = msgspec.convert(told, Shopfront)
    connections.put(connection, front, {}, "hook", SecretBox(["k" * 32]), 0)
    policies = {"returns": f"https://{SHOP}/cnry0xpolicies"}
    shop = Shop("Hafen", f"https://{SHOP}", "EUR", "Europe/Berlin", "en", "DE", True, policies)
    facts = msgspec.json.encode(shop)
    connections.note(connection, front, shop_facts=facts, as_of=ms(NOON), lag_ms=1500)


def _settle(connection: Any) -> None:
    places = [
        ("mer_1", it.id, "con_1" if at < 2 else "con_2", msgspec.json.encode(it), 0)
        for at, it in enumerate(PLACES)
    ]
    upsert_rows(connection, tables.location, places)
