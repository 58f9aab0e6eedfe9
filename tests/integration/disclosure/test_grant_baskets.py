"""What is promised of a basket is what the grants for its products tell of their stock."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

from connector.model.product import Variant
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant, ProductSet, Stock
from tests.kit.disclosure.door import NOW, World, copied, hash_of, template
from tests.kit.disclosure.floor import PLACE_OF, SOURCES, fee_of
from tests.kit.disclosure.rules import (
    Who,
    covers,
    grants_over,
    open_to,
    stores_of,
    told_at,
    whos,
    wide,
)
from tests.kit.disclosure.world import DOCUMENTS, PLACES, PRODUCTS, connection_of, put

EVERY = sorted(it.id for it in PLACES)
NUMBERS = (1, 2, 3, 5, 4)
"""Four products that are shown, and a draft."""
OF_VARIANT = {each.id: number for number in NUMBERS for each in PRODUCTS[number].variants}
QUERY = """query($lines: [BasketLine!]!) {
  pickup(lines: $lines, first: 20) { storeId place { id } readyAt day date time slot reason } }"""
PARTNER = Who("agt_1", 3)
FULL = Grant("grt_full", "agt_1", frozenset(Group), ProductSet(all=True))
MANY = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
Basket = list[tuple[str, int]]
baskets = st.lists(
    st.tuples(st.sampled_from([*OF_VARIANT, "var_nothing"]), st.sampled_from([1, 1, 1, 2, 3])),
    min_size=1,
    max_size=2,
)
any_grant = grants_over([PRODUCTS[it].id for it in NUMBERS], EVERY, NOW, (hash_of(QUERY),))
telling = any_grant.map(
    lambda it: structs.replace(
        wide(it),
        fields=it.fields | {Group.STOCK, Group.STORES},
        include=structs.replace(it.include, all=it.include.all or not it.include.products),
    )
)
"""Grants to everyone that tell of stock, of most products."""


def several(one: st.SearchStrategy[Grant]) -> st.SearchStrategy[list[Grant]]:
    return st.lists(one, min_size=1, max_size=3, unique_by=lambda it: it.id)


def pieces_at(number: int, nth: int, at: int) -> int:
    """Return how many pieces of a variant lie at a place: none, one, two or three."""
    return (number * 3 + nth + at * 2) % 4


def restocked(number: int, add: int = 0) -> tuple[Variant, ...]:
    """Return a product's variants with few pieces everywhere; `add` more where there are any."""
    return tuple(
        structs.replace(
            it,
            inventory=tuple(
                structs.replace(
                    level, available=few + add if (few := _few(number, nth, level)) else few
                )
                for level in it.inventory
            ),
        )
        for nth, it in enumerate(PRODUCTS[number].variants)
    )


