"""A noisy agent waits or is sent away; others get their answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, ProductSet
from storefront.disclosure.store import ledger
from storefront.disclosure.turns import Turns
from tests.kit.disclosure.door import World, copied
from tests.kit.disclosure.rules import Who

FIRST, SECOND = Who("agt_1", 3), Who("agt_2", 3, "search")
QUERY = "{products(first: 2) {nodes {title}}}"
OTHER = "{products(first: 3) {nodes {title}}}"
GRANT = Grant("grt_1", None, frozenset(Group), ProductSet(all=True), budget=Budget(3, 10**9))


@pytest.fixture
def world(made: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[World]:
    path, keys = made
    found = World(copied(path, tmp_path / "copy.sqlite3"), keys)
    found.regrant([GRANT])
    found.desk._turns = Turns(running=1, waiting=0)
    yield found
    found.database.close()


def code_of(world: World, who: Who, query: str) -> str | None:
    errors = (world.ask(who, query).json or {}).get("errors")
    return errors[0]["extensions"]["code"] if errors else None


def test_an_agent_with_too_much_in_the_making_is_told_to_wait_a_second(world: World) -> None:
    with world.desk._turns.one(("mer_1", "3/agt_1")):
        answer = world.ask(FIRST, QUERY)

        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
        assert code_of(world, SECOND, QUERY) is None
    assert code_of(world, FIRST, QUERY) is None


def test_who_is_sent_away_is_on_record_and_it_counts(world: World) -> None:
    with world.desk._turns.one(("mer_1", "3/agt_1")):
        found = [code_of(world, FIRST, QUERY) for _ in range(4)]

    assert found == ["too_many_at_once"] * 3 + ["rate_limited"]
    with world.database.read() as connection:
        entries = ledger.newest(connection, "mer_1", "agt_1")
    assert [it.code for it in entries] == found[::-1]
    assert {it.decision for it in entries} == {"refused"}


def test_a_kept_answer_needs_no_turn(world: World) -> None:
    assert code_of(world, FIRST, QUERY) is None

    with world.desk._turns.one(("mer_1", "3/agt_1")):
        assert code_of(world, FIRST, QUERY) is None
        assert code_of(world, FIRST, OTHER) == "too_many_at_once"


@pytest.mark.parametrize("query", ["{", "{nothing}", "{products(first: 1000) {totalCount}}"])
def test_what_cannot_be_answered_counts_as_well(world: World, query: str) -> None:
    world.regrant([structs.replace(GRANT, budget=Budget(2, 10**9))])

    found = [code_of(world, FIRST, query) for _ in range(3)]

    assert "rate_limited" not in found[:2]
    assert found[2] == "rate_limited"
