"""What a backup and a restore do to the register and the ledger, on SQLite and on Postgres."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connector.store.listing import reader
from connector.store.search.choose import choose
from regie.app import create_app
from regie.cli.restoring import LEDGER
from regie.database import METADATA
from regie.upkeep import Upkeep
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.entry import ANSWERED, Note, detail_of
from storefront.disclosure.store.ledger_file import where
from tests.kit.backups import holds, let_in, numbers
from tests.kit.command import ALL, Command

BETWEEN = 0.001
"""Seconds between two answers of a thread; an answer takes about that long."""
NOTE = Note(
    "mer_1", "graphql", "agt_1", 3, None, "search", None, None, ANSWERED, None, 200, None, 1,
    detail_of(["Product.id"], ["prd_1"], []),
)  # fmt: skip


@pytest.fixture
def key(regie: Command) -> str:
    return let_in(regie)


def test_a_restore_keeps_answers_that_came_after_the_backup(
    regie: Command, key: str, tmp_path: Path
) -> None:
    regie.ok("backup", str(tmp_path / "b"))
    receipt = regie.ask(ALL, key).headers["Regie-Receipt"]

    said = regie.ok("restore", "--yes", str(tmp_path / "b"))

    assert "the ledger stands as it was" in said
    assert holds(regie, receipt)
    assert regie("ledger", "verify").code == 0


def test_a_restore_with_the_ledger_puts_it_back(regie: Command, key: str, tmp_path: Path) -> None:
    early = regie.ask(ALL, key).headers["Regie-Receipt"]
    regie.ok("backup", str(tmp_path / "b"))
    late = regie.ask(ALL, key).headers["Regie-Receipt"]

    said = regie.ok("restore", "--yes", "--with-ledger", str(tmp_path / "b"))

    assert "the ledger came from the backup" in said
    assert (holds(regie, early), holds(regie, late)) == (True, False)
    assert regie("ledger", "verify").code == 0


def test_agents_and_grants_come_back(regie: Command, key: str, tmp_path: Path) -> None:
    regie.ok("backup", str(tmp_path / "b"))
    regie.ok("agent", "revoke", "Finder")
    assert regie.ask(ALL, key).status_code == 401

    regie.ok("restore", "--yes", str(tmp_path / "b"))

    assert regie.ask(ALL, key).status_code == 200


def test_a_running_server_forgets_what_it_knew_before_a_restore(
    regie: Command, key: str, tmp_path: Path
) -> None:
    regie.ok("agent", "revoke", "Finder")
    regie.ok("backup", str(tmp_path / "b"))
    fresh = regie.ok("agent", "add", "Other", "--contact", "x")
    regie.ok("grant", "add", "--agent", "Other", "--preset", "full", "--all-products")
    with regie.house() as house:
        client = create_app(house).test_client()

        def status(text: str) -> int:
            sent = {"Authorization": f"Bearer {text}"}
            return client.post("/graphql", json={"query": ALL}, headers=sent).status_code

        before = status(fresh)
        regie.ok("restore", "--yes", str(tmp_path / "b"))
        regie.ok("agent", "add", "Third", "--contact", "x")
        regie.ok("agent", "add", "Fourth", "--contact", "x")

        assert (before, status(fresh), status(key)) == (200, 401, 401)


def test_both_numbers_are_higher_than_anyone_can_remember(
    regie: Command, key: str, tmp_path: Path
) -> None:
    assert key
    regie.ok("backup", str(tmp_path / "b"))
    for name in "abcd":
        regie.ok("agent", "add", name, "--contact", "x")
    before = numbers(regie)

    regie.ok("restore", "--yes", str(tmp_path / "b"))
    after = numbers(regie)
    regie.ok("restore", "--yes", str(tmp_path / "b"))

    assert before < after < numbers(regie)
    assert before[1] < after[1]


def test_whoever_follows_the_changes_gets_all_that_was_restored(
    regie: Command, tmp_path: Path
) -> None:
    regie.ok("backup", str(tmp_path / "b"))
    with regie.house() as house, house.database.read() as connection:
        since = reader.sequence(connection, "mer_1")

    regie.ok("restore", "--yes", str(tmp_path / "b"))

    with regie.house() as house, house.database.read() as connection:
        changed = reader.changes(connection, "mer_1", since, 100)
        assert len(changed) == 4
        assert max(it.seq for it in changed) <= reader.sequence(connection, "mer_1")


def test_the_search_follows_what_was_restored(regie: Command, tmp_path: Path) -> None:
    with regie.house() as house:
        Upkeep(house).catch_up()
    regie.ok("backup", str(tmp_path / "b"))

    regie.ok("restore", "--yes", str(tmp_path / "b"))

    with regie.house() as house:
        index = choose(house.database, products=1, folder=tmp_path / "search")
        behind = index.position("mer_1")
        Upkeep(house).catch_up()
        assert behind == 0
        with house.database.read() as connection:
            newest = max(it.seq for it in reader.changes(connection, "mer_1", 0, 100))
        assert index.position("mer_1") == newest


@contextmanager
def writing(regie: Command) -> Iterator[None]:
    """Put answers on record, one after the other, while the block runs."""
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        with regie.house() as house:
            book = Book(where(house.ledger, house.seal), lambda: 1)
            while not stop.is_set():
                book.append(NOTE)
                wrote.set()
                stop.wait(BETWEEN)

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        assert wrote.wait(20)
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_backup_while_answers_are_recorded_verifies(regie: Command, tmp_path: Path) -> None:
    with writing(regie):
        regie.ok("backup", str(tmp_path / "b"))
    whole = regie("ledger", "verify", "--json").json["entries"]

    regie.ok("restore", "--yes", "--with-ledger", str(tmp_path / "b"))

    told = regie("ledger", "verify", "--json").json
    assert told["findings"] == []
    assert 1 < told["entries"] < whole


def test_every_table_of_the_ledger_is_known_to_a_restore() -> None:
    names = {table.name for each in METADATA for table in each.sorted_tables}

    assert names >= LEDGER
    assert {it for it in names if it.startswith(("ledger", "exposure"))} == LEDGER
