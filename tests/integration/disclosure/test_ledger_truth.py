"""The ledger says of every request what came of it: no more, no less, and once."""

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest

from storefront.disclosure.agent import Purpose
from storefront.disclosure.grant import Grant
from storefront.disclosure.ledger.entry import ANONYMOUS, Entry, Shown
from storefront.disclosure.ledger.receipt import read_receipt
from storefront.disclosure.ledger.verify import verify
from storefront.disclosure.store import heads, ledger
from tests.kit.disclosure.door import (
    LONG,
    NOW,
    SEAL,
    SHORT,
    World,
    copied,
    hash_of,
    opened,
    template,
    unfolded,
)
from tests.kit.disclosure.queries import EVERY, Query, some_grants, somebody
from tests.kit.disclosure.rules import Who, open_to, stores_of
from tests.kit.disclosure.said import Said
from tests.kit.disclosure.world import DOCUMENTS, PRODUCTS

SEEDS = range(6)
EACH = max(int(os.environ.get("REGIE_LEDGER", "1500")) // len(SEEDS), 1)
ROUND = 25


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    return template(tmp_path_factory.mktemp("truth"), PRODUCTS)


@pytest.fixture
def world(source: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[World]:
    found = World(copied(source[0], tmp_path / "world.sqlite3"), source[1])
    yield found
    found.database.close()


class Sent(msgspec.Struct, frozen=True):
    """One request and what came back."""

    text: str
    response: Any


def send(world: World, dice: random.Random, kept: list[Sent]) -> Sent:
    """Send a request: a new one, an odd one, or one that was sent before."""
    who, text = somebody(dice), Query(dice).text()
    coding = {"Accept-Encoding": dice.choice(("zstd", "gzip", "identity"))}
    headers = {**world.headers(who), **dice.choice((SHORT, SHORT, LONG)), **coding}
    draw = dice.random()
    if kept and draw < 0.35:
        before = dice.choice(kept)
        tag = {"If-None-Match": before.response.headers.get("ETag", '"x"')}
        if dice.random() < 0.5:
            return Sent(before.text, world.get({**headers, **tag}, query=before.text))
        text = before.text
    if draw > 0.93:
        odd = dice.choice((b"[", b"{}", b'{"query": "{"}', b'{"query": "{nothing}"}'))
        return Sent("", world.post(headers, odd))
    if draw > 0.85:
        return Sent(text, by_hash(world, headers, text, knows=dice.random() < 0.5))
    if draw > 0.8:
        wrong = dice.choice(({"Authorization": "Bearer rga_no"}, {"Regie-Purpose": "fun"}))
        return Sent(text, world.post({**headers, **wrong}, {"query": text}))
    if draw > 0.5:
        return Sent(text, world.get(headers, query=text))
    return Sent(text, world.post(headers, {"query": text}))


def by_hash(world: World, headers: dict[str, str], text: str, *, knows: bool) -> Any:
    named = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(text)}}}
    return world.post(headers, named if knows else {"query": text, **named})


def entries(world: World) -> dict[tuple[str, int], Entry]:
    with world.database.read() as connection:
        return {
            (it.writer, it.seq): it
            for writer in ledger.writers(connection, "mer_1")
            for it in ledger.entries(connection, "mer_1", writer, limit=100_000)
            if it.decision != "opened"
        }


def shown_of(world: World, entry: Entry) -> Shown:
    if entry.detail is None:
        return Shown()
    with world.database.read() as connection:
        payload = ledger.details(connection, "mer_1", [entry.detail])[entry.detail]
    return msgspec.json.decode(payload or b"", type=Shown)


def _traits(value: Any) -> set[str]:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return set().union(*map(_traits, inner))
    return {str(value)} if len(str(value)) > 3 else set()


_all = {number: _traits(document) for number, document in DOCUMENTS.items()}
TRAITS = {
    text: DOCUMENTS[number]["id"]
    for number, mine in _all.items()
    for text in mine.difference(*(it for other, it in _all.items() if other != number))
}
"""What stands in the document of one product and of no other."""


def recognised(found: Any) -> set[str]:
    """Return the products that an answer betrays, by id."""
    plain = unfolded(orjson.dumps(found)).decode(errors="replace")
    by_cursor = {it["id"] for it in DOCUMENTS.values() if it["id"] in plain}
    return by_cursor | {TRAITS[it] for it in _traits(found) & TRAITS.keys()}


