"""What search promises, the same for every engine."""

from datetime import timedelta

import pytest
from msgspec import structs

from connector.model.publication import Status
from connector.store.database import Database
from connector.store.listing import page
from connector.store.listing.extent import Extent
from connector.store.listing.filter import Filter
from connector.store.listing.page import Position, Sort
from connector.store.product import rows, writer
from connector.store.product.change import Change
from connector.store.search.index import Search
from connector.store.search.query import read
from tests.conftest import NOON
from tests.kit.samples import product, with_variant
from tests.kit.search_shop import SCOPE, STORE, follow, found, ids, named, put

Shop = tuple[Database, Search]


def test_a_product_is_found_by_a_word_of_its_title(searched: Shop) -> None:
    put(searched[0], [named(1, "Copper pan"), named(2, "Enamel mug")])
    follow(searched[1])

    assert found(searched[1], searched[0], "copper") == ids(1)


def test_all_words_must_be_there(searched: Shop) -> None:
    put(searched[0], [named(1, "Copper pan"), named(2, "Copper mug")])
    follow(searched[1])

    assert found(searched[1], searched[0], "copper mug") == ids(2)


def test_most_words_will_do_where_no_product_has_all(searched: Shop) -> None:
    put(searched[0], [named(1, "Copper pan"), named(2, "Copper mug"), named(3, "Tin mug")])
    follow(searched[1])

    assert found(searched[1], searched[0], "copper mug gold") == ids(2)


def test_the_last_word_may_be_a_beginning(searched: Shop) -> None:
    put(searched[0], [named(1, "Copper kettle"), named(2, "Kettle of copper alloy")])
    follow(searched[1])

    assert found(searched[1], searched[0], "copper ket") == sorted(ids(1, 2), key=ids(1, 2).index)
    assert found(searched[1], searched[0], "ket ") == []


@pytest.mark.parametrize(
    ("text", "language", "asked"),
    [
        ("Fietstassen", "nl", "fietstas"),
        ("Fietstassen", "nl", "tas"),
        ("Fietstassen", "nl-BE", "tassen"),
        ("Kaffeemühle", "de", "Mühle"),
        ("Kaffeemühle", None, "muhle"),
        ("Crème brûlée", "fr", "creme brulee"),
        ("Huile d\u2019olive, 500 ml", "fr", "huile olive 500ml"),
        ("הנעליים", "he", "נעליים"),
        ("נעליים", "he", "הנעליים"),
        ("咖啡杯", "zh", "咖啡"),
        ("Candles", "en", "candle"),
        ("Straße", "de", "STRASSE"),
    ],
)
def test_a_product_is_found_in_its_language(
    searched: Shop, text: str, language: str | None, asked: str
) -> None:
    put(searched[0], [named(1, text, language), named(2, "Else")])
    follow(searched[1])

    assert found(searched[1], searched[0], asked) == ids(1)


@pytest.mark.parametrize(
    "asked", ["ab-12-c", "AB12C", "ab12c", "4006381333931", "04006381333931", "mp7/x", "MP7X"]
)
def test_a_product_is_found_by_its_codes(searched: Shop, asked: str) -> None:
    coded = with_variant(
        named(1, "Mug"), sku="AB-12-C", mpn="MP7/X", gtin=product().variants[0].gtin
    )
    put(searched[0], [coded, named(2, "Other")])
    follow(searched[1])

    assert found(searched[1], searched[0], asked) == ids(1)


def test_the_title_counts_more_than_the_brand_and_the_brand_more_than_the_text(
    searched: Shop,
) -> None:
    text = product().description
    assert text is not None
    put(
        searched[0],
        [
            named(1, "Mug", description=structs.replace(text, plain="Made of copper.")),
            named(2, "Cup", brand="Copper"),
            named(3, "Old copper"),
            named(4, "Bowl", product_type="Copper"),
            named(5, "Jar", tags=("copper",)),
        ],
    )
    follow(searched[1])

    assert found(searched[1], searched[0], "copper") == ids(3, 2, 4, 5, 1)


def test_what_is_in_stock_comes_first_among_equals(searched: Shop) -> None:
    gone = structs.replace(named(1, "Copper"), variants=product(1, stock=0).variants)
    put(searched[0], [gone, named(2, "Copper")])
    follow(searched[1])

    assert found(searched[1], searched[0], "copper") == ids(2, 1)


def test_pages_end_behind_the_thousandth(searched: Shop) -> None:
    database, index = searched
    for start in range(0, 1100, 550):
        put(database, [named(n, "Copper") for n in range(start, start + 550)])
    follow(index, step=500)

    got: list[str] = []
    after: Position | None = None
    wanted = Filter(query=read("copper"))
    with database.read() as connection:
        while hits := page.find(connection, "mer_1", wanted, Sort.RELEVANCE, after, 300, index):
            got += [hit.id for hit in hits]
            after = hits[-1].position
        counted = page.total(connection, "mer_1", wanted, Sort.ID, 5000, index)
        byid = page.find(connection, "mer_1", wanted, Sort.ID, None, 2000, index)
    assert (len(got), len(set(got)), counted, len(byid)) == (1000, 1000, 1100, 1100)


