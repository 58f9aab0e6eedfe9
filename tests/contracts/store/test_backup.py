"""A backup taken while others write is whole, and a restore puts all of it back."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from connector.store import backup, merchants, tables
from connector.store.backup import BackupFailed, BadBackup
from connector.store.database import Database
from connector.store.listing import reader
from connector.store.merchants import Merchant
from connector.store.product import writer
from connector.store.product.change import Change, Scope
from regie.database import head, revision, revisions
from tests.conftest import NOON
from tests.kit.catalog_store import export
from tests.kit.samples import place, product

SCOPE = Scope("mer_1", "con_1")


def write_products(database: Database, numbers: range) -> None:
    for number in numbers:
        change = Change(str(number), b"x" * 16, product(number), NOON)
        with database.write() as connection:
            writer.apply(connection, SCOPE, [change], {place().id: place()}, NOON)


@pytest.fixture
def shop(database: Database) -> Database:
    with database.write() as connection:
        merchants.add(connection, Merchant("mer_1", "Hafen", {}), 0)
    write_products(database, range(1, 30))
    return database


def test_a_restore_brings_back_what_the_backup_saw(shop: Database, tmp_path: Path) -> None:
    before = export(shop)
    backup.back_up(shop, tmp_path / "backup")
    write_products(shop, range(100, 110))

    backup.restore(shop, tmp_path / "backup", revisions())

    assert export(shop) == before


def test_a_backup_while_four_writers_write_holds_whole_transactions(
    shop: Database, tmp_path: Path
) -> None:
    threads = [
        threading.Thread(target=write_products, args=(shop, range(start, start + 25)))
        for start in (100, 200, 300, 400)
    ]
    for thread in threads:
        thread.start()
    backup.back_up(shop, tmp_path / "backup")
    for thread in threads:
        thread.join()

    backup.restore(shop, tmp_path / "backup", revisions())

    with shop.read() as connection:
        products = connection.execute(select(func.count()).select_from(tables.product)).scalar_one()
        offers = connection.execute(select(func.count()).select_from(tables.offer)).scalar_one()
        assert (reader.sequence(connection, "mer_1"), offers) == (products, products)


def test_what_is_no_backup_is_refused_and_nothing_changes(shop: Database, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("no database")
    before = export(shop)

    with pytest.raises(BadBackup):
        backup.restore(shop, tmp_path / "letter", revisions())
    assert export(shop) == before


def test_a_restore_that_is_killed_leaves_the_old_content_or_the_new(
    sqlite_url: str, open_at: Callable[[str], Database], tmp_path: Path
) -> None:
    database = open_at(sqlite_url)
    with database.write() as connection:
        merchants.add(connection, Merchant("mer_1", "Hafen", {}), 0)
    write_products(database, range(1, 60))
    old = export(database)
    backup.back_up(database, tmp_path / "backup")
    write_products(database, range(100, 160))
    new = export(database)
    code = (
        "import sys; from pathlib import Path; from connector.store.database import Database;"
        "from connector.store import backup; print('go', flush=True);"
        "from regie.database import revisions;"
        "backup.restore(Database(sys.argv[1]), Path(sys.argv[2]), revisions())"
    )

    for delay in (0.0, 0.002, 0.005, 0.01):
        command = [sys.executable, "-c", code, sqlite_url, str(tmp_path / "backup")]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout
            child.stdout.readline()
            threading.Event().wait(delay)
            os.kill(child.pid, signal.SIGKILL)
        assert export(database) in (old, new)


def test_a_backup_of_a_newer_regie_is_refused_and_nothing_changes(
    shop: Database, tmp_path: Path
) -> None:
    before = export(shop)
    with shop.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup.back_up(shop, tmp_path / "backup")
    with shop.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": head()})

    with pytest.raises(BadBackup):
        backup.restore(shop, tmp_path / "backup", revisions())

    assert (revision(shop), export(shop)) == (head(), before)


def test_a_backup_never_takes_the_place_of_the_open_database(
    sqlite_url: str, open_at: Callable[[str], Database]
) -> None:
    database = open_at(sqlite_url)
    assert database.path

    with pytest.raises(BadBackup):
        backup.back_up(database, database.path)


def test_a_restore_mends_a_file_that_is_no_database_any_more(
    sqlite_url: str, open_at: Callable[[str], Database], tmp_path: Path
) -> None:
    database = open_at(sqlite_url)
    assert database.path
    backup.back_up(database, tmp_path / "backup")
    database.close()
    database.path.write_bytes(os.urandom(100_000))

    backup.restore(database, tmp_path / "backup", revisions())

    assert revision(database) == head()


def test_a_backup_may_have_any_name(
    sqlite_url: str, open_at: Callable[[str], Database], tmp_path: Path
) -> None:
    database = open_at(sqlite_url)
    odd = tmp_path / "a?b#c%41 ü"
    backup.back_up(database, odd)

    backup.restore(database, odd, revisions())

    assert revision(database) == head()


def test_a_backup_that_cannot_be_written_is_told_in_our_words(
    shop: Database, tmp_path: Path
) -> None:
    with pytest.raises(BackupFailed):
        backup.back_up(shop, tmp_path / "nowhere" / "backup")
