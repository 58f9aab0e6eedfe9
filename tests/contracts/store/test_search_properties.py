"""Search over random catalogues: every engine as brute force, and nothing of what is hidden."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from msgspec import structs

from connector.model import document as documents
from connector.model.attribute import Category, CategoryKind
from connector.model.document import ProductDocument
from connector.model.inventory import Availability
from connector.model.product import Product
from connector.model.publication import Status
from connector.store.database import Database
from connector.store.listing import page
from connector.store.listing.extent import Extent
from connector.store.listing.filter import Filter
from connector.store.listing.page import Position, Sort
from connector.store.product import rows
from connector.store.search.choose import choose
from connector.store.search.entry import Entry, Origin, entry_of
from connector.store.search.index import Search
from connector.store.search.query import Query, read
from connector.store.search.rewrite import rewritings
from connector.store.search.score import Scorer
from tests.conftest import NOON
from tests.kit.samples import level, offer, variant
from tests.kit.search_shop import STORE, follow, named, open_shop, put

WORDS = (  # the words of four languages, with compounds, codes and measures
    *("copper", "tin", "mug", "pan", "kettle", "candle", "candles", "with", "of", "the", "AB-12"),
    *("fietstas", "tassen", "koekenpan", "pannen", "glazen", "500ml", "2kg", "T-Shirt", "shirt"),
    *("Kaffeemühle", "Mühle", "Kaffee", "Straße", "crème", "brûlée", "ספר", "הספר", "ספרים"),
)
LANGUAGES = ("en", "nl", "de", "fr", "he", None)
BRANDS = ("Alpha", "Beta", "Gamma", None)
CATEGORIES = ("kitchen", "table", "garden")


def some_product(chance: random.Random, number: int) -> Product:
    def text(most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(1, most)))

    stock = chance.choice((0, 5))
    base = named(number, text(4), chance.choice(LANGUAGES))
    only = variant(
        f"{number}0", offers=(offer(chance.randint(1, 4000)),), levels=(level(STORE, stock),)
    )
    kinds = chance.sample(CATEGORIES, k=chance.randint(0, 2))
    return structs.replace(
        base,
        brand=chance.choice(BRANDS),
        tags=tuple(chance.sample(WORDS, k=chance.randint(0, 2))),
        categories=tuple(
            Category(CategoryKind.SHOP, key, key.title(), (key,), None) for key in kinds
        ),
        product_type=chance.choice((None, text(1))),
        status=chance.choice((Status.ACTIVE, Status.ACTIVE, Status.DRAFT)),
        variants=(structs.replace(only, sku=f"AB-{number}", gtin=None),),
    )


def some_filter(chance: random.Random) -> Filter:
    def maybe(*values: object) -> object:
        return chance.choice((None, None, *values))

    facets = [rows.brand_key("alpha"), rows.category_key("table"), rows.category_key("garden")]
    low = chance.choice((None, None, 500, 1500))
    values = {
        "facets": tuple(
            tuple(chance.sample(facets, k=chance.randint(1, 2)))
            for _ in range(chance.choice((0, 0, 1, 2)))
        ),
        "price_min": low,
        "price_max": maybe(1600, 3000),
        "in_stock": maybe(True, False),
        "publishable": maybe(True),
        "connection_id": maybe("con_1", "con_2"),
        "within": maybe((), some_extents(chance), some_extents(chance)),
    }
    return Filter(**values)  # type: ignore[arg-type]


def some_extents(chance: random.Random) -> tuple[Extent, ...]:
    keys = [rows.brand_key("alpha"), rows.brand_key("beta"), rows.category_key("kitchen")]
    return tuple(
        Extent(
            everything=chance.random() < 0.4,
            facets=tuple(chance.sample(keys, k=chance.randint(0, 2))),
            connections=chance.choice(((), (), ("con_1",))),
            without_facets=tuple(chance.sample(keys, k=chance.randint(0, 1))),
        )
        for _ in range(chance.randint(1, 2))
    )


def some_query(chance: random.Random) -> Query:
    text = " ".join(chance.choices(WORDS, k=chance.choice((1, 1, 2, 3))))
    cut = chance.choice((text, text, text[:-1], text[: len(text) // 2 + 1], text + " "))
    return structs.replace(read(cut), exactly=chance.random() < 0.7)


def document(product: Product) -> ProductDocument:
    return documents.compose(product, {STORE.id: STORE}, NOON).document


def passes(found: ProductDocument, narrowed: Filter) -> bool:
    """Say by hand whether a product passes a filter."""
    keys = rows.facet_keys(found)
    lowest = found.price_range.min.amount if found.price_range else None
    in_stock = found.availability is Availability.IN_STOCK
    return (
        all(keys & set(group) for group in narrowed.facets)
        and (narrowed.price_min is None or (lowest is not None and lowest >= narrowed.price_min))
        and (narrowed.price_max is None or (lowest is not None and lowest <= narrowed.price_max))
        and narrowed.in_stock in (None, in_stock)
        and narrowed.publishable in (None, found.publication.publishable)
        and narrowed.connection_id in (None, "con_1")
        and (narrowed.within is None or any(lies_in(keys, each) for each in narrowed.within))
    )


def lies_in(keys: set[str], extent: Extent) -> bool:
    inside = extent.everything or keys & set(extent.facets) or "con_1" in extent.connections
    return bool(inside) and not keys & set(extent.without_facets)


def brute_force(entries: Sequence[tuple[Entry, bool]], query: Query) -> list[str]:
    """Score every product that passes; most terms only where none has all."""
    readings = [(query, len(query.required))]
    if not query.exactly:
        readings += [(other, len(other.required)) for other in rewritings(query)]
        readings.append((query, (min(len(query.required), 6) + 1) // 2))
    for reading, least in readings if query.required else ():
        scorer = Scorer(reading, least)
        scored = [
            (-score, it.product_id)
            for it, ok in entries
            if ok and (score := scorer.score(it.ranks, it.title, in_stock=it.in_stock)) is not None
        ]
        if scored:
            return [key for _, key in sorted(scored)]
    return []


Shops = Mapping[str, tuple[Database, Search]]


@pytest.fixture
def shops(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shops]:
    """Open the same empty shop in every engine."""
    open_at: Callable[[str], Database] = request.getfixturevalue("open_at")
    urls = {
        "fts5": request.getfixturevalue("sqlite_url"),
        "gin": request.getfixturevalue("laid_postgres_url"),
        "tantivy": f"sqlite:///{tmp_path / 'second.sqlite3'}",
    }
    databases = {name: open_at(url) for name, url in urls.items()}
    for database in databases.values():
        open_shop(database)
    return {
        name: (
            it,
            choose(
                it,
                products=0,
                folder=tmp_path / "search",
                wish="tantivy" if name == "tantivy" else "database",
            ),
        )
        for name, it in databases.items()
    }


def hits(shop: tuple[Database, Search], query: Query, narrowed: Filter) -> list[tuple[str, int]]:
    database, index = shop
    with database.read() as connection:
        got = index.find(connection, "mer_1", query, narrowed, 0, 1000)
    return [(hit.id, hit.score) for hit in got]


@pytest.mark.parametrize("seed", range(3))
def test_every_engine_finds_what_brute_force_finds_in_its_order(shops: Shops, seed: int) -> None:
    chance = random.Random(seed)
    products = [some_product(chance, number) for number in range(1, 120)]
    for database, index in shops.values():
        put(database, products)
        follow(index)
    found = [document(it) for it in products]
    entries = [entry_of("mer_1", it, 0, Origin(1, "", "con_1")) for it in found]

    for _ in range(60):
        query, narrowed = some_query(chance), some_filter(chance)
        passed = [(it, passes(doc, narrowed)) for it, doc in zip(entries, found, strict=True)]
        expected = brute_force(passed, query)
        first, *others = (hits(shop, query, narrowed) for shop in list(shops.values())[:2])
        assert [key for key, _ in first] == expected, (query, narrowed)
        assert others == [first]
        if expected and query.exactly:
            assert hits(shops["tantivy"], query, narrowed) == first


@pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.ID, Sort.PRICE_ASC, Sort.PRICE_DESC])
def test_pages_add_up_to_the_total_without_a_product_twice(shops: Shops, sort: Sort) -> None:
    chance = random.Random(7)
    products = [some_product(chance, number) for number in range(1, 90)]
    for database, index in shops.values():
        put(database, products)
        follow(index)

    for _ in range(25):
        query, narrowed = some_query(chance), some_filter(chance)
        for database, index in shops.values():
            wanted = structs.replace(narrowed, query=query)
            got = pages(database, index, wanted, sort)
            with database.read() as connection:
                counted = page.total(connection, "mer_1", wanted, Sort.ID, 1000, index)
                facets = index.facets(connection, "mer_1", query, narrowed, ["b:"])
            assert len(got) == len(set(got)) == counted
            brands = Counter(
                rows.brand_key(it.brand) for it in products if it.id in set(got) and it.brand
            )
            assert dict(facets.counts) == dict(brands)


def pages(database: Database, index: Search, wanted: Filter, sort: Sort) -> list[str]:
    got: list[str] = []
    after: Position | None = None
    with database.read() as connection:
        while found := page.find(connection, "mer_1", wanted, sort, after, 7, index):
            got += [it.id for it in found]
            after = found[-1].position
    return got


def test_a_hidden_product_leaves_no_trace(shops: Shops, tmp_path: Path) -> None:
    chance = random.Random(11)
    products = [some_product(chance, number) for number in range(1, 90)]
    hidden = Filter(
        within=(Extent(everything=True, without_facets=(rows.brand_key("beta"),)),),
        publishable=True,
    )
    shown = [it for it in products if passes(document(it), hidden)]

    for name, (database, index) in shops.items():
        put(database, products)
        follow(index)
        other = Database(f"sqlite:///{tmp_path / f'{name}-other.sqlite3'}")
        plain = choose(
            other,
            products=0,
            folder=tmp_path / f"{name}-other",
            wish="tantivy" if name == "tantivy" else "database",
        )
        compare(database, index, other, plain, shown, hidden)


def compare(
    database: Database,
    index: Search,
    other: Database,
    plain: Search,
    shown: list[Product],
    hidden: Filter,
) -> None:
    """Ask a shop with hidden products and one without them the same."""
    from regie.database import upgrade  # noqa: PLC0415 - only here

    upgrade(other)
    open_shop(other)
    put(other, shown)
    follow(plain)
    chance = random.Random(5)
    for _ in range(40):
        query = some_query(chance)
        assert hits((database, index), query, hidden) == hits((other, plain), query, hidden)
        with database.read() as one, other.read() as two:
            kinds = ["b:", "c:", "t:"]
            facets = index.facets(one, "mer_1", query, hidden, kinds)
            assert facets == plain.facets(two, "mer_1", query, hidden, kinds)
            counted = index.total(one, "mer_1", query, hidden, 50)
            assert counted == plain.total(two, "mer_1", query, hidden, 50)
    other.close()
