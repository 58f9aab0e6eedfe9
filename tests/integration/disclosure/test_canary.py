"""A mark in every cell that can be withheld: none leaves the house without a grant for its cell."""

import os
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from connector.store import tables
from gateway.catalogue.schema import schema
from gateway.catalogue.veiling import veil_of
from gateway.desk.operation import Operation
from storefront.disclosure.grant import Grant
from storefront.disclosure.mask import conceal, union
from tests.kit.disclosure.door import LONG, NOW, SHORT, World, copied, opened, template, unfolded
from tests.kit.disclosure.floor import marks_of
from tests.kit.disclosure.queries import EVERY, SOME, Query, some_grants, somebody
from tests.kit.disclosure.rules import Who, covers, grants_over, open_to, shown, stores_of
from tests.kit.disclosure.world import DOCUMENTS, PRODUCTS, connection_of, mark

SEEDS = range(12)
EACH = max(int(os.environ.get("REGIE_CANARY", "4000")) // len(SEEDS), 1)
ROUND = 25
_MARK = re.compile(rb"cnry[0-9a-z]+|(?<![\w.+/-])[3-9]\d{6}(?!\w)")
"""What is planted: texts, and numbers of seven digits that stand for themselves.

Seven digits in the middle of a digest are chance: once in a few thousand answers they are a mark.
"""


def marks(value: Any) -> frozenset[bytes]:
    """Return all marks in a value, wherever they stand in it."""
    return frozenset(_MARK.findall(orjson.dumps(value)))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    return template(tmp_path_factory.mktemp("canary"), PRODUCTS)


def odd(document: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a document with marks of the wrong type in cells that can be withheld."""
    found: dict[str, Any] = orjson.loads(orjson.dumps(document))
    found["temperatureClass"] = mark(number, "oddtemperature")
    found["availability"] = mark(number, "oddavailability")
    found["media"][0]["width"] = mark(number, "oddwidth")
    for variant in found["variants"]:
        variant["weight"]["grams"] = mark(number, "oddgrams")
        for level in variant["inventory"]:
            level["onHand"] = mark(number, "oddcount")
    return found


ODD = {number: odd(document, number) for number, document in DOCUMENTS.items()}
SECRETS = frozenset[bytes]().union(*map(marks, [*DOCUMENTS.values(), *ODD.values()]))
SECRETS |= {b"cnry0xpolicies", *marks_of(frozenset(EVERY))}


def spoil(world: World) -> None:
    """Store the odd documents, so that graphql-core has to run and to complain."""
    product = tables.product
    with world.database.write() as connection:
        for document in ODD.values():
            same = product.c.id == document["id"]
            data = orjson.dumps(document)
            connection.execute(update(product).where(same).values(document=data))


@pytest.fixture(params=["compiled", "without caches", "graphql-core", "spoiled"])
def world(
    request: pytest.FixtureRequest,
    source: tuple[Path, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    bounds = {"response_bytes": 0, "fragment_bytes": 0} if request.param == "without caches" else {}
    found = World(copied(source[0], tmp_path / "world.sqlite3"), source[1], **bounds)
    if request.param == "graphql-core":
        monkeypatch.setattr(Operation, "plan", lambda *_: None)
    if request.param == "spoiled":
        spoil(found)
    yield found
    found.database.close()


class Lines(list[str]):
    """The log as it is written down in service, without the locals of tracebacks."""

    def __call__(self, _logger: object, _name: str, event: Mapping[str, Any]) -> Any:
        self.append(repr(event))
        raise structlog.DropEvent


@pytest.fixture
def lines() -> Iterator[Lines]:
    found = Lines()
    before = structlog.get_config()
    structlog.configure(processors=[structlog.processors.format_exc_info, found])
    yield found
    structlog.configure(**before)


def allowed(who: Who, some: list[Grant], documents: Mapping[int, Any]) -> frozenset[bytes]:
    """Return the marks of all cells that the caller's grants open, by the rules told again."""
    live = open_to(who, some, NOW, "")
    told: set[bytes] = set()
    for number, document in documents.items():
        over = [it for it in live if covers(it, document, connection_of(number))]
        told |= marks(shown(document, over))
    if any("policies" in {field.value for field in it.fields} for it in live):
        told.add(b"cnry0xpolicies")
    return frozenset(told) | marks_of(frozenset(stores_of(live, EVERY) or ()))


def send(world: World, who: Who, text: str, dice: random.Random) -> Any:
    """Send a query in one of the ways in which queries come."""
    way = dice.choice((SHORT, SHORT, LONG))
    coding = {"Accept-Encoding": dice.choice(("zstd", "gzip", "identity", "gzip;q=0.5, zstd;q=0"))}
    headers = {**world.headers(who), **way, **coding}
    if dice.random() < 0.3:
        return world.get(headers, query=text)
    return world.post(headers, {"query": text})


def leaked(response: Any, lines: Lines, may: frozenset[bytes], text: str) -> frozenset[bytes]:
    """Return the marks that came out and were not granted; what he himself said is no news."""
    beside = repr((sorted(response.headers.items()), lines)).encode()
    said = frozenset(_MARK.findall(text.encode()))
    found = frozenset(_MARK.findall(unfolded(opened(response)) + beside))
    lines.clear()
    return (found & SECRETS) - may - said


@pytest.mark.parametrize("seed", SEEDS)
def test_no_mark_of_a_withheld_cell_leaves(
    world: World, seed: int, lines: Lines, request: pytest.FixtureRequest
) -> None:
    dice = random.Random(f"{seed}")
    documents = ODD if "spoiled" in request.node.name else DOCUMENTS
    came = 0
    for _ in range(max(EACH // 4 // ROUND, 1)):
        some = some_grants(dice)
        world.regrant(some)
        may = {who: allowed(who, some, documents) for who in SOME}
        asked = [Query(dice).text() for _ in range(ROUND - 5)]
        for text in [*asked, *dice.sample(asked, 5)]:
            who = somebody(dice)
            response = send(world, who, text, dice)
            assert leaked(response, lines, may[who], text) == set(), (who, some, text)
            came += response.data.count(b"cnry")
    assert came


masks = st.lists(
    grants_over([it.id for it in PRODUCTS.values()], EVERY, NOW), min_size=1, max_size=3
).map(lambda some: union(it.mask() for it in some))


@given(masks, st.sampled_from(sorted(DOCUMENTS)))
@settings(max_examples=150, deadline=None)
def test_a_mask_and_its_veil_conceal_the_same(mask: Any, number: int) -> None:
    veiled = veil_of(mask).apply(schema().graphql_schema, "Product", DOCUMENTS[number])

    assert veiled == conceal(DOCUMENTS[number], mask)
