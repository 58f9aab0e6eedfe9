"""Lists whose products are known in bytes already leave the documents where they are."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import text

from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, ProductSet
from tests.kit.disclosure.door import World, copied, template
from tests.kit.disclosure.rules import Who
from tests.kit.disclosure.siege import statements

PARTNER = Who("agt_1", 3)
PAGE = "{products(first: 5) {nodes {id title variants {sku}} pageInfo {endCursor}}}"
CHANGES = "{changes(first: 5) {nodes {sequence deleted product {id title}} nextSince}}"
GRANT = Grant("grt_1", None, frozenset(Group), ProductSet(all=True), budget=Budget(10**9, 10**9))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    return template(tmp_path_factory.mktemp("template"), (1, 2, 3, 4, 5, 6, 7))


@pytest.fixture
def world(made: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[World]:
    path, keys = made
    found = World(copied(path, tmp_path / "copy.sqlite3"), keys, response_bytes=0)
    found.regrant([GRANT])
    yield found
    found.database.close()


def ask(world: World, query: str) -> bytes:
    return world.ask(PARTNER, query).data


def of_products(sent: Sequence[str]) -> list[str]:
    return [it for it in sent if "FROM product" in it]


def reads(statement: str) -> bool:
    return "product.document" in statement


def touch(world: World, changes: str = "seq = 1000") -> None:
    """Let one product move on, as a sync does: its row and the catalogue with a new number."""
    first = "(SELECT min(id) FROM product)"
    with world.database.write() as connection:
        connection.execute(text(f"UPDATE product SET {changes} WHERE id = {first}"))  # noqa: S608 - ours
        connection.execute(text("UPDATE merchant SET sequence = 1000"))


def test_changes_of_known_products_read_no_document(world: World) -> None:
    first = [ask(world, CHANGES) for _ in range(3)]

    with statements(world.database) as sent:
        again = ask(world, CHANGES)

    assert {*first, again} == {first[0]}
    assert 1 <= len(of_products(sent)) <= 2
    assert not any(reads(it) for it in of_products(sent))


def test_a_known_page_of_known_products_asks_nothing_of_them(world: World) -> None:
    first = [ask(world, PAGE) for _ in range(3)]

    with statements(world.database) as sent:
        again = ask(world, PAGE)

    assert {*first, again} == {first[0]}
    assert of_products(sent) == []


def test_a_known_page_serves_who_may_see_less_of_the_same_products(world: World) -> None:
    query = PAGE.replace("title", "title availability")
    all_of_it = [ask(world, query) for _ in range(3)][-1]
    world.regrant([structs.replace(GRANT, fields=frozenset({Group.IDENTITY}))])
    ask(world, query)  # how much of it is known to this sight is found out
    ask(world, query)

    with statements(world.database) as sent:
        less = ask(world, query)

    assert of_products(sent) == []
    assert b'"availability":"' in all_of_it
    assert b'"availability":"' not in less


def test_a_list_of_unknown_products_is_one_statement(world: World) -> None:
    with statements(world.database) as sent:
        ask(world, PAGE)

    assert [reads(it) for it in of_products(sent)] == [True]


def test_only_what_changed_is_read_in_a_second_statement(world: World) -> None:
    first = [ask(world, PAGE) for _ in range(3)]
    touch(world)

    with statements(world.database) as sent:
        again = ask(world, PAGE)

    assert again == first[0]
    assert [reads(it) for it in of_products(sent)] == [False, True]
    assert of_products(sent)[1].count("prd_") == 1


def test_a_product_that_was_rewritten_is_shown_as_it_stands(world: World) -> None:
    _, _, before = [ask(world, PAGE) for _ in range(3)]
    title = """replace(CAST(document AS TEXT), '"title":"', '"title":"New ')"""
    touch(world, f"seq = 1000, document = CAST({title} AS BLOB)")

    after = ask(world, PAGE)

    assert after != before
    assert b'"title":"New ' in after
