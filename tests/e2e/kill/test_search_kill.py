"""A process that is killed while it follows leaves an index that can be gone on from."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from connector.store.database import Database
from connector.store.search.choose import choose
from connector.store.search.index import Search
from tests.kit.search_shop import follow, found, named, open_shop, put, remove

PROGRAM = """
import sys
from pathlib import Path
from connector.store.database import Database
from connector.store.search.choose import choose
url, folder, wish = sys.argv[1:]
database = Database(url)
index = choose(database, products=0, folder=Path(folder), wish=wish)
print("ready", flush=True)
while index.follow("mer_1", 5):
    pass
"""


@pytest.mark.parametrize("wish", ["database", "tantivy"])
def test_a_killed_follower_leaves_an_index_to_go_on_from(
    sqlite_url: str, open_at: Callable[[str], Database], tmp_path: Path, wish: str
) -> None:
    database = open_at(sqlite_url)
    open_shop(database)
    put(database, [named(n, f"Copper pan {n}") for n in range(1, 300)])
    folder = tmp_path / "search"
    chance = random.Random(3)

    for cut in range(6):
        kill_in_the_middle(sqlite_url, folder, wish, chance.uniform(0.0, 0.15))
        put(database, [named(n, f"Tin mug {cut}") for n in range(cut * 10 + 1, cut * 10 + 8)])
        remove(database, cut * 10 + 9)
    index = choose(database, products=0, folder=folder, wish=wish)
    follow(index)

    fresh = fresh_copy(database, tmp_path, open_at)
    for text in ("copper", "tin", "mug 3", "pan 77", "copper pan 123"):
        assert found(index, database, text) == found(fresh, database, text)


def kill_in_the_middle(url: str, folder: Path, wish: str, after: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, url, str(folder), wish], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(after)
    process.kill()
    process.wait()
    process.stdout.close()


def fresh_copy(database: Database, tmp_path: Path, open_at: Callable[[str], Database]) -> Search:
    """Return an index of the same catalogue that was made in one go, read from a copy."""
    from connector.store.backup import back_up  # noqa: PLC0415 - only here

    copy = tmp_path / "copy.sqlite3"
    back_up(database, copy)
    other = open_at(f"sqlite:///{copy}")
    index = choose(other, products=0, folder=None)
    index.rebuild("mer_1")
    return Copied(index, other)


class Copied(Search):
    """An index that reads from its own copy, whatever connection it is given."""

    def __init__(self, index: Search, database: Database) -> None:
        super().__init__(index.inverted, database)

    def find(self, _connection, *given):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN201
        with self._own.read() as connection:
            return super().find(connection, *given)
