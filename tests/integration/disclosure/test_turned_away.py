"""Who is turned away at the door is on record as far as he is known, and takes a receipt home."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from werkzeug.test import TestResponse

from storefront.disclosure.agent import Purpose, Tier
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant, ProductSet
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.ledger.receipt import read_receipt
from storefront.disclosure.store import agents, exposures, keys, ledger, terms
from tests.kit.disclosure.door import LONG, SHORT, World, copied, opened

FULL = Grant("grt_1", "agt_1", frozenset(Group), ProductSet(all=True), purposes=frozenset(Purpose))
QUERY: dict[str, Any] = {"query": "{products(first: 3) {nodes {title}}}"}
WAYS = pytest.mark.parametrize("way", [SHORT, LONG], ids=["before Flask", "behind it"])


@pytest.fixture
def world(made: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[World]:
    path, keys_ = made
    found = World(copied(path, tmp_path / "copy.sqlite3"), keys_)
    found.regrant([FULL])
    yield found
    found.database.close()


def key_id(world: World) -> str:
    with world.database.read() as connection:
        return keys.all_of(connection, "mer_1", "agt_1")[0].id


def entry_of(world: World, answer: TestResponse) -> Entry:
    """Return the entry that an answer's receipt names."""
    receipt = read_receipt(answer.headers["Regie-Receipt"])
    with world.database.read() as connection:
        newest = ledger.newest(connection, "mer_1", limit=50)
    (found,) = (it for it in newest if it.seq == receipt.seq)
    assert found.hash.hex() == receipt.hash
    return found


def who(entry: Entry) -> tuple[str, int, str | None, str, str | None]:
    return entry.agent, entry.tier, entry.key_id, entry.purpose, entry.region


def ask(world: World, headers: Mapping[str, str], agent: str | None = "agt_1") -> TestResponse:
    key = {"Authorization": f"Bearer {world.keys[agent]}"} if agent else {}
    return world.post({**key, **headers}, QUERY)


@WAYS
@pytest.mark.parametrize(
    ("odd", "code", "purpose", "region"),
    [
        ({"Regie-Purpose": "fun", "Regie-Region": "NL"}, "bad_purpose", "unknown", "NL"),
        ({"Regie-Purpose": "compare", "Regie-Region": "Mars"}, "bad_region", "compare", None),
    ],
)
def test_a_header_that_cannot_be_read_does_not_hide_who_sent_it(
    world: World, way: dict[str, str], odd: dict[str, str], code: str, purpose: str, region: str
) -> None:
    answer = ask(world, {**way, **odd})

    entry = entry_of(world, answer)
    assert (answer.status_code, entry.status, entry.code) == (400, 400, code)
    assert who(entry) == ("agt_1", Tier.CONTRACT, key_id(world), purpose, region)
    assert entry.size == len(opened(answer)) > 0
    assert entry.decision == "refused"


@WAYS
@pytest.mark.parametrize("how", ["ended", "revoked", "with its agent"])
def test_a_key_that_has_ended_is_on_record_with_its_agent(
    world: World, way: dict[str, str], how: str
) -> None:
    with world.database.write() as connection:
        if how == "with its agent":
            agents.revoke(connection, "mer_1", "agt_1", 1)
        else:
            (key,) = keys.all_of(connection, "mer_1", "agt_1")
            keys.end(connection, "mer_1", key.id, 2000, 1000 if how == "ended" else 2000)

    answer = ask(world, {**way, "Regie-Purpose": "training", "Regie-Region": "NL"})

    entry = entry_of(world, answer)
    assert (answer.status_code, entry.code) == (401, "key_required")
    assert who(entry) == ("agt_1", Tier.CLAIMED, key_id(world), "training", "NL")
    assert entry.size == len(opened(answer)) > 0


@WAYS
def test_a_stranger_takes_a_receipt_home_as_well(world: World, way: dict[str, str]) -> None:
    answers = ask(world, way, None), world.post({**way, "Authorization": "Bearer rga_no"}, QUERY)

    for answer in answers:
        entry = entry_of(world, answer)
        assert who(entry) == ("anonymous", Tier.ANONYMOUS, None, "search", None)
        assert entry.size == len(opened(answer)) > 0


def test_who_only_says_a_name_is_on_record_by_that_name(world: World) -> None:
    answer = ask(world, {"User-Agent": "FinderBot", "Regie-Purpose": "fun"}, None)

    assert who(entry_of(world, answer)) == ("agt_1", Tier.CLAIMED, None, "unknown", None)


def test_an_operators_slip_is_on_record_as_an_operators(world: World) -> None:
    entry = entry_of(world, ask(world, {"Regie-Purpose": "fun"}, "operator"))

    assert (entry.agent, entry.tier, entry.code) == ("operator", Tier.CONTRACT, "bad_purpose")
    assert entry.key_id


def test_the_receipt_of_a_refusal_names_the_terms(world: World) -> None:
    with world.database.write() as connection:
        newest = terms.publish(connection, "mer_1", "Be kind.", 0)

    answer = ask(world, {"Regie-Purpose": "fun"})

    assert newest.digest in answer.headers["Regie-Receipt"]
    assert entry_of(world, answer).terms == newest.version


@pytest.mark.parametrize("odd", [{}, {"Regie-Purpose": "fun"}, {"Regie-Region": "DE"}])
def test_a_head_shows_nothing_and_is_on_record_so(world: World, odd: dict[str, str]) -> None:
    world.regrant([structs.replace(FULL, regions=frozenset({"NL"}))])
    headers = {**SHORT, "Authorization": f"Bearer {world.keys['agt_1']}", "Regie-Region": "NL"}

    answer = world.client.open(
        "/graphql", method="HEAD", query_string=QUERY, headers={**headers, **odd}
    )

    entry = entry_of(world, answer)
    assert (len(answer.data), entry.size, entry.detail) == (0, 0, None)
    with world.database.write() as connection:
        exposures.follow(connection, "mer_1")
        assert exposures.of_agent(connection, "mer_1", "agt_1", "", 10) == []


def test_the_longest_name_that_is_said_tells_who_it_is(world: World) -> None:
    with world.database.write() as connection:
        (finder, *_) = agents.all_of(connection, "mer_1")
        bot = structs.replace(finder, id="agt_0", name="Bot", claims=("Bot",), created_at=-1)
        agents.add(connection, "mer_1", bot)
    world.regrant([structs.replace(FULL, tier=Tier.CLAIMED)])

    answer = ask(world, {"User-Agent": "Mozilla FinderBot/1.0"}, None)

    assert answer.status_code == 200
    assert entry_of(world, answer).agent == "agt_1"
