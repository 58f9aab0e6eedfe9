"""What is hidden from an asker might as well not exist: two shops answer alike, byte by byte."""

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from storefront.disclosure.grant import Grant
from tests.kit.disclosure.door import NOW, World, copied, template
from tests.kit.disclosure.rules import Who, covers, grants_over, wide
from tests.kit.disclosure.world import DOCUMENTS, PLACES, PRODUCTS, connection_of, mark, put

IDS = [it.id for it in PRODUCTS.values()]
EVERY = sorted(it.id for it in PLACES)
PARTNER = Who("agt_1", 3)
MANY = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
LIST = "totalCount nodes {id}"
PROBES = ("ware", "mugs", "blue 03", "emalia", mark(3, "description"), mark(5, "attribute"))
KEYS = (
    ("gtin", "4006381333931"),
    ("sku", "SKU-10"),
    ("sku", "SKU-40"),
    ("handle", "mug-2"),
    ("handle", "mug-8"),
    ("platformId", "5"),
    ("platformId", "70"),
    ("id", IDS[0]),
    ("id", IDS[3]),
    ("id", IDS[10]),
)
BATTERY = [
    "{products(first: 50) {totalCount nodes {id handle} pageInfo {hasNextPage endCursor}}}",
    "{products(first: 1) {facets(by: BRAND, first: 50) {values {value count} complete}}}",
    "{products(first: 1) {facets(by: ATTRIBUTE, first: 50) {values {key value count} complete}}}",
    '{products(filter: {text: "ware"}) {facets(by: TAG) {values {value count} complete}}}',
    "{products(first: 2) {edges {cursor node {title}} pageInfo {startCursor endCursor}}}",
    "{products(first: 3, sort: TITLE) {totalCount edges {cursor node {id}}}}",
    "{products(first: 3, sort: UPDATED) {totalCount edges {cursor node {id}}}}",
    "{products(first: 9, sort: PRICE_ASC) {totalCount edges {cursor node {id}}}}",
    "{products(first: 9, sort: PRICE_DESC) {totalCount edges {cursor node {id}}}}",
    '{products(filter: {text: "ware"}) {totalCount nodes {id}}}',
    '{products(filter: {text: "blue wa"}) {totalCount nodes {id}}}',
    '{products(filter: {category: "mugs"}, sort: PRICE_ASC) {totalCount nodes {id}}}',
    '{products(filter: {category: "beer"}) {totalCount nodes {id}}}',
    '{products(filter: {brand: "emalia"}) {totalCount nodes {id}}}',
    '{products(filter: {brand: "emalia", category: "mugs"}) {totalCount nodes {id}}}',
    '{products(filter: {attributes: [{key: "Color", values: ["red"]}]}) {totalCount nodes {id}}}',
    "{products(filter: {inStock: true}) {totalCount nodes {id}}}",
    f'{{products(filter: {{inStockAt: "{EVERY[0]}"}}) {{totalCount nodes {{id}}}}}}',
    '{products(filter: {connection: "con_2"}) {totalCount nodes {id}}}',
    "{products(filter: {publishable: false}) {totalCount nodes {id}}}",
    "{products(filter: {publishable: true}) {totalCount nodes {id}}}",
    '{products(filter: {updatedSince: "2020-01-01T00:00:00Z"}) {totalCount nodes {id}}}',
    '{products(filter: {price: {currency: "EUR", max: 3400000}}) {totalCount nodes {id}}}',
    "{changes {nodes {productId deleted product {id title}} hasMore}}",
    "{changes(first: 2) {nodes {productId deleted} hasMore}}",
    "{stores {id name} merchant {id name shops {id policies {url}}}}",
    *(f'{{products(filter: {{text: "{it}"}}, sort: RELEVANCE) {{{LIST}}}}}' for it in PROBES),
    *(f'{{product({key}: "{value}") {{id}}}}' for key, value in KEYS),
    "{products(first: 0) {totalCount}}",
    '{products(after: "nonsense") {totalCount}}',
]
_names = count()
Template = tuple[Path, dict[str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hidden")


@pytest.fixture(scope="module")
def full(folder: Path) -> Template:
    (folder / "full").mkdir()
    return template(folder / "full", PRODUCTS)


@pytest.fixture(scope="module")
def bare(folder: Path) -> Template:
    (folder / "bare").mkdir()
    return template(folder / "bare", ())


def shop(source: Template, folder: Path, numbers: list[int], some: list[Grant]) -> World:
    """Return a shop of its own, with these products put into it and these grants."""
    found = World(copied(source[0], folder / f"{next(_names)}.sqlite3"), source[1])
    put(found.database, numbers)
    found.regrant(some)
    return found


@pytest.fixture
def two(folder: Path, full: Template, bare: Template) -> Iterator["Two"]:
    found = Two(folder, full, bare)
    yield found
    found.close()


class Two:
    """A shop with hidden products, and one in which only the visible ones were ever stored."""

    def __init__(self, folder: Path, full: Template, bare: Template) -> None:
        self._parts = (folder, full, bare)
        self._open: list[World] = []

    def under(self, some: list[Grant]) -> tuple[World, World]:
        """Return both under the same grants."""
        self.close()
        folder, full, bare = self._parts
        visible = [
            number
            for number, document in DOCUMENTS.items()
            if any(covers(it, document, connection_of(number)) for it in some)
        ]
        self._open = [shop(full, folder, [], some), shop(bare, folder, visible, some)]
        return self._open[0], self._open[1]

    def close(self) -> None:
        for it in self._open:
            it.database.close()
        self._open = []


@given(
    some=st.lists(
        grants_over(IDS, EVERY, NOW).map(wide), min_size=1, max_size=3, unique_by=lambda it: it.id
    )
)
@MANY
def test_a_hidden_product_is_as_one_that_does_not_exist(two: Two, some: list[Grant]) -> None:
    for query, first, second in asked(two.under(some)):
        assert (query, first) == (query, second)


def asked(shops: tuple[World, World]) -> Iterator[tuple[str, object, object]]:
    """Ask both everything, and leaf through both."""
    for query in BATTERY:
        yield query, *(answer(it, query) for it in shops)
    after = ""
    for _ in range(20):
        query = f"{{products(first: 1{after}) {{totalCount nodes {{id}} pageInfo {{endCursor}}}}}}"
        first, second = (answer(it, query) for it in shops)
        yield query, first, second
        found = re.search(rb'"endCursor":"([^"]+)"', first[2])
        if not found:
            return
        after = f', after: "{found[1].decode()}"'


def answer(world: World, query: str) -> tuple[int, str | None, bytes]:
    """Return all of an answer but its receipt."""
    found = world.ask(PARTNER, query)
    return found.status_code, found.headers.get("Regie-Cost"), found.data
