"""Facets count what the asker sees of a list, and nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant, ProductSet
from tests.kit.disclosure.door import World, copied, template
from tests.kit.disclosure.rules import PLENTY, Who
from tests.kit.disclosure.world import DOCUMENTS, DRAFTS, PRODUCTS

PARTNER = Who("agt_1", 3)
SEEN = [number for number in PRODUCTS if number not in DRAFTS]
QUERY = "{products(%s) {facets(by: %s, first: %d) {values {key value count} complete}}}"
BARE = frozenset(Group) - {Group.ATTRIBUTES}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    path, keys = template(tmp_path, PRODUCTS)
    found = World(copied(path, tmp_path / "world.sqlite3"), keys)
    yield found
    found.database.close()


def granted(numbers: Iterable[int], groups: frozenset[Group] = frozenset(Group)) -> Grant:
    ids = tuple(PRODUCTS[number].id for number in numbers)
    return Grant(f"grt_{len(ids)}", "agt_1", groups, ProductSet(products=ids), budget=PLENTY)


def counted(
    world: World, by: str, given: str = "first: 1", first: int = 100
) -> dict[tuple[str | None, str], int]:
    told = world.ask(PARTNER, QUERY % (given, by, first)).json
    assert told is not None
    assert "errors" not in told, told
    facets = told["data"]["products"]["facets"]
    assert facets["complete"] is True
    return {(it["key"], it["value"]): it["count"] for it in facets["values"]}


def expected(numbers: Iterable[int], by: str) -> dict[tuple[str | None, str], int]:
    return dict(Counter(facet for number in numbers for facet in told_of(DOCUMENTS[number], by)))


def told_of(document: dict[str, object], by: str) -> set[tuple[str | None, str]]:
    """Return the facets of a document by plain reading."""
    read: dict[str, object] = {
        "BRAND": {(None, str(document["brand"]).casefold())},
        "TAG": {(None, it.casefold()) for it in document["tags"]},  # type: ignore[attr-defined]
        "CATEGORY": {(None, it["key"]) for it in document["categories"]},  # type: ignore[attr-defined]
        "ATTRIBUTE": attributes_of(document),
    }
    found = read[by]
    assert isinstance(found, set)
    return found


def attributes_of(document: dict[str, object]) -> set[tuple[str | None, str]]:
    pairs = [(it["key"], value) for it in document["attributes"] for value in it["values"]]  # type: ignore[attr-defined]
    for variant in document["variants"]:  # type: ignore[attr-defined]
        if variant["enabled"]:
            pairs += [(it["name"], it["value"]) for it in variant["options"]]
    return {(key.casefold(), value.casefold()) for key, value in pairs}


@pytest.mark.parametrize("by", ["BRAND", "TAG", "CATEGORY", "ATTRIBUTE"])
@pytest.mark.parametrize("given", ["first: 1", 'first: 1, filter: {text: "ware"}'])
def test_facets_count_the_products_that_the_asker_sees(world: World, by: str, given: str) -> None:
    world.regrant([granted(SEEN)])
    everything = counted(world, by, given)
    world.regrant([granted(SEEN[:3])])

    assert everything == expected(SEEN, by)
    assert counted(world, by, given) == expected(SEEN[:3], by)


@pytest.mark.parametrize("given", ["first: 1", 'first: 1, filter: {text: "ware"}'])
def test_a_filter_narrows_what_is_counted(world: World, given: str) -> None:
    world.regrant([granted(SEEN)])
    brand = DOCUMENTS[SEEN[0]]["brand"]
    same = [number for number in SEEN if DOCUMENTS[number]["brand"] == brand]
    narrowed = given.removesuffix("}") if "filter" in given else given + ", filter: {"
    narrowed += f' brand: "{brand}"}}'

    assert counted(world, "TAG", narrowed) == expected(same, "TAG")


def test_attributes_count_only_where_they_are_shared(world: World) -> None:
    world.regrant([granted(SEEN[:4], BARE), granted(SEEN[4:])])

    assert counted(world, "ATTRIBUTE") == expected(SEEN[4:], "ATTRIBUTE")
    assert counted(world, "BRAND") == expected(SEEN, "BRAND")


def test_attributes_that_are_not_shared_are_not_counted(world: World) -> None:
    world.regrant([granted(SEEN, BARE)])
    told = world.ask(PARTNER, QUERY % ("first: 1", "ATTRIBUTE", 10)).json

    assert told is not None
    assert told["errors"][0]["extensions"]["code"] == "field_not_shared"
    assert told["data"] == {"products": {"facets": None}}


def test_the_most_frequent_come_first_and_no_more_than_asked(world: World) -> None:
    world.regrant([granted(SEEN)])
    whole = list(counted(world, "TAG").items())

    assert list(counted(world, "TAG", first=2).items()) == whole[:2]
    assert [count for _, count in whole] == sorted((count for _, count in whole), reverse=True)


def test_facets_follow_a_grant_that_is_taken_back(world: World) -> None:
    world.regrant([granted(SEEN)])
    before = counted(world, "BRAND")
    world.regrant([granted(SEEN[:1])])

    assert counted(world, "BRAND") == expected(SEEN[:1], "BRAND") != before


def test_to_count_has_its_price_whatever_the_page(world: World) -> None:
    world.regrant([granted(SEEN)])
    prices = []
    for first in (1, 10):
        told = world.ask(PARTNER, QUERY % (f"first: {first}", "BRAND", 1))
        plain = world.ask(PARTNER, f"{{products(first: {first}) {{totalCount}}}}")
        prices.append([int(it.headers["Regie-Cost"].split(",")[0][5:]) for it in (told, plain)])

    assert all(dear - cheap >= 500 for dear, cheap in prices)
    assert prices[1][0] < 1000
