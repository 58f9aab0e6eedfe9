"""What the catalogue store promises, on SQLite and on Postgres."""

from datetime import timedelta

import msgspec
from msgspec import structs

from connector.model.money import Money
from connector.model.offer import Sale
from connector.store.database import Database
from connector.store.listing import reader
from connector.store.product import recomposing, writer
from tests.conftest import NOON
from tests.kit.catalog_store import SCOPE, STORE, count, export, put, sequence
from tests.kit.samples import offer, product, with_variant


def test_a_new_product_is_found_by_id(shop: Database) -> None:
    put(shop, product())

    with shop.read() as connection:
        found = reader.product_by_id(connection, "mer_1", product().id)
    assert found is not None


def test_another_merchant_does_not_find_it(shop: Database) -> None:
    put(shop, product())

    with shop.read() as connection:
        found = reader.product_by_id(connection, "mer_2", product().id)
    assert found is None


def test_the_same_content_takes_no_sequence_number(shop: Database) -> None:
    put(shop, product())
    before = sequence(shop)

    counts = put(shop, product(), read_at=NOON + timedelta(hours=1))

    assert (counts.unchanged, sequence(shop)) == (1, before)


def test_a_changed_price_takes_the_next_sequence_number(shop: Database) -> None:
    put(shop, product())

    put(shop, product(price=999), now=NOON + timedelta(minutes=1))

    assert sequence(shop) == 2


def test_what_was_read_earlier_never_overwrites_what_was_read_later(shop: Database) -> None:
    put(shop, product(price=999), read_at=NOON)

    put(shop, product(price=1250), read_at=NOON - timedelta(seconds=1))

    assert msgspec.json.decode(export(shop)[0])["priceRange"]["min"]["amount"] == 999


def test_price_history_gets_a_row_per_price_and_none_for_a_new_title(shop: Database) -> None:
    put(shop, product())
    put(shop, product(title="Mug"))

    put(shop, product(title="Mug", price=999))

    assert count(shop, "price_history") == 2


def test_a_removed_product_leaves_a_tombstone_in_the_changes(shop: Database) -> None:
    put(shop, product())

    with shop.write() as connection:
        writer.remove(connection, SCOPE, ["1"], NOON, NOON)

    with shop.read() as connection:
        (change,) = reader.changes(connection, "mer_1", 1, 10)
    assert (change.id, change.deleted, change.document) == (product().id, True, None)


def test_a_removed_product_leaves_no_index_rows(shop: Database) -> None:
    put(shop, product())

    with shop.write() as connection:
        writer.remove(connection, SCOPE, ["1"], NOON, NOON)

    names = ("variant_key", "facet", "offer", "inventory_level")
    assert [count(shop, name) for name in names] == [0, 0, 0, 0]


def test_a_product_that_was_read_after_the_listing_is_not_removed(shop: Database) -> None:
    put(shop, product(), read_at=NOON)

    with shop.write() as connection:
        counts = writer.remove(connection, SCOPE, ["1"], NOON - timedelta(seconds=1), NOON)

    assert counts.deleted == 0


def test_a_restored_product_comes_back_under_the_same_id(shop: Database) -> None:
    put(shop, product())
    with shop.write() as connection:
        writer.remove(connection, SCOPE, ["1"], NOON, NOON)

    put(shop, product(), read_at=NOON + timedelta(seconds=1))

    assert msgspec.json.decode(export(shop)[0])["id"] == product().id


def test_index_rows_follow_a_change(shop: Database) -> None:
    put(shop, product())

    put(shop, with_variant(product(brand="Other"), sku="NEW"))

    with shop.read() as connection:
        old = reader.ids_by(connection, "mer_1", "sku", "SKU-10")
        new = reader.ids_by(connection, "mer_1", "sku", "NEW")
    assert (list(old), list(new)) == ([], [product().id])


def test_a_sale_begins_and_ends_by_itself(shop: Database) -> None:
    sale = Sale(Money(800, "EUR"), NOON + timedelta(hours=1), NOON + timedelta(hours=2))
    put(shop, with_variant(product(), offers=(structs.replace(offer(1250), sale=sale),)))

    prices = []
    for hours in (0.5, 1.5, 2.5):
        now = NOON + timedelta(hours=hours)
        with shop.write() as connection:
            due = recomposing.due(connection, now)
            ids = [product_id for _, product_id in due]
            recomposing.recompose(connection, "mer_1", ids, {STORE.id: STORE}, now)
        prices.append(msgspec.json.decode(export(shop)[0])["variants"][0]["price"]["amount"])

    assert prices == [1250, 800, 1250]


def test_a_store_that_stops_selling_online_takes_its_stock_with_it(shop: Database) -> None:
    put(shop, product())
    closed = structs.replace(STORE, fulfills_online=False)

    with shop.write() as connection:
        recomposing.recompose(connection, "mer_1", [product().id], {STORE.id: closed}, NOON)

    assert msgspec.json.decode(export(shop)[0])["availability"] == "OUT_OF_STOCK"


def test_the_order_of_arrival_does_not_change_the_export(shop: Database) -> None:
    put(shop, product(1), product(2), product(3, price=5))
    before = export(shop)

    put(shop, product(3, price=1), read_at=NOON - timedelta(hours=1))
    put(shop, product(2), product(1))

    assert export(shop) == before