def is_true(
    world: World, sent: Sent, entry: Entry, found: dict[str, Any], some: list[Grant]
) -> None:
    """Compare what the ledger says of a request with what came back under some grants."""
    response, body = sent.response, opened(sent.response)
    status = response.status_code
    lenient = status == 200 and entry.status == 400
    assert entry.status == status or lenient, (sent, entry)
    assert entry.decision == decision_of(response, body), (sent, entry)
    shown = shown_of(world, entry)
    if status == 304:
        found = orjson.loads(_bodies[response.headers["ETag"]])
    else:
        assert entry.size == len(body)
        _bodies[response.headers.get("ETag", "")] = body
    errors = found.get("errors")
    assert entry.code == (errors[0]["extensions"]["code"] if errors else None)
    said = Said(sent.text, found.get("data"), known_to(entry, some))
    # What is null for everybody who saw it was not shown; for some of them it may have been.
    null = frozenset((found.get("extensions") or {}).get("withheld", ()))
    assert said.fields - null <= frozenset(shown.fields) <= said.fields, (sent.text, found)
    products = recognised(found.get("data")) | said.basket
    assert products <= set(shown.products), (sent.text, found, shown)
    assert not said.is_all or products == set(shown.products), (sent.text, found, shown)
    assert len(shown.products) <= said.most, (sent.text, found, shown)
    assert said.places <= set(shown.stores) <= said.places | said.may_tell, (
        sent.text,
        found,
        shown,
    )


def known_to(entry: Entry, some: list[Grant]) -> frozenset[str]:
    """Return the places that the asker may know of."""
    if entry.purpose not in {it.value for it in Purpose}:
        return frozenset()
    agent = None if entry.agent == ANONYMOUS else entry.agent
    who = Who(agent, entry.tier, entry.purpose, entry.region)
    return frozenset(stores_of(open_to(who, some, NOW, ""), EVERY) or ())


_bodies: dict[str, bytes] = {}


def decision_of(response: Any, body: bytes) -> str:
    if response.status_code == 304:
        return "not_modified"
    return "answered" if b'"data":' in body else "refused"


@pytest.mark.parametrize("seed", SEEDS)
def test_every_request_has_one_entry_that_tells_the_truth(world: World, seed: int) -> None:
    dice = random.Random(f"truth{seed}")
    everything: list[Sent] = []
    granted = [some_grants(dice) for _ in range(max(EACH // ROUND, 1))]
    for some in granted:
        world.regrant(some)
        kept: list[Sent] = []
        for _ in range(ROUND):
            kept.append(send(world, dice, [it for it in kept if it.text]))
        everything += kept
    told = entries(world)
    receipts = [read_receipt(it.response.headers["Regie-Receipt"]) for it in everything]

    assert len(told) == len(everything)
    for at, sent in enumerate(everything):
        receipt = read_receipt(sent.response.headers["Regie-Receipt"])
        entry = told[receipt.writer, receipt.seq]
        assert entry.hash.hex() == receipt.hash
        body = opened(sent.response)
        is_true(world, sent, entry, orjson.loads(body) if body else {}, granted[at // ROUND])
    assert len({(it.writer, it.seq) for it in receipts}) == len(receipts)
    assert {it.decision for it in told.values()} == {"answered", "not_modified", "refused"}
    with world.database.read() as connection:
        assert list(verify(heads.reading(connection, "mer_1"), SEAL)) == []


def told_by(world: World, query: str) -> Shown:
    """Ask as an operator, and return what the ledger says of it."""
    headers = {"Authorization": f"Bearer {world.keys['operator']}", **SHORT}
    receipt = read_receipt(world.post(headers, {"query": query}).headers["Regie-Receipt"])
    return shown_of(world, entries(world)[receipt.writer, receipt.seq])


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("{products(first: 3) {totalCount}}", []),
        ("{products(first: 3) {nodes {title}}}", [1, 2, 3]),
        ("{products(first: 3) {edges {cursor}}}", [1, 2, 3]),
        ("{products(first: 3, sort: PRICE_ASC) {edges {cursor}}}", None),
        ("{products(first: 3) {pageInfo {endCursor}}}", [3]),
        ("{products(first: 3) {pageInfo {hasNextPage}}}", []),
        ('{product(handle: "mug-2") {title}}', [2]),
        ('{product(handle: "none") {title}}', []),
        ("{changes(first: 2) {hasMore}}", []),
        ("{stores {name}}", []),
    ],
)
def test_the_products_on_record_are_those_whose_content_went_out(
    world: World, asked: str, numbers: list[int] | None
) -> None:
    found = told_by(world, asked)

    if numbers is None:
        assert len(found.products) == 3
    else:
        assert found.products == tuple(sorted(PRODUCTS[it].id for it in numbers))
