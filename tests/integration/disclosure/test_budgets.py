"""What a budget binds: every request and every point, whatever is asked for, and by whom."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from werkzeug.test import TestResponse

from storefront.disclosure.agent import Purpose, Tier
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, ProductSet
from storefront.disclosure.ledger.book import LedgerUnavailable
from storefront.disclosure.ledger.entry import Entry, Note
from tests.kit.disclosure.door import LONG, SHORT, World, copied, hash_of

FULL = Grant(
    "grt_1",
    "agt_1",
    frozenset(Group),
    ProductSet(all=True),
    purposes=frozenset(Purpose),
    budget=Budget(2, 10**6),
)
WRONG_HASH = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "a" * 64}}}
NOTHING: dict[str, Any] = {"query": "{__typename}"}


@pytest.fixture
def world(made: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[World]:
    path, keys = made
    found = World(copied(path, tmp_path / "copy.sqlite3"), keys)
    yield found
    found.database.close()


def ask(world: World, body: object, **more: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in more.items()}
    return world.post({"Authorization": f"Bearer {world.keys['agt_1']}", **named}, body)


def costing(world: World, points: int) -> TestResponse:
    """Ask a query of so many points."""
    return ask(world, {"query": f"{{products(first: {points}) {{totalCount}}}}"})


def code(answer: TestResponse) -> str | None:
    errors = (answer.json or {}).get("errors")
    return errors[0]["extensions"]["code"] if errors else None


def left(answer: TestResponse) -> dict[str, tuple[int, int]]:
    """Return what an answer tells of the budget: what is left, and seconds until it is full."""
    found = re.findall(r'"(\w+)";r=(\d+);t=(\d+)', answer.headers["RateLimit"])
    return {name: (int(rest), int(reset)) for name, rest, reset in found}


def test_grants_for_several_purposes_share_one_budget(world: World) -> None:
    world.regrant(
        [
            structs.replace(FULL, purposes=frozenset({purpose}), budget=Budget(most, 10**6))
            for purpose, most in zip(Purpose, (5, 6, 7), strict=False)
        ]
    )

    found = [
        ask(world, NOTHING, Regie_Purpose=purpose).status_code
        for purpose in ("search", "compare", "checkout")
        for _ in range(9)
    ]

    assert found.count(200) == 7
    assert found[:5] == [200] * 5


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        WRONG_HASH,
        {**NOTHING, **WRONG_HASH},
        {"query": "{"},
        {"query": "{merchant {name}}"},
    ],
)
def test_what_cannot_be_answered_takes_a_request_off(world: World, body: object) -> None:
    listed = structs.replace(FULL, operations=frozenset({hash_of("{__typename}")}))
    world.regrant([listed if body == {"query": "{merchant {name}}"} else FULL])

    found = [ask(world, body, **LONG) for _ in range(4)]

    assert {code(it) for it in found[:2]}.isdisjoint({"rate_limited", None})
    assert [code(it) for it in found[2:]] == ["rate_limited"] * 2
    assert [it.status_code for it in found[2:]] == [429] * 2
    assert all(1 <= int(it.headers["Retry-After"]) <= 60 for it in found[2:])


@pytest.mark.parametrize("accept", [SHORT, LONG])
def test_every_counted_answer_tells_what_is_left(world: World, accept: dict[str, str]) -> None:
    world.regrant([structs.replace(FULL, budget=Budget(4, 10**6))])
    bodies = (NOTHING, b"not json", WRONG_HASH, {"query": "{"}, NOTHING)

    found = [ask(world, body, **accept) for body in bodies]

    assert [left(it)["requests"][0] for it in found] == [3, 2, 1, 0, 0]
    assert found[4].status_code == 429
    assert {it.headers["RateLimit-Policy"] for it in found} == {
        '"requests";q=4;w=60, "cost";q=1000000;w=60'
    }


class Broken:
    """A ledger that cannot be written."""

    def append(self, note: Note) -> Entry:
        raise LedgerUnavailable(f"{note.surface} cannot be put on record.")


@pytest.mark.parametrize("accept", [SHORT, LONG])
@pytest.mark.parametrize("body", [NOTHING, b"not json"])
def test_what_fails_after_it_was_counted_tells_what_is_left(
    world: World, accept: dict[str, str], body: object
) -> None:
    world.regrant([FULL])
    book: Any = Broken()
    world.desk._services = structs.replace(world.desk._services, book=book)

    found = ask(world, body, **accept)

    assert (found.status_code, code(found)) == (503, "ledger_unavailable")
    assert left(found)["requests"][0] == 1


def test_who_only_says_an_agents_name_does_not_use_up_its_budget(world: World) -> None:
    claimed = structs.replace(FULL, fields=frozenset({Group.IDENTITY}), tier=Tier.CLAIMED)
    world.regrant([FULL, claimed])

    found = [
        world.post({"User-Agent": "Mozilla FinderBot/1.0"}, NOTHING).status_code for _ in range(3)
    ]

    assert found == [200, 200, 429]
    assert ask(world, NOTHING).status_code == 200


def test_a_refused_query_costs_nothing(world: World) -> None:
    world.regrant([structs.replace(FULL, budget=Budget(100, 30))])

    found = [costing(world, points) for points in (18, 20, 12, 1)]

    assert [code(it) for it in found] == [None, "rate_limited", None, "rate_limited"]
    assert left(found[1])["cost"][0] == 12
    assert left(found[2])["cost"][0] == 0


def test_a_query_dearer_than_the_whole_budget_is_not_told_to_wait(world: World) -> None:
    world.regrant([structs.replace(FULL, budget=Budget(100, 30))])

    found = costing(world, 31)

    assert code(found) == "query_over_budget"
    told = found.json["errors"][0]["extensions"]  # type: ignore[index]
    assert (told["cost"], told["limit"]) == (31, 30)
    assert "Retry-After" not in found.headers
    assert left(found)["requests"][0] == 99
    assert code(costing(world, 30)) is None


def test_requests_and_cost_are_set_back_each_at_its_own_time(world: World) -> None:
    world.regrant([structs.replace(FULL, budget=Budget(100, 30))])
    clock = [1000.0]
    world.desk._services.meter._own._now = lambda: clock[0]
    ask(world, {"query": "{"})
    clock[0] += 50

    found = left(costing(world, 20))
    refused = costing(world, 20)

    assert (found["requests"], found["cost"]) == ((98, 10), (10, 60))
    assert refused.headers["Retry-After"] == "60"
    clock[0] += 60
    assert code(costing(world, 20)) is None


def test_who_comes_when_he_was_told_to_is_answered(world: World) -> None:
    world.regrant([FULL])
    clock = [1000.0]
    world.desk._services.meter._own._now = lambda: clock[0]
    for pause in (0, 20.6):
        clock[0] += pause
        ask(world, NOTHING)

    clock[0] += int(ask(world, NOTHING).headers["Retry-After"])

    assert ask(world, NOTHING).status_code == 200
