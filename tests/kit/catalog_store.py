"""A catalogue in its store: what is put in, and what stands there then."""

from datetime import datetime

import msgspec
from sqlalchemy import func, select

from connector.model.location import Location
from connector.model.product import Product
from connector.store import tables
from connector.store.database import Database
from connector.store.listing import page, reader
from connector.store.listing.page import Filter, Sort
from connector.store.product import writer
from connector.store.product.change import Change, Counts, Scope
from tests.conftest import NOON
from tests.kit.samples import place, product

SCOPE = Scope("mer_1", "con_1")
STORE = place()
MUGS = [product(n, price=100 * n, title=f"Mug {n % 3}") for n in range(1, 8)]


def change(found: Product, read_at: datetime = NOON) -> Change:
    return Change(found.source.external_id, found.title.encode().ljust(16)[:16], found, read_at)


def put(
    database: Database,
    *products: Product,
    read_at: datetime = NOON,
    now: datetime = NOON,
    places: tuple[Location, ...] = (STORE,),
) -> Counts:
    changes = [change(it, read_at) for it in products]
    with database.write() as connection:
        by_id = {it.id: it for it in places}
        return writer.apply(connection, SCOPE, changes, by_id, now)


def titles(database: Database, wanted: Filter, sort: Sort = Sort.ID) -> list[str]:
    with database.read() as connection:
        found = page.find(connection, "mer_1", wanted, sort, None, 100)
    return [msgspec.json.decode(it.document or b"")["title"] for it in found]


def count(database: Database, table: str) -> int:
    with database.read() as connection:
        query = select(func.count()).select_from(tables.metadata.tables[table])
        return connection.execute(query).scalar_one()


def sequence(database: Database) -> int:
    with database.read() as connection:
        return reader.sequence(connection, "mer_1")


def export(database: Database) -> list[bytes]:
    with database.read() as connection:
        return list(reader.export(connection, "mer_1"))
