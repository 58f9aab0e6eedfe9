"""A grant that is taken back closes at once, whatever was kept; what was seen is called back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant, ProductSet
from storefront.disclosure.store import agents, keys
from tests.kit.disclosure.door import SHORT, World, copied, hash_of, template, whole
from tests.kit.disclosure.rules import PLENTY, Who
from tests.kit.disclosure.world import PRODUCTS, connection_of, drop, mark

FULL = Grant("grt_full", "agt_1", frozenset(Group), ProductSet(all=True), budget=PLENTY)
OTHERS = structs.replace(FULL, agent_id="agt_2")
PARTNER, OTHER = Who("agt_1", 3), Who("agt_2", 3)
WHOLE = f"{{products(first: 13) {{totalCount nodes {whole()}}} stores {{id}}}}"
CHANGES = "{changes {nodes {productId deleted}}}"
FIRST = PRODUCTS[1].id


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    return template(tmp_path_factory.mktemp("revocation"), PRODUCTS)


@pytest.fixture
def world(source: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[World]:
    found = World(copied(source[0], tmp_path / "world.sqlite3"), source[1])
    yield found
    found.database.close()


def without(number: int) -> Grant:
    return structs.replace(FULL, exclude=ProductSet(products=(PRODUCTS[number].id,)))


def by_post(world: World) -> Any:
    return world.ask(PARTNER, WHOLE)


def by_get(world: World) -> Any:
    return world.get(world.headers(PARTNER), query=WHOLE)


def by_hash(world: World) -> Any:
    named = {"persistedQuery": {"version": 1, "sha256Hash": hash_of(WHOLE)}}
    found = world.post(world.headers(PARTNER), {"extensions": named})
    if b"PersistedQueryNotFound" in found.data:
        found = world.post(world.headers(PARTNER), {"query": WHOLE, "extensions": named})
    return found


def compressed(world: World) -> Any:
    return world.post({**world.headers(PARTNER), "Accept-Encoding": "zstd"}, {"query": WHOLE})


@pytest.mark.parametrize("way", [by_post, by_get, by_hash, compressed])
def test_a_revoked_grant_closes_a_warm_cache(world: World, way: Callable[[World], Any]) -> None:
    world.regrant([FULL])
    warm = [way(world).status_code for _ in range(3)]
    world.regrant([])

    assert (warm, way(world).status_code) == ([200] * 3, 403)


@pytest.mark.parametrize("way", [by_post, by_get, by_hash])
def test_a_narrower_grant_closes_a_warm_cache(world: World, way: Callable[[World], Any]) -> None:
    world.regrant([FULL])
    before = way(world).json["data"]["products"]
    world.regrant([without(1)])

    after = way(world).json["data"]["products"]
    assert (before["totalCount"], after["totalCount"]) == (10, 9)
    assert after["nodes"] == [it for it in before["nodes"] if it["id"] != FIRST]


def test_fewer_fields_close_fragments_that_are_kept(world: World) -> None:
    world.regrant([FULL])
    assert by_post(world).json["data"]["products"]["nodes"][0]["description"]
    world.regrant([structs.replace(FULL, fields=frozenset({Group.IDENTITY}))])

    other = world.ask(PARTNER, f'{{product(id: "{FIRST}") {whole()}}}').json
    assert other["data"]["product"]["description"] is None


def test_a_validator_of_what_is_closed_is_worth_nothing(world: World) -> None:
    world.regrant([FULL])
    headers = {**world.headers(PARTNER), "If-None-Match": by_get(world).headers["ETag"]}
    assert world.get(headers, query=WHOLE).status_code == 304
    world.regrant([without(1)])

    assert world.get(headers, query=WHOLE).status_code == 200


def test_a_key_that_ends_while_it_is_looked_at_does_not_stay_open(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is found, then revoked, and only then the register is read."""
    world.regrant([FULL])
    find = keys.find

    def found_and_revoked(*args: Any) -> Any:
        found = find(*args)
        monkeypatch.undo()
        with world.database.write() as connection:
            keys.end(connection, "mer_1", found.id, 1, 1)  # type: ignore[union-attr]
        return found

    monkeypatch.setattr(keys, "find", found_and_revoked)
    by_post(world)

    assert by_post(world).status_code == 401


