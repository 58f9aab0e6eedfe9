"""Lists of brief documents hold the products that lists of whole ones hold, in every database."""

import pytest
from msgspec import structs
from sqlalchemy import Connection, inspect, text, update

from connector.store import tables
from connector.store.database import Database
from connector.store.listing import page, reader
from connector.store.listing.extent import EVERYTHING, shown_within
from connector.store.listing.page import Filter, Found, Sort
from connector.store.listing.reader import StoredProduct
from connector.store.product import writer
from connector.store.product.brief import Form, brief_of_stored, opened
from regie.database import head, upgrade
from tests.conftest import NOON
from tests.kit.catalog_store import MUGS, SCOPE, change
from tests.kit.samples import place, product

WITHIN = shown_within((EVERYTHING,))


def brief(found: StoredProduct | Found) -> StoredProduct | Found:
    return structs.replace(found, document=found.document and brief_of_stored(found.document))


def changes(database: Database, form: Form) -> list[StoredProduct]:
    with database.snapshot() as connection:
        return list(reader.changes(connection, "mer_1", 0, 50, form))


@pytest.mark.parametrize("sort", [Sort.ID, Sort.PRICE_DESC, Sort.TITLE])
def test_a_page_of_brief_documents_is_the_same_page(shop: Database, sort: Sort) -> None:
    with shop.snapshot() as connection:
        whole = page.find(connection, "mer_1", Filter(), sort, None, 5)
        short = page.find(connection, "mer_1", Filter(), sort, None, 5, form=Form.BRIEF)

    assert len(whole) == 5
    assert list(short) == list(map(brief, whole))


def test_changes_with_brief_documents_are_the_same_changes(shop: Database) -> None:
    with shop.snapshot() as connection:
        seen = reader.changes_with(connection, "mer_1", 0, 50, WITHIN, Form.BRIEF)

    assert changes(shop, Form.BRIEF) == list(map(brief, changes(shop, Form.WHOLE)))
    assert [it for it, _ in seen] == changes(shop, Form.BRIEF)


def test_a_change_of_a_product_changes_its_brief_document(shop: Database) -> None:
    cheaper = product(3, price=7, title="Mug 0")
    with shop.write() as connection:
        other = structs.replace(change(cheaper), digest=b"another digest!!")
        writer.apply(connection, SCOPE, [other], {place().id: place()}, NOON)

    assert changes(shop, Form.BRIEF) == list(map(brief, changes(shop, Form.WHOLE)))
    last = opened(changes(shop, Form.BRIEF)[-1].document or b"{}")
    assert last["variants"][0]["price"]["amount"] == 7


def test_nothing_brief_is_left_of_a_product_that_is_gone(shop: Database) -> None:
    gone = MUGS[0].source.external_id
    with shop.write() as connection:
        writer.remove(connection, SCOPE, [gone], NOON, NOON)

    last = changes(shop, Form.BRIEF)[-1]
    assert (last.deleted, last.document) == (True, None)


def test_a_product_without_a_brief_document_is_read_whole(shop: Database) -> None:
    with shop.write() as connection:
        connection.execute(update(tables.product).values(brief=None))

    assert changes(shop, Form.BRIEF) == changes(shop, Form.WHOLE)


def test_the_upgrade_gives_a_brief_document_to_every_product(shop: Database) -> None:
    before = changes(shop, Form.BRIEF)
    with shop.write() as connection:
        connection.execute(text("DROP TABLE trouble"))  # later upgrades lay these again
        for index in ("fulfillment_order_ended", "fulfillment_order_by_number_end"):
            connection.execute(text(f"DROP INDEX {index}"))
        for column in ("ended_at", "number_from_end"):
            connection.execute(text(f"ALTER TABLE fulfillment_order DROP COLUMN {column}"))
        connection.execute(text("ALTER TABLE product DROP COLUMN brief"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0008'"))

    assert upgrade(shop) == ("0008", head())
    assert changes(shop, Form.BRIEF) == before
    assert before != changes(shop, Form.WHOLE)


_LAID = "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'product' AND sql IS NOT NULL"


def test_the_upgrade_lays_the_brief_document_first_and_keeps_all_else(shop: Database) -> None:
    with shop.write() as connection:
        laid = _laid(connection)
        if shop.is_sqlite:
            _whole_first(connection)
            assert _laid(connection) != laid
        rows = _rows(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '0012'"))

    assert upgrade(shop) == ("0012", head())

    with shop.read() as connection:
        assert _laid(connection) == laid
        assert _rows(connection) == rows
        columns = [it["name"] for it in inspect(connection).get_columns("product")]
    assert len(rows) == len(MUGS)
    assert not shop.is_sqlite or columns == tables.product.c.keys()


def _laid(connection: Connection) -> object:
    if connection.dialect.name == "sqlite":
        return sorted(map(tuple, connection.execute(text(_LAID))))
    found = inspect(connection)
    return str((found.get_columns("product"), found.get_indexes("product")))


def _whole_first(connection: Connection) -> None:
    """Lay the table as it was before: the same columns, the whole document before the brief one."""
    laid = {name: sql for _, name, sql in connection.execute(text(_LAID))}
    table = laid.pop("product")
    brief, whole = "brief BLOB", "document BLOB"
    before = table.replace(brief, "?").replace(whole, brief).replace("?", whole)
    connection.execute(text(before.replace("product", "before", 1)))
    names = ", ".join(tables.product.c.keys())
    copy = f"INSERT INTO before ({names}) SELECT {names} FROM product"  # noqa: S608 - our names
    connection.execute(text(copy))
    connection.execute(text("DROP TABLE product"))
    connection.execute(text("ALTER TABLE before RENAME TO product"))
    for index in laid.values():
        connection.execute(text(index))


def _rows(connection: Connection) -> list[dict[str, object]]:
    found = connection.execute(text("SELECT * FROM product ORDER BY id")).mappings()
    return [dict(sorted(row.items())) for row in found]
