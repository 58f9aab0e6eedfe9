"""Shops to search in: products put into a database and indexed."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import structs

from connector.model import document as documents
from connector.model.ids import source_id
from connector.model.product import Product
from connector.store import merchants
from connector.store.database import Database
from connector.store.listing.filter import Filter
from connector.store.merchants import Merchant
from connector.store.product import writer
from connector.store.product.change import Change, Scope
from connector.store.search.index import Search
from connector.store.search.query import read
from tests.conftest import NOON
from tests.kit.samples import place, product

SCOPE = Scope("mer_1", "con_1")
STORE = place()
ANYTHING = Filter()


def open_shop(database: Database, merchant_id: str = "mer_1") -> None:
    with database.write() as connection:
        merchants.add(connection, Merchant(merchant_id, "Hafen", {}), 0)


def put(database: Database, products: Sequence[Product], scope: Scope = SCOPE) -> None:
    changes = [Change(it.source.external_id, None, it, NOON) for it in products]
    with database.write() as connection:
        writer.apply(connection, scope, changes, {STORE.id: STORE}, NOON)


def remove(database: Database, *numbers: int) -> None:
    with database.write() as connection:
        writer.remove(connection, SCOPE, [str(number) for number in numbers], NOON, NOON)


def follow(index: Search, merchant_id: str = "mer_1", step: int = 100) -> None:
    while index.follow(merchant_id, step):
        pass


def found(
    index: Search,
    database: Database,
    text: str,
    narrowed: Filter = ANYTHING,
    merchant_id: str = "mer_1",
) -> list[str]:
    """Return the ids of all hits, best first."""
    with database.read() as connection:
        hits = index.find(connection, merchant_id, read(text), narrowed, 0, 1000)
    return [hit.id for hit in hits]


def ids(*numbers: int) -> list[str]:
    return [product_id(number) for number in numbers]


def product_id(number: int) -> str:
    return source_id("prd", "test", "hafen.example", str(number))


def named(number: int, title: str, language: str | None = None, **facts: object) -> Product:
    """Return a plain product: nothing of it but the title has words, unless given."""
    bare = structs.replace(
        product(number, title=title),
        **{
            "language": language,
            "description": None,
            "brand": None,
            "product_type": None,
            "tags": (),
            "categories": (),
            "attributes": (),
            **facts,
        },
    )
    sku = structs.replace(bare.variants[0], sku=f"N{number}", gtin=None)
    return bare if "variants" in facts else structs.replace(bare, variants=(sku,))


def golden(path: Path) -> list[Product]:
    """Return the products of a golden export."""
    return [documents.facts(line) for line in path.read_bytes().splitlines()]
