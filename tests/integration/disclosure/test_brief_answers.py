"""Answers from brief documents are those from whole ones, under every mask."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from connector.store import tables
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, Price, ProductSet, Stock
from tests.kit.disclosure.door import World, copied, template
from tests.kit.disclosure.rules import Who
from tests.kit.disclosure.siege import statements

PARTNER = Who("agt_1", 3)
EVERYTHING = Grant(
    "grt_1", None, frozenset(Group), ProductSet(all=True), stock=Stock.EXACT,
    budget=Budget(10**9, 10**9),
)  # fmt: skip
INSIDE = """
    id handle title brand availability tags categories {key name} priceRange {min {amount}}
    media(first: 1) {url} attributes {name values}
    variants {
        sku gtin {value} price {amount currency} compareAtPrice {amount} availability
        inventory {locationId available availability store {name}}
    }
"""
PAGE = f"{{products(first: 5) {{nodes {{{INSIDE}}} edges {{cursor node {{id}}}}}}}}"
CHANGES = f"{{changes(first: 9) {{nodes {{sequence deleted product {{{INSIDE}}}}}}}}}"
SEARCH = f'{{products(first: 5, sort: RELEVANCE, filter: {{text: "mug"}}) {{nodes {{{INSIDE}}}}}}}'
WHOLE = "{products(first: 5) {nodes {id description {html}}}}"
ONE = f'{{product(handle: "mug-1") {{description {{plain}} {INSIDE}}}}}'
GRANTS = [
    EVERYTHING,
    Grant("grt_2", None, frozenset({Group.PRICE}), ProductSet(all=True), price=Price.ROUNDED),
    Grant("grt_3", None, frozenset({Group.STOCK, Group.STORES}), ProductSet(all=True)),
    Grant("grt_4", None, frozenset({Group.MEDIA, Group.ATTRIBUTES}), ProductSet(all=True)),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    return template(tmp_path_factory.mktemp("template"), (1, 2, 3, 4, 5, 6, 7))


@pytest.fixture
def world(made: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[World]:
    path, keys = made
    found = World(copied(path, tmp_path / "copy.sqlite3"), keys, response_bytes=0, fragment_bytes=0)
    found.regrant([EVERYTHING])
    yield found
    found.database.close()


def without_brief(world: World) -> None:
    """Leave the whole documents only, so that every list must read these."""
    with world.database.write() as connection:
        connection.execute(update(tables.product).values(brief=None))


@pytest.mark.parametrize("query", [PAGE, CHANGES, SEARCH, ONE])
@pytest.mark.parametrize("grant", GRANTS, ids=lambda it: it.id)
def test_brief_and_whole_documents_give_the_same_answer(
    world: World, grant: Grant, query: str
) -> None:
    world.regrant([grant])
    before = world.ask(PARTNER, query).data
    without_brief(world)

    assert before.startswith(b'{"data":{')
    assert b"errors" not in before
    assert world.ask(PARTNER, query).data == before


@pytest.mark.parametrize(
    ("query", "brief"), [(PAGE, True), (CHANGES, True), (ONE, True), (WHOLE, False)]
)
def test_queries_read_the_brief_documents_where_they_suffice(
    world: World,
    query: str,
    brief: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    with statements(world.database) as sent:
        world.ask(PARTNER, query)

    read = [it for it in sent if "product.document" in it]
    assert [("product.brief" in it) for it in read] == [brief]


def test_a_field_that_only_graphql_core_can_tell_is_read_whole(world: World) -> None:
    """A spoiled brief document is handed back, and answered from the whole one."""
    before = world.ask(PARTNER, PAGE).data
    with world.database.write() as connection:
        connection.execute(update(tables.product).values(brief=b'{"id": 7}'))

    assert world.ask(PARTNER, PAGE).data == before
