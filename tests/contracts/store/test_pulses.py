"""A pulse is never older than what was committed before it was asked for, whoever committed it."""

import random
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connector.store import merchants
from connector.store.database import Database
from connector.store.database.wal_index import WalIndex, _header
from connector.store.merchants import Merchant
from storefront.disclosure.store import pulse
from storefront.disclosure.store.pulse import Pulses
from tests.kit.forked import forked
from tests.kit.molds import Mold
from tests.kit.pulses import commit_on, set_revision

Open = Callable[[str], Database]
STEPS, ROUNDS = 60, 8
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def told(shop: Database) -> Database:
    with shop.write() as connection:
        pulse.bump(connection, "mer_1")
    return shop


def direct(database: Database) -> pulse.Pulse:
    with database.read() as connection:
        return pulse.read(connection, "mer_1")


def undone(database: Database) -> None:
    with database.driver() as connection:
        connection.execute("BEGIN")
        connection.execute("UPDATE disclosure SET revision = 1000000")


def moved_to_the_file(database: Database) -> None:
    if database.is_sqlite:
        with database.driver() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.parametrize("seed", range(8))
def test_a_pulse_is_what_a_query_finds(told: Database, open_at: Open, seed: int) -> None:
    """Commits here and through another door, undone writes, checkpoints, all connections closed."""
    dice, pulses = random.Random(seed), Pulses(told)
    other = open_at(told.url.render_as_string(hide_password=False))
    steps: list[Callable[[], object]] = [
        lambda: set_revision(told, dice.randrange(10**6)),
        lambda: set_revision(other, dice.randrange(10**6)),
        lambda: undone(told),
        lambda: undone(other),
        lambda: moved_to_the_file(told),
        lambda: moved_to_the_file(other),
        told.close,
        other.close,
        lambda: (told.close(), other.close()),
        lambda: (told.close(), set_revision(other, dice.randrange(10**6)), other.close()),
        lambda: None,
    ]
    for _ in range(STEPS):
        dice.choice(steps)()
        assert pulses.read("mer_1") == direct(other)


def test_each_merchant_has_a_pulse_of_its_own(told: Database) -> None:
    with told.write() as connection:
        merchants.add(connection, Merchant("mer_2", "Kade", {}), 0)
    pulses = Pulses(told)
    for _ in range(3):
        assert pulses.read("mer_1").revision == 1
        assert pulses.read("mer_2").revision == 0
        assert pulses.read("mer_3") == pulse.Pulse(0, 0)


