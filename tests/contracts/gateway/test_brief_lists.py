"""Lists of brief documents hold the products that lists of whole ones hold, in every database."""

import pytest
from msgspec import structs
from sqlalchemy import text, update

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


def without_brief(shop: Database) -> None:
    """Leave the tables as they were before there were brief documents."""
    with shop.write() as connection:
        connection.execute(text("DROP TABLE trouble"))  # later upgrades lay these again
        for index in ("fulfillment_order_ended", "fulfillment_order_by_number_end"):
            connection.execute(text(f"DROP INDEX {index}"))
        for column in ("ended_at", "number_from_end"):
            connection.execute(text(f"ALTER TABLE fulfillment_order DROP COLUMN {column}"))
        connection.execute(text("ALTER TABLE product DROP COLUMN brief"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0008'"))


def test_the_upgrade_gives_a_brief_document_to_every_product(shop: Database) -> None:
    before = changes(shop, Form.BRIEF)
    without_brief(shop)

    assert upgrade(shop) == ("0008", head())
    assert changes(shop, Form.BRIEF) == before
    assert before != changes(shop, Form.WHOLE)


@pytest.mark.parametrize("odd", [b'{"id": "prd_1"}', b'{"id": "prd', b"\xff", b""])
def test_the_upgrade_lets_an_odd_document_be_read_whole(shop: Database, odd: bytes) -> None:
    first, *others = changes(shop, Form.BRIEF)
    without_brief(shop)
    with shop.write() as connection:
        table = tables.product
        connection.execute(update(table).where(table.c.id == first.id).values(document=odd))

    upgrade(shop)

    assert changes(shop, Form.BRIEF) == [structs.replace(first, document=odd), *others]
