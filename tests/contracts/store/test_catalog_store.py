"""What the catalogue store promises, on SQLite and on Postgres."""

from datetime import datetime, timedelta

import msgspec
import pytest
from msgspec import structs
from sqlalchemy import func, select

from connector.model.location import Location
from connector.model.money import Money
from connector.model.offer import Sale
from connector.model.product import Product
from connector.store import merchants, tables
from connector.store.clock import ms
from connector.store.database import Database
from connector.store.listing import page, reader
from connector.store.listing.page import Filter, Position, Sort
from connector.store.merchants import Merchant
from connector.store.product import rows, writer
from connector.store.product.change import Change, Counts, Scope
from tests.conftest import NOON
from tests.kit.samples import offer, place, product, with_variant

SCOPE = Scope("mer_1", "con_1")
STORE = place()


@pytest.fixture
def shop(database: Database) -> Database:
    with database.write() as connection:
        merchants.add(connection, Merchant("mer_1", "Hafen", {}), 0)
    return database


def put(
    database: Database,
    *products: Product,
    read_at: datetime = NOON,
    now: datetime = NOON,
    places: tuple[Location, ...] = (STORE,),
) -> Counts:
    changes = [
        Change(it.source.external_id, it.title.encode().ljust(16)[:16], it, read_at)
        for it in products
    ]
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


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("handle", "mug-1"),
        ("sku", "SKU-10"),
        ("gtin", "04006381333931"),
        ("external", "1"),
        ("external", "10"),
        ("stock_item", "item-10"),
    ],
)
def test_every_key_leads_to_the_product(shop: Database, kind: str, value: str) -> None:
    put(shop, product())

    with shop.read() as connection:
        assert list(reader.ids_by(connection, "mer_1", kind, value)) == [product().id]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(facets=((rows.brand_key("EMALIA"),),)), ["Enamel mug"]),
        (Filter(facets=((rows.category_key("pans"),),)), ["Copper pan", "Iron pan"]),
        (Filter(facets=((rows.store_key(STORE.id),),)), ["Enamel mug", "Copper pan"]),
        (
            Filter(facets=((rows.attribute_key("material", "steel"),),), in_stock=False),
            ["Iron pan"],
        ),
        (
            Filter(facets=((rows.category_key("pans"),), (rows.store_key(STORE.id),))),
            ["Copper pan"],
        ),
        (
            Filter(facets=((rows.brand_key("Emalia"), rows.brand_key("Fer")),)),
            ["Enamel mug", "Iron pan"],
        ),
        (Filter(price_min=2000, price_max=5000), ["Iron pan"]),
        (Filter(in_stock=True), ["Enamel mug", "Copper pan"]),
        (Filter(changed_since=ms(NOON) + 1), []),
        (Filter(facets=((rows.brand_key("Nobody"), rows.brand_key("No one")),)), []),
        (Filter(publishable=False), []),
        (Filter(connection_id="con_2"), []),
    ],
)
def test_filters_narrow_a_page(shop: Database, wanted: Filter, expected: list[str]) -> None:
    put(
        shop,
        product(1),
        product(2, title="Copper pan", price=9900, brand="Cuivre", category="pans"),
        product(3, title="Iron pan", price=4900, brand="Fer", category="pans", stock=0),
    )

    assert titles(shop, wanted) == expected


@pytest.mark.parametrize("sort", [sort for sort in Sort if sort is not Sort.RELEVANCE])
@pytest.mark.parametrize("facet", [None, rows.category_key("mugs")])
def test_pages_by_keyset_give_every_product_once_in_order(
    shop: Database, sort: Sort, facet: str | None
) -> None:
    many = [product(n, price=100 * (n % 4), title=f"Mug {n % 3}") for n in range(1, 24)]
    put(shop, *many)
    wanted = Filter(facets=((facet,),) if facet else ())

    found: list[tuple[object, str]] = []
    after: Position | None = None
    with shop.read() as connection:
        while got := page.find(connection, "mer_1", wanted, sort, after, 5):
            found += [(it.value, it.id) for it in got]
            after = got[-1].position

    down = sort in (Sort.PRICE_DESC, Sort.UPDATED)
    assert found == sorted(found, reverse=down, key=lambda it: (it[0] or 0, it[1]))  # type: ignore[index]
    assert len({key for _, key in found}) == 23


def test_a_price_range_holds_on_every_page_of_a_price_order(shop: Database) -> None:
    put(shop, *(product(n, price=100 * n) for n in range(1, 30)))
    wanted = Filter(price_min=500, price_max=2000)

    for sort in (Sort.PRICE_ASC, Sort.PRICE_DESC):
        prices: list[object] = []
        after: Position | None = None
        with shop.read() as connection:
            while got := page.find(connection, "mer_1", wanted, sort, after, 4):
                prices += [it.position.value for it in got]
                after = got[-1].position
        assert sorted(prices, key=str) == sorted(range(500, 2001, 100), key=str)


def test_the_total_is_capped(shop: Database) -> None:
    put(shop, *(product(n) for n in range(1, 10)))

    with shop.read() as connection:
        assert page.total(connection, "mer_1", Filter(), 5) == 5


def test_changes_come_in_order_and_each_product_once(shop: Database) -> None:
    put(shop, product(1), product(2), product(3))
    put(shop, product(1, price=1))

    with shop.read() as connection:
        found = reader.changes(connection, "mer_1", 0, 10)
    ids = [product(n).id for n in (2, 3, 1)]
    assert [it.id for it in found] == ids


def test_a_sale_begins_and_ends_by_itself(shop: Database) -> None:
    sale = Sale(Money(800, "EUR"), NOON + timedelta(hours=1), NOON + timedelta(hours=2))
    put(shop, with_variant(product(), offers=(structs.replace(offer(1250), sale=sale),)))

    prices = []
    for hours in (0.5, 1.5, 2.5):
        now = NOON + timedelta(hours=hours)
        with shop.write() as connection:
            due = writer.due(connection, now)
            ids = [product_id for _, product_id in due]
            writer.recompose(connection, "mer_1", ids, {STORE.id: STORE}, now)
        prices.append(msgspec.json.decode(export(shop)[0])["variants"][0]["price"]["amount"])

    assert prices == [1250, 800, 1250]


def test_a_store_that_stops_selling_online_takes_its_stock_with_it(shop: Database) -> None:
    put(shop, product())
    closed = structs.replace(STORE, fulfills_online=False)

    with shop.write() as connection:
        writer.recompose(connection, "mer_1", [product().id], {STORE.id: closed}, NOON)

    assert msgspec.json.decode(export(shop)[0])["availability"] == "OUT_OF_STOCK"


def test_the_order_of_arrival_does_not_change_the_export(shop: Database) -> None:
    put(shop, product(1), product(2), product(3, price=5))
    before = export(shop)

    put(shop, product(3, price=1), read_at=NOON - timedelta(hours=1))
    put(shop, product(2), product(1))

    assert export(shop) == before
