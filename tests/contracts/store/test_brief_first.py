"""The upgrade lays the brief document before the whole one, and leaves all else as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

from connector.store import tables
from connector.store.database import Database
from regie.database import head, revision, upgrade
from regie.laying import SCRIPTS

BEFORE = "0012"
PRODUCTS = 450
"""More than are moved at a time."""
INDEXES = "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'product' AND type = 'index'"


@pytest.fixture
def old(empty_url: str) -> Iterator[Database]:
    yield from filled(empty_url)


@pytest.fixture
def old_file(tmp_path: Path) -> Iterator[Database]:
    yield from filled(f"sqlite:///{tmp_path / 'old.sqlite3'}")


def filled(url: str) -> Iterator[Database]:
    """Give a database as it was before, full of products."""
    database = Database(url)
    with database.write() as connection:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        connection.execute(tables.product.insert(), [stored(at) for at in range(PRODUCTS)])
    yield database
    database.close()


def stored(at: int) -> dict[str, object]:
    """Return a row: most are long, one in seven has no brief document, one in five no document."""
    row: dict[str, object] = dict.fromkeys(tables.product.c.keys())
    row |= {"merchant_id": f"mer_{at % 2}", "id": f"prd_{at}", "connection_id": "con_1"}
    row |= {"external_id": f"gid/{at}", "seq": at, "changed_at": at, "read_at": -at}
    row |= {"deleted": at % 5 == 0, "publishable": at % 3 == 0, "in_stock": at % 2 == 0}
    row |= {"next_change_at": at if at % 4 else None, "digest": bytes([at % 256]) * 16}
    if at % 5:
        row |= {"handle": f"mug-{at}", "title_key": "\u05e1\u05e4\u05dc", "price_min": 10**15 - at}
        row |= {"document": f"{at}".encode() * 3000, "content_hash": b""}
        row["brief"] = None if at % 7 == 0 else b"\x81" + f"{at}".encode() * 1000
    return row


def rows(connection: Connection) -> dict[str, dict[str, object]]:
    found = connection.execute(text("SELECT * FROM product")).mappings()
    return {row["id"]: dict(row) for row in found}


def columns(connection: Connection) -> dict[str, str]:
    """Return everything that is said of each column."""
    inspect_now = inspect(connection)
    keys = inspect_now.get_pk_constraint("product")["constrained_columns"]
    return {
        it["name"]: f"{it['type']} {it['nullable']} {it['default']} {it['name'] in keys and keys}"
        for it in inspect_now.get_columns("product")
    }


def indexes(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return str(sorted(map(tuple, connection.execute(text(INDEXES)))))
    return str(inspect(connection).get_indexes("product"))


def test_every_product_is_as_it_was_and_is_found_as_before(old: Database) -> None:
    with old.read() as connection:
        before = rows(connection), columns(connection), indexes(connection)

    assert upgrade(old) == (BEFORE, head())

    with old.read() as connection:
        after = rows(connection), columns(connection), indexes(connection)
        names = list(columns(connection))
    assert after == before
    assert len(after[0]) == PRODUCTS
    assert not old.is_sqlite or names == tables.product.c.keys()


def test_an_upgrade_that_fails_at_its_end_has_changed_nothing(old_file: Database) -> None:
    with old_file.write() as connection:
        connection.execute(text("CREATE VIEW theirs AS SELECT document FROM product"))
    with old_file.read() as connection:
        before = rows(connection), list(columns(connection)), indexes(connection)

    with pytest.raises(DatabaseError, match="theirs"):
        upgrade(old_file)

    with old_file.read() as connection:
        after = rows(connection), list(columns(connection)), indexes(connection)
        found = connection.execute(text("SELECT count(*) FROM theirs")).scalar()
    assert after == before
    assert found == PRODUCTS
    assert revision(old_file) == BEFORE
