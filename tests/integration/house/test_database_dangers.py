"""What could lose writes silently: forks, strange disks, full disks, versions."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from connector.store.database import Database
from connector.store.database.faults import translated_errors
from connector.store.database.sqlite_files import filesystem, refuse_unsafe, wal_split
from connector.store.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseNewer,
    DatabaseOlder,
    DiskFull,
    ForkedConnection,
    UnsafeFilesystem,
)
from regie.database import open_database, upgrade
from regie.settings import Settings

Open = Callable[[str], Database]


@pytest.fixture
def shop(sqlite_url: str, open_at: Open) -> Database:
    return stocked(open_at(sqlite_url))


@pytest.fixture
def disk() -> Iterator[Path]:
    """Yield a folder on the disk, even where tests lie in memory: there writes take their time."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def stocked(database: Database) -> Database:
    with database.write() as connection:
        connection.execute(text("CREATE TABLE stock (n INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO stock VALUES (60)"))
    return database


def test_a_checked_out_connection_is_refused_in_the_child_of_a_fork(shop: Database) -> None:
    with shop.engine.connect() as connection:
        raw = connection.connection
        record = raw._connection_record
        assert record is not None
        record.info["pid"] = os.getpid() + 1
    with pytest.raises(ForkedConnection), shop.read():
        pass


FORKS = r"""
import gc, os, sqlite3, sys, time
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

QUERY = "UPDATE stock SET n = n - 1 WHERE n > 0 RETURNING n"

def ours(path):
    with database.write() as connection:
        return connection.execute(text(QUERY)).first() is not None

def naive(path):
    with own:
        return own.execute(QUERY).fetchone() is not None

kind, path = sys.argv[1:]
class Leak: pass
if kind == "ours":
    from connector.store.database import Database
    database = Database("sqlite:///" + path)
    with database.read() as connection:
        connection.execute(text("SELECT n FROM stock")).all()
else:
    leaked = Leak(); leaked.me = leaked
    leaked.connection = sqlite3.connect(path)
    leaked.connection.execute("SELECT n FROM stock").fetchall()
    del leaked
children = []

def start():
    global own
    child = os.fork()
    if child:
        children.append(child)
        return
    if kind == "naive":
        own = sqlite3.connect(path, timeout=20)
    done = 0
    for _ in range(20):
        done += bool((ours if kind == "ours" else naive)(path))
        time.sleep(0.005)
    os.write(1, b"%d," % done)
    os._exit(0)

for _ in range(3): start()
time.sleep(0.05)
gc.collect()
for _ in range(3): start()
for child in children: os.waitpid(child, 0)
"""


def granted(kind: str, path: Path) -> int:
    """Let six forked processes take sixty pieces; return how many were given away."""
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKS, kind, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return sum(map(int, filter(None, found.stdout.split(","))))


def test_six_forked_processes_give_sixty_pieces_away_sixty_times(disk: Path, open_at: Open) -> None:
    stocked(open_at(f"sqlite:///{disk / 'regie.sqlite3'}")).close()

    assert granted("ours", disk / "regie.sqlite3") == 60


def test_a_naive_connection_across_forks_gives_more_away_than_there_is(
    disk: Path, open_at: Open
) -> None:
    stocked(open_at(f"sqlite:///{disk / 'regie.sqlite3'}")).close()

    assert granted("naive", disk / "regie.sqlite3") > 60


def test_the_health_check_sees_a_split_wal(shop: Database, tmp_path: Path) -> None:
    path = tmp_path / "regie.sqlite3"
    with shop.read() as connection:
        connection.execute(text("SELECT 1 FROM stock"))
        before = wal_split(path)
        Path(f"{path}-wal").unlink()
        Path(f"{path}-wal").write_bytes(b"")
        after = wal_split(path)

    assert (before, after) == (False, True)


@pytest.mark.parametrize("kind", ["nfs4", "9p", "fuse.sshfs", "cifs"])
def test_a_database_on_a_network_disk_is_refused(tmp_path: Path, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / / rw - ext4 x rw\n2 1 0:2 / {tmp_path} rw - {kind} x rw\n")

    with pytest.raises(UnsafeFilesystem):
        refuse_unsafe(tmp_path / "db", mounts)


def test_the_innermost_mount_decides(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / / rw - nfs x rw\n2 1 0:2 / {tmp_path} rw - ext4 x rw\n")

    assert filesystem(tmp_path / "db", mounts) == "ext4"


def fill_up(shop: Database) -> None:
    """Write more than fits, after a change that must not survive alone."""
    with shop.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
        connection.execute(text("UPDATE stock SET n = 1"))
        for _ in range(20):
            connection.execute(text("INSERT INTO stock SELECT n FROM stock"))


def test_a_full_disk_is_told_as_such_and_nothing_is_half_written(shop: Database) -> None:
    with pytest.raises(DiskFull):
        fill_up(shop)

    shop.close()
    with shop.read() as connection:
        assert connection.execute(text("SELECT n FROM stock")).scalars().all() == [60]


def test_a_writer_that_waits_too_long_is_told_to_retry(sqlite_url: str, shop: Database) -> None:
    impatient = Database(sqlite_url, patience=0.2)
    with shop.write(), pytest.raises(DatabaseBusy), impatient.write():
        pass
    impatient.close()


def test_a_file_that_is_no_database_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "regie.sqlite3").write_bytes(b"this is a letter, not a database" * 100)

    with pytest.raises(DatabaseDamaged):
        open_database(Settings(home=str(tmp_path)))


def settings(url: str) -> Settings:
    return Settings(database_url=url)


def test_a_database_newer_than_the_code_is_refused(empty_url: str) -> None:
    open_database(settings(empty_url)).close()
    database = Database(empty_url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseNewer):
        open_database(settings(empty_url))
    with pytest.raises(DatabaseNewer):
        upgrade(database)
    database.close()


def test_an_older_database_asks_for_its_upgrade(empty_url: str) -> None:
    open_database(settings(empty_url)).close()
    database = Database(empty_url)
    with database.write() as connection:
        connection.execute(text("DELETE FROM alembic_version"))

    with pytest.raises(DatabaseOlder):
        open_database(settings(empty_url))
    database.close()


def test_the_migrations_lay_exactly_the_tables_of_the_code(database: Database) -> None:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - slow, only here
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - as above

    from connector.store.search import tables as search  # noqa: PLC0415 - as above
    from regie.database import METADATA  # noqa: PLC0415 - as above

    # FTS5 and tsvector have no words in SQLAlchemy, and FTS5 lays tables of its own.
    options = {"include_name": lambda name, *_: not (name or "").startswith(search.INVERTED)}
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []


def test_sqlite_is_opened_in_wal_mode(shop: Database, tmp_path: Path) -> None:
    shop.close()

    connection = sqlite3.connect(tmp_path / "regie.sqlite3")
    mode = connection.execute("PRAGMA journal_mode").fetchone()
    connection.close()
    assert mode == ("wal",)


def test_a_disk_too_full_to_open_the_database_is_told_as_such() -> None:
    with pytest.raises(DiskFull), translated_errors():
        raise OperationalError("PRAGMA journal_mode=WAL", {}, sqlite3.Error("disk I/O error"))
