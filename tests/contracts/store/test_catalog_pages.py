"""How the catalogue is looked through: by key, by filter, page by page, and by what changed."""

import pytest
from msgspec import structs

from connector.store.clock import ms
from connector.store.database import Database
from connector.store.listing import page, reader
from connector.store.listing.page import Filter, Position, Sort
from connector.store.product import rows
from tests.conftest import NOON
from tests.kit.catalog_store import STORE, put, titles
from tests.kit.samples import product


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
        assert page.total(connection, "mer_1", Filter(), Sort.ID, 5) == 5


@pytest.mark.parametrize("sort", [Sort.PRICE_ASC, Sort.PRICE_DESC])
@pytest.mark.parametrize("wanted", [Filter(), Filter(facets=((rows.category_key("mugs"),),))])
def test_a_list_by_price_counts_the_products_that_it_gives(
    shop: Database, sort: Sort, wanted: Filter
) -> None:
    free = structs.replace(product(3).variants[0], offers=())
    put(shop, product(1), product(2), structs.replace(product(3), variants=(free,)))

    with shop.read() as connection:
        given = page.find(connection, "mer_1", wanted, sort, None, 10)
        assert page.total(connection, "mer_1", wanted, sort, 10) == len(given) == 2
        assert page.total(connection, "mer_1", wanted, Sort.ID, 10) == 3


def test_changes_come_in_order_and_each_product_once(shop: Database) -> None:
    put(shop, product(1), product(2), product(3))
    put(shop, product(1, price=1))

    with shop.read() as connection:
        found = reader.changes(connection, "mer_1", 0, 10)
    ids = [product(n).id for n in (2, 3, 1)]
    assert [it.id for it in found] == ids