@SQLITE
def test_what_was_read_is_asked_for_again_only_after_a_commit(
    told: Database, open_at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    pulses = Pulses(told)
    query = pulses._queried
    monkeypatch.setattr(pulses, "_queried", lambda it: (asked.append(it), query(it))[1])

    for _ in range(5):
        pulses.read("mer_1")
    assert len(asked) == 1
    other = open_at(told.url.render_as_string())
    undone(other)
    pulses.read("mer_1")
    assert len(asked) == 1
    set_revision(other, 7)
    assert [pulses.read("mer_1").revision for _ in range(3)] == [7, 7, 7]
    assert len(asked) == 2


@SQLITE
def test_a_state_from_before_the_file_was_let_go_of_never_comes_back(told: Database) -> None:
    """The file that is made anew may have the same header, descriptor and inode."""
    seen: set[bytes | None] = set()
    for _ in range(20):
        told.close()  # the last one out removes the file
        state = told.state()
        assert state == told.state() is not None
        assert state not in seen
        seen.add(state)


@SQLITE
def test_what_is_committed_while_everything_here_is_closed_is_seen(
    told: Database, open_at: Open
) -> None:
    told.close()
    for number in range(2, 12):
        pulses = Pulses(told)
        assert [pulses.read("mer_1").revision for _ in range(3)] == [number - 1] * 3
        told.close()
        other = open_at(told.url.render_as_string())
        set_revision(other, number)
        other.close()
        assert [pulses.read("mer_1").revision for _ in range(3)] == [number] * 3


@pytest.fixture
def disk() -> Iterator[Path]:
    """Yield a folder on the disk: in memory inodes are not used again."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_the_file_of_another_database_is_never_taken_for_ours(disk: Path, open_at: Open) -> None:
    mine, other = (open_at(f"sqlite:///{disk / name}.sqlite3") for name in ("mine", "other"))
    for database in (mine, other):
        with database.write() as connection:
            merchants.add(connection, Merchant("mer_1", "Hafen", {}), 0)
            pulse.bump(connection, "mer_1")
        database.close()
    pulses, strangers = Pulses(mine), Pulses(other)
    for number in range(2, 12):
        pulses.read("mer_1")
        mine.close()
        other.close()
        strangers.read("mer_1")  # what was ours to the system may be its now
        outsider = open_at(mine.url.render_as_string())
        set_revision(outsider, number)
        assert [pulses.read("mer_1").revision for _ in range(3)] == [number] * 3
        outsider.close()


@SQLITE
def test_a_link_that_was_turned_leads_to_the_other_database(
    told: Database, tmp_path: Path, open_at: Open
) -> None:
    assert told.path is not None
    second, link = tmp_path / "second.sqlite3", tmp_path / "link.sqlite3"
    told.close()
    shutil.copyfile(told.path, second)
    link.symlink_to(told.path)
    linked = open_at(f"sqlite:///{link}")
    pulses = Pulses(linked)
    assert pulses.read("mer_1").revision == 1

    link.unlink()
    link.symlink_to(second)
    linked.close()
    for number in (5, 6):
        set_revision(open_at(f"sqlite:///{second}"), number)
        assert [pulses.read("mer_1").revision for _ in range(3)] == [number] * 3


@SQLITE
@pytest.mark.parametrize(
    "name", ["a b", "p%20q", "w\u00f6rter?", "a.sqlite3-shm", "x (deleted)", "#1"]
)
def test_a_database_of_any_name_has_a_state(told: Database, tmp_path: Path, name: str) -> None:
    told.close()
    assert told.path is not None
    path = tmp_path / name
    shutil.copyfile(told.path, path)
    index = WalIndex(path)
    before = index.state()
    assert before == index.state() is not None
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE disclosure SET revision = 7")
        connection.commit()
    assert index.state() not in {before, None}
    index.close()


@SQLITE
def test_no_state_is_told_where_it_cannot_be_known(told: Database, tmp_path: Path) -> None:
    assert told.path is not None
    assert WalIndex(told.path, tmp_path / "nothing").state() is None
    assert WalIndex(told.path, tmp_path).state() is None
    nobody = tmp_path / "nobody.sqlite3"
    assert WalIndex(nobody).state() is None
    assert not nobody.exists()


def test_a_header_in_the_making_tells_nothing(told: Database, tmp_path: Path) -> None:
    if not told.is_sqlite:
        assert told.state() is None
        return
    state = told.state()
    assert state is not None
    whole = 2 * state[8:]
    made = tmp_path / "header"
    with made.open("w+b", buffering=0) as file:
        for bad in (b"", whole[:95], bytes(96), whole[:20] + b"\xff" + whole[21:96]):
            file.seek(0)
            file.truncate()
            file.write(bad)
            assert _header(file.fileno()) is None
        file.seek(0)
        file.write(whole)
        assert _header(file.fileno()) == state[8:]


class Reader(threading.Thread):
    """Reads pulses as fast as it can, and notes one that is older than what was told before."""

    def __init__(self, pulses: Pulses, out: Path) -> None:
        super().__init__()
        self._pulses = pulses
        self._out = out
        self.going = True
        self.late: list[tuple[int, int]] = []
        self.read = 0

    def run(self) -> None:
        while self.going:
            before = last(self._out)
            found = self._pulses.read("mer_1").revision
            self.read += 1
            if found < before:
                self.late.append((before, found))


def last(out: Path) -> int:
    """Return the last number that the writer printed whole."""
    lines = out.read_bytes().splitlines(keepends=True) if out.exists() else []
    whole = [it for it in lines[-2:] if it.endswith(b"\n")]
    return int(whole[-1]) if whole else 0


@pytest.mark.slow
def test_no_pulse_is_late_while_writers_are_killed(
    tmp_path: Path, mold: Mold, open_at: Open
) -> None:
    path = tmp_path / "regie.sqlite3"
    mold.pour(path)
    database = open_at(f"sqlite:///{path}")
    with database.write() as connection:
        merchants.add(connection, Merchant("mer_1", "Hafen", {}), 0)
        pulse.bump(connection, "mer_1")
    pulses, dice, start = Pulses(database), random.Random(5), 10
    for number in range(ROUNDS):
        out = tmp_path / f"told {number}"
        start = killed_soon(path, start, out, pulses, dice.uniform(0.05, 0.3))
        assert pulses.read("mer_1") == direct(database)
    assert start > 10 + 5 * ROUNDS


def killed_soon(path: Path, start: int, out: Path, pulses: Pulses, seconds: float) -> int:
    """Let a writer commit for a while beside a reader, and kill it; return the next number."""
    reader, writer = Reader(pulses, out), forked(commit_on, path, start, out=out)
    reader.start()
    while not last(out):
        assert writer.is_alive()
        time.sleep(0.005)
    writer.join(seconds)
    writer.kill()
    writer.join()
    reader.going = False
    reader.join()
    assert reader.late == []
    assert reader.read > 20
    return last(out) + 2