def _few(number: int, nth: int, level: Any) -> int:
    return pieces_at(number, nth, [it.id for it in PLACES].index(level.location_id))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One shop for all examples."""
    folder = tmp_path_factory.mktemp("baskets")
    path, keys = template(folder, NUMBERS)
    found = World(copied(path, folder / "world.sqlite3"), keys)
    for number in NUMBERS:
        put(found.database, [number], variants=restocked(number))
    yield found
    found.database.close()


def asked(world: World, who: Who, basket: Basket) -> Any:
    """Return the stores that answer, each with whether it promises; or the code."""
    lines = [{"variantId": variant, "quantity": pieces} for variant, pieces in basket]
    body = {"query": QUERY, "variables": {"lines": lines}}
    answer = world.post(world.headers(who), body).json
    assert answer
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    for it in answer["data"]["pickup"]:
        assert it["place"] == {"id": PLACE_OF[it["storeId"]]}
        assert (it["reason"] is None) is (it["readyAt"] is not None)
    return {it["storeId"]: it["reason"] for it in answer["data"]["pickup"]}


def expected(who: Who, wanted: Sequence[Grant], basket: Basket) -> Any:
    """Return the same by plain loops over grants, stores and lines."""
    live = open_to(who, wanted, NOW, hash_of(QUERY))
    known = stores_of(live, EVERY)
    if known is None:
        return "field_not_shared"
    summed: dict[str, int] = {}
    for variant, pieces in basket:
        summed[variant] = summed.get(variant, 0) + pieces
    over = {variant: _covering(variant, live) for variant in summed}
    if not all(over.values()):
        return "good_not_found"
    told = {variant: told_at(over[variant], pieces, EVERY) for variant, pieces in summed.items()}
    if None in told.values():
        return "field_not_shared"
    common = set(EVERY).intersection(*(it or () for it in told.values()))
    return {
        store: _reason(store, summed, common)
        for store, place in PLACE_OF.items()
        if place in common and place in known and _sources(store, common)
    }


def _covering(variant: str, live: Sequence[Grant]) -> list[Grant]:
    number = OF_VARIANT.get(variant)
    if number is None:
        return []
    return [it for it in live if covers(it, DOCUMENTS[number], connection_of(number))]


def _sources(store: str, common: set[str]) -> list[str]:
    return [PLACES[at].id for at in SOURCES[store] if PLACES[at].id in common]


def _reason(store: str, summed: Mapping[str, int], common: set[str]) -> str | None:
    for variant, pieces in summed.items():
        there = sum(_pieces(variant, place) for place in _sources(store, common))
        if there < pieces:
            return "OUT_OF_STOCK"
    return None


def _pieces(variant: str, place: str) -> int:
    found = [it for it in restocked(OF_VARIANT[variant]) if it.id == variant]
    return sum(it.available or 0 for it in found[0].inventory if it.location_id == place)


def test_with_everything_granted_some_baskets_are_promised_and_some_are_not(world: World) -> None:
    world.regrant([FULL])

    found = [asked(world, PARTNER, [(it, 1)]) for it in OF_VARIANT if OF_VARIANT[it] != 4]

    assert {reason for each in found for reason in each.values()} == {None, "OUT_OF_STOCK"}


@given(several(any_grant), whos, baskets)
@MANY
def test_a_basket_is_promised_by_the_grants_of_every_product_in_it(
    world: World, some: list[Grant], who: Who, basket: Basket
) -> None:
    world.regrant(some)

    found = asked(world, who, basket)

    if open_to(who, some, NOW, hash_of(QUERY)):
        assert found == expected(who, some, basket)
    else:
        assert found in {"agent_not_admitted", "key_required", "operation_not_allowed"}


@given(several(telling), baskets)
@MANY
def test_a_basket_is_promised_by_what_is_granted_to_everyone(
    world: World, some: list[Grant], basket: Basket
) -> None:
    world.regrant(some)

    assert asked(world, PARTNER, basket) == expected(PARTNER, some, basket)


OFFERS = """query($store: ID!) { slots(storeId: $store) { room }
  delivery(storeId: $store, country: "NL", postcode: "1012JS") { fee { amount } } }"""


@given(several(any_grant), whos, st.sampled_from([*SOURCES, "sto_nothing"]))
@MANY
def test_slots_and_fees_are_told_of_the_stores_that_are_granted(
    world: World, some: list[Grant], who: Who, store: str
) -> None:
    world.regrant(some)
    body = {"query": OFFERS, "variables": {"store": store}}

    answer = world.post(world.headers(who), body).json or {}

    live = open_to(who, some, NOW, hash_of(OFFERS))
    known = stores_of(live, EVERY)
    codes = {it["extensions"]["code"] for it in answer.get("errors", ())}
    if not live:
        assert codes & {"agent_not_admitted", "key_required", "operation_not_allowed"}
    elif known is None:
        assert codes == {"field_not_shared"}
    elif PLACE_OF.get(store) not in known:
        assert codes == {"store_not_found"}
    else:
        assert bool(answer["data"]["slots"]) is (store == "sto_0")
        assert answer["data"]["delivery"] == {"fee": {"amount": fee_of(store)}}


@given(
    several(telling.map(lambda it: structs.replace(it, stock=Stock.BAND))),
    baskets,
    st.sampled_from([1, 2, 900]),
)
@settings(parent=MANY, max_examples=25)
def test_stocks_with_the_same_words_are_told_apart_by_no_basket(
    world: World, some: list[Grant], basket: Basket, add: int
) -> None:
    world.regrant(some)
    before = asked(world, PARTNER, basket)
    for number in NUMBERS:
        put(world.database, [number], variants=restocked(number, add))
    try:
        assert asked(world, PARTNER, basket) == before
    finally:
        for number in NUMBERS:
            put(world.database, [number], variants=restocked(number))