def test_a_revoked_agent_is_a_stranger(world: World) -> None:
    world.regrant([FULL])
    assert by_post(world).status_code == 200
    with world.database.write() as connection:
        agents.revoke(connection, "mer_1", "agt_1", 1)

    assert by_post(world).status_code == 401


def changed(world: World, who: Who) -> dict[str, bool]:
    nodes = world.ask(who, CHANGES).json["data"]["changes"]["nodes"]  # type: ignore[index]
    return {it["productId"]: it["deleted"] for it in nodes}


def test_what_was_seen_and_is_hidden_leaves_a_tombstone(world: World) -> None:
    world.regrant([FULL])
    by_post(world)
    world.regrant([without(1)])

    assert changed(world, PARTNER)[FIRST]


def test_what_was_never_seen_leaves_no_tombstone(world: World) -> None:
    world.regrant([without(1)])
    by_post(world)
    drop(world.database, [1, 2])

    found = changed(world, PARTNER)
    assert (FIRST in found, found[PRODUCTS[2].id]) == (False, True)


@pytest.mark.parametrize("order", [(PARTNER, OTHER), (OTHER, PARTNER)])
def test_a_tombstone_is_told_to_whom_it_concerns_only(world: World, order: tuple[Who, Who]) -> None:
    """Two agents with the same rights have the same sight, but not the same past."""
    world.regrant([FULL])
    by_post(world)
    world.regrant([without(1), structs.replace(without(1), agent_id="agt_2")])

    told = {who.agent_id: FIRST in changed(world, who) for who in order}

    assert told == {"agt_1": True, "agt_2": False}


def test_a_tombstone_comes_though_the_same_was_asked_before(world: World) -> None:
    """Hidden, then shown, then hidden again, and no change of the catalogue between."""
    world.regrant([without(1)])
    assert FIRST not in changed(world, PARTNER)
    world.regrant([FULL])
    by_post(world)
    world.regrant([without(1)])

    assert changed(world, PARTNER)[FIRST]


def test_a_shop_of_which_nothing_can_be_shown_is_not_named(world: World) -> None:
    world.regrant([structs.replace(FULL, include=ProductSet(connections=("con_1",)))])

    found = world.ask(PARTNER, "{merchant {shops {id}}}").json

    assert found["data"]["merchant"]["shops"] == [{"id": connection_of(1)}]  # type: ignore[index]


def test_a_stranger_learns_nothing_of_what_keys_there_are(world: World) -> None:
    world.regrant([FULL])
    wrong = world.post({**SHORT, "Authorization": "Bearer rga_wrong"}, {"query": WHOLE})
    none = world.post({**SHORT}, {"query": WHOLE})

    assert (wrong.status_code, wrong.data) == (none.status_code, none.data)


def hits(world: World, wanted: str) -> int:
    found = world.ask(
        PARTNER, f"{{products(filter: {{{wanted}}}) {{totalCount nodes {{id}}}}}}"
    ).json
    assert found
    page = found["data"]["products"]
    assert page["totalCount"] == len(page["nodes"])
    return int(page["totalCount"])


NO_TEXTS = structs.replace(FULL, fields=frozenset(Group) - {Group.DESCRIPTION, Group.ATTRIBUTES})
ONE_TEXT = structs.replace(FULL, include=ProductSet(products=(FIRST,)))


@pytest.mark.parametrize("cell", ["description", "summary", "attribute", "inner0"])
def test_a_text_that_is_withheld_is_not_found_either(world: World, cell: str) -> None:
    found = []
    for some in ([FULL], [NO_TEXTS], [NO_TEXTS, ONE_TEXT]):
        world.regrant(some)
        found.append([hits(world, f'text: "{mark(number, cell)}"') for number in (2, 3)])

    assert found == [[1, 1], [0, 0], [0, 0]]


@pytest.mark.parametrize("more", ["", ', text: "ware"', ', category: "mugs"'])
def test_who_may_not_see_drafts_finds_none(world: World, more: str) -> None:
    world.regrant([FULL])

    assert hits(world, f"publishable: false{more}") == 0
