"""A large invented catalogue in canonical form, the same for every run."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import structs

from connector.model.attribute import (
    Attribute,
    AttributeType,
    Category,
    CategoryKind,
    Media,
    MediaKind,
    Option,
    SelectedOption,
)
from connector.model.care import Policies, Seo
from connector.model.gtin import Gtin
from connector.model.ids import source_id
from connector.model.inventory import InventoryLevel, StockPolicy
from connector.model.location import Location, LocationKind
from connector.model.money import Money
from connector.model.offer import Offer
from connector.model.product import Product, Source, Variant
from connector.model.publication import Status, Visibility
from connector.model.text import Text
from connector.store import merchants
from connector.store.database import Database
from connector.store.merchants import Merchant
from connector.store.product import writer
from connector.store.product.change import Change, Scope

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MERCHANT = "mer_bench"
SCOPE = Scope(MERCHANT, "con_bench")
SHOP = "bench.example"
CATEGORIES, BRANDS, PRICES = 10, 20, 9973
_WORDS = [
    "oak",
    "steel",
    "linen",
    "glass",
    "copper",
    "wool",
    "cotton",
    "beech",
    "slate",
    "cork",
    "bamboo",
    "brass",
    "felt",
    "clay",
]
_SENTENCE = "Made by hand in a small workshop, finished with care and built to be repaired. "

STORES = tuple(
    Location(
        id=source_id("loc", "bench", SHOP, str(number)),
        external_id=str(number),
        name=f"Store {number}",
        kind=LocationKind.STORE,
        active=True,
        fulfills_online=True,
        address=None,
        geo=None,
        phone=None,
        pickup=None,
        opening_hours=None,
        as_of=NOW,
    )
    for number in range(3)
)


def price_of(number: int) -> int:
    """Return the lowest price of a product in cents: spread evenly, the same in every size."""
    return 100 + (number * 7919) % PRICES


def category_of(number: int) -> str:
    """Return the key of its category."""
    return f"category-{number % CATEGORIES}"


def product_id(number: int) -> str:
    """Return its id."""
    return source_id("prd", "bench", SHOP, str(number))


def _offer(amount: int) -> Offer:
    return Offer(
        "online", "default", Money(amount, "EUR"), None, None, True, "21", None, None, True, NOW
    )


def _level(store: Location, pieces: int) -> InventoryLevel:
    return InventoryLevel(
        store.id, True, True, pieces, pieces, 0, 0, 0, StockPolicy.DENY, None, None, NOW
    )


def _variant(number: int, place: int) -> Variant:
    key = f"{number * 10 + place}"
    gtin = f"{95200000000000 + number * 10 + place}"
    return Variant(
        source_id("var", "bench", SHOP, key),
        key,
        f"i{key}",
        f"Size {place}",
        place,
        True,
        f"SKU-{key}",
        Gtin(gtin, gtin, None),
        None,
        (SelectedOption("Size", str(place)),),
        (),
        (),
        None,
        None,
        True,
        "NL",
        None,
        (_offer(price_of(number) + place * 50),),
        tuple(_level(store, (number + place + at) % 7) for at, store in enumerate(STORES)),
        NOW,
    )


def product(number: int, variants: int = 5) -> Product:
    """Return product `number`: about 9 kB as a serving document."""
    word = _WORDS[number % len(_WORDS)]
    title = f"{word.title()} thing {number}"
    return Product(
        product_id(number),
        f"thing-{number}",
        f"https://{SHOP}/thing-{number}",
        title,
        Text(f"<p>{_SENTENCE * 5}</p>", (_SENTENCE * 5).strip(), "en"),
        None,
        "en",
        f"Brand {number % BRANDS}",
        "Thing",
        (word, "home"),
        (Category(CategoryKind.SHOP, category_of(number), "Category", ("Category",), None),),
        (Option("Size", tuple(str(place) for place in range(variants))),),
        tuple(
            Attribute(
                f"a{at}", f"Attribute {at}", AttributeType.TEXT, (f"v{number % 9}",), None, "t"
            )
            for at in range(6)
        ),
        tuple(
            Media(
                f"m{number}-{at}",
                MediaKind.IMAGE,
                f"https://{SHOP}/{number}/{at}.jpg",
                title,
                800,
                600,
            )
            for at in range(4)
        ),
        tuple(_variant(number, place) for place in range(variants)),
        Status.ACTIVE,
        Visibility.PUBLIC,
        (),
        False,
        False,
        Policies(None, None),
        None,
        None,
        None,
        None,
        Seo(None, None),
        NOW,
        NOW,
        NOW,
        Source("bench", SHOP, str(number), NOW),
    )


def fill(database: Database, count: int, variants: int = 5, chunk: int = 500) -> float:
    """Store products 0 to count - 1 and return the CPU seconds that it took."""
    with database.write() as connection:
        merchants.add(connection, Merchant(MERCHANT, "Bench", {}), 0)
    places = {store.id: store for store in STORES}
    spent = 0.0
    for start in range(0, count, chunk):
        changes = list(_changes(start, min(start + chunk, count), variants))
        began = time.process_time()
        with database.write() as connection:
            writer.apply(connection, SCOPE, changes, places, NOW)
        spent += time.process_time() - began
    return spent


def _changes(start: int, end: int, variants: int) -> Iterator[Change]:
    for number in range(start, end):
        yield Change(str(number), number.to_bytes(16, "big"), product(number, variants), NOW)


def dearer(found: Product, cents: int) -> Product:
    """Return the product with another price: a change as a shop makes it."""
    raised = tuple(
        structs.replace(it, offers=(_offer(it.offers[0].base_price.amount + cents),))
        for it in found.variants
    )
    return structs.replace(found, variants=raised)