def test_facets_are_counted_over_what_is_found(searched: Shop) -> None:
    database, index = searched
    put(
        database,
        [
            named(1, "Copper pan", brand="A"),
            named(2, "Copper mug", brand="A"),
            named(3, "Copper jug", brand="B"),
            named(4, "Tin jug", brand="B"),
        ],
    )
    follow(index)

    with database.read() as connection:
        got = index.facets(connection, "mer_1", read("copper"), Filter(), ["b:"])

    assert (dict(got.counts), got.complete) == ({"b:a": 2, "b:b": 1}, True)


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "*",
        "NEAR(a b)",
        "copper AND NOT",
        "terms:copper",
        "'",
        "\x00",
        "a\x00b",
        "%_",
        "\\",
        "(((",
        "-",
        "a" * 1000,
        "copper " * 200,
        "!!! ???",
        "",
        " ",
        "'; DROP TABLE product; --",
        "\ud800",
        "{}[]^~\u2028",
        "ↀ ² ½ ㍿",
        ".",
        "1.2.3.4",
        "🏺 copper",
    ],
)
def test_any_text_is_a_query(searched: Shop, text: str) -> None:
    put(searched[0], [named(1, "Copper")])
    follow(searched[1])

    assert set(found(searched[1], searched[0], text)) <= set(ids(1))


def test_a_product_with_any_text_is_indexed(searched: Shop) -> None:
    odd = "\"'*\\:|&!()<>{}\u2028\t\n\u00a0 copper\x7f ²½ 🏺"
    put(searched[0], [named(1, odd, tags=("a\nb", '"', "'")), named(2, "Copper " * 300)])
    follow(searched[1])
    put(searched[0], [named(1, "Plain"), named(2, "Tin")])
    follow(searched[1])

    assert found(searched[1], searched[0], "copper") == []


def test_a_hidden_product_is_as_one_that_is_not_there(searched: Shop) -> None:
    database, index = searched
    put(database, [named(1, "Copper pan"), named(2, "Copper pan pan", brand="Secret")])
    follow(index)
    seen = Filter(within=(Extent(everything=True, without_facets=(rows.brand_key("secret"),)),))

    with database.read() as connection:
        counted = index.total(connection, "mer_1", read("copper"), seen, 10)
        facets = index.facets(connection, "mer_1", read("copper"), seen, ["b:", "s:"])
    assert found(index, database, "copper", seen) == ids(1)
    assert found(index, database, "secret", seen) == []
    assert (counted, dict(facets.counts)) == (1, {rows.store_key(STORE.id): 1})


def test_a_moved_stock_is_filtered_as_it_stands(searched: Shop) -> None:
    database, index = searched
    put(database, [named(1, "Copper"), named(2, "Copper")])
    follow(index)
    empty = structs.replace(named(1, "Copper"), variants=product(1, stock=0).variants)
    with database.write() as connection:
        change = Change("1", None, empty, NOON + timedelta(seconds=1))
        writer.apply(connection, SCOPE, [change], {STORE.id: STORE}, NOON)

    assert found(index, database, "copper", Filter(in_stock=True)) == ids(2)


@pytest.mark.parametrize("sort", [Sort.PRICE_ASC, Sort.PRICE_DESC, Sort.TITLE])
def test_a_common_word_is_a_filter_of_every_order(searched: Shop, sort: Sort) -> None:
    database, index = searched
    for start in range(0, 1200, 400):
        put(
            database,
            [named(n, "Copper mug" if n % 8 else "Tin") for n in range(start, start + 400)],
        )
    follow(index, step=500)

    got: list[str] = []
    after: Position | None = None
    for text in ("copper", "coppers mug", "copper mug gold"):
        got, after = [], None
        wanted = Filter(query=read(text))
        with database.read() as connection:
            while hits := page.find(connection, "mer_1", wanted, sort, after, 400, index):
                got += [hit.id for hit in hits]
                after = hits[-1].position
        assert sorted(got) == sorted(ids(*(n for n in range(1200) if n % 8)))


def test_many_hidden_products_change_no_order(searched: Shop) -> None:
    database, index = searched
    shown = [named(n, "Copper mug" if n % 3 else "Mug of copper") for n in range(300)]
    put(database, shown)
    follow(index, step=500)
    before = found(index, database, "copper")
    hidden = [named(n, "Copper", status=Status.DRAFT) for n in range(1000, 1900)]
    for start in range(0, 900, 300):
        put(database, hidden[start : start + 300])
    follow(index, step=500)

    assert len(before) == 300
    assert found(index, database, "copper", Filter(publishable=True)) == before
