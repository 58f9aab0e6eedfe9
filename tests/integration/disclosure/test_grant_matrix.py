"""What a caller sees is what his grants open, cell by cell, and nothing tells of the rest."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant, ProductSet
from tests.kit.disclosure.door import NOW, World, copied, hash_of, template, whole
from tests.kit.disclosure.rules import (
    PLENTY,
    Who,
    covers,
    grants_over,
    open_to,
    shown,
    stores_of,
    whos,
    wide,
)
from tests.kit.disclosure.world import DOCUMENTS, PLACES, PRODUCTS, connection_of

IDS = [it.id for it in PRODUCTS.values()]
EVERY = sorted(it.id for it in PLACES)
WHOLE = f"{{products(first: 13) {{totalCount nodes {whole()}}} stores {{id}}}}"
FULL = Grant("grt_full", "agt_1", frozenset(Group), ProductSet(all=True), budget=PLENTY)
PARTNER = Who("agt_1", 3)
MANY = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    max_examples=70,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
some_grants = grants_over(IDS, EVERY, NOW, (hash_of(WHOLE), "f" * 64))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matrix")


@pytest.fixture(scope="module")
def world(folder: Path) -> Iterator[World]:
    """One shop for all examples, so that every cache is warm with what others saw."""
    path, keys = template(folder, PRODUCTS)
    found = World(copied(path, folder / "world.sqlite3"), keys)
    yield found
    found.database.close()


def expected(who: Who, wanted: list[Grant], query: str) -> dict[str, Any] | None:
    """Return the data of the whole answer, None where nothing is open."""
    live = open_to(who, wanted, NOW, hash_of(query))
    if not live:
        return None
    telling = stores_of(live, EVERY)
    nodes = []
    for number, document in DOCUMENTS.items():
        over = [it for it in live if covers(it, document, connection_of(number))]
        told = shown(document, over)
        nodes += [told] if told else []
    nodes.sort(key=lambda it: it["id"])
    return {
        "products": {"totalCount": len(nodes), "nodes": nodes},
        "stores": None if telling is None else [{"id": it} for it in telling],
    }


def told(world: World, who: Who) -> Any:
    """Return the data that came, stores in levels aside: they are looked up, and tested alone."""
    answer = world.ask(who, WHOLE).json
    assert answer
    if "data" not in answer:
        return None
    assert "errors" not in answer
    for node in answer["data"]["products"]["nodes"]:
        for level in (it for each in node["variants"] for it in each["inventory"] or ()):
            assert level.pop("store")["id"] == level["locationId"]
    return answer["data"]


@given(whos)
@settings(parent=MANY, max_examples=10)
def test_without_a_grant_everything_is_withheld(world: World, who: Who) -> None:
    world.regrant([])

    found = world.ask(who, WHOLE)

    assert (found.status_code, "data" in (found.json or {})) == (
        403 if who.tier == 3 else 401,
        False,
    )


@given(some_grants, whos)
@MANY
def test_one_grant_opens_exactly_its_cells(world: World, one: Grant, who: Who) -> None:
    world.regrant([one])

    assert told(world, who) == expected(who, [one], WHOLE)


@given(some_grants)
@MANY
def test_a_grant_to_everyone_opens_exactly_its_cells(world: World, one: Grant) -> None:
    world.regrant([wide(one)])

    assert told(world, PARTNER) == expected(PARTNER, [wide(one)], WHOLE)


@given(st.lists(some_grants, min_size=2, max_size=5, unique_by=lambda it: it.id), whos)
@MANY
def test_several_grants_open_exactly_the_union(world: World, some: list[Grant], who: Who) -> None:
    world.regrant(some)

    assert told(world, who) == expected(who, some, WHOLE)


@given(st.lists(some_grants.map(wide), min_size=2, max_size=4, unique_by=lambda it: it.id))
@MANY
def test_several_grants_to_everyone_open_exactly_the_union(world: World, some: list[Grant]) -> None:
    world.regrant(some)

    assert told(world, PARTNER) == expected(PARTNER, some, WHOLE)


@given(some_grants.map(wide))
@settings(parent=MANY, max_examples=25)
def test_a_grant_that_ends_closes_to_the_millisecond(world: World, one: Grant) -> None:
    world.regrant([structs.replace(one, valid_to=NOW + 1)])
    assert told(world, PARTNER) is not None
    world.now = NOW + 1
    try:
        assert told(world, PARTNER) is None
    finally:
        world.now = NOW
