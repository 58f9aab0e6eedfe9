"""Every example operation answers something about the demo shops."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from msgspec import structs

from connector.model import document as documents
from connector.store import tables
from connector.store.database import Database
from connector.store.database.bulk import upsert_rows
from connector.store.product import writer
from connector.store.product.change import Change
from connector.store.search.choose import choose
from gateway.door.examples import Example, examples
from regie.database import upgrade
from tests.conftest import NOON
from tests.kit.catalogue import SCOPE, Reader, seed
from tests.kit.samples import place

SHOPS = Path(__file__).parents[2] / "shops"
GOLDEN = [SHOPS / "hafen-und-hof.jsonl", SHOPS / "de-groene-pan.jsonl"]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_every_example_answers_something_about_the_demo_shops(
    example: Example, demo: Reader
) -> None:
    found = demo.data(example.query, orjson.loads(example.variables or b"{}"))

    assert all(_says_something(value) for value in found.values())


def _says_something(value: Any) -> bool:
    nodes = value.get("nodes", True) if isinstance(value, dict) else value
    return bool(value) and bool(nodes)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader of the reviewed catalogues of both demo shops."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'regie.sqlite3'}")
    upgrade(database)
    key = seed(database)
    lines = [line for name in GOLDEN for line in name.read_bytes().splitlines()]
    found = [documents.facts(line) for line in lines]
    places = {
        it.location_id: structs.replace(place(), id=it.location_id)
        for product in found
        for variant in product.variants
        for it in variant.inventory
    }
    changes = [Change(it.id, it.id.encode()[-16:], it, NOON) for it in found]
    rows = [("mer_1", it.id, "con_1", msgspec.json.encode(it), 0) for it in places.values()]
    with database.write() as connection:
        upsert_rows(connection, tables.location, rows)
        writer.apply(connection, SCOPE, changes, places, NOON)
    choose(database, products=0, folder=None).follow("mer_1")
    yield Reader(database, key)
    database.close()
