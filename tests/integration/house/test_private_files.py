"""Files of the embedded database are for their owner alone, whatever the umask says."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.store.database import Database
from connector.store.database.sqlite_files import (
    holds_rows,
    is_sound,
    make_private,
    readable_by_all,
)


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_a_new_database_with_its_wal_is_for_its_owner_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a b%c?.sqlite3'}".replace("?", "%3F"))
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        rights = {it.stat().st_mode & 0o777 for it in tmp_path.iterdir()}
        count = len(list(tmp_path.iterdir()))
    database.close()

    assert (rights, count) == ({0o600}, 3)


def test_a_file_that_stands_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "old"
    file.write_text("content")
    file.chmod(0o644)

    make_private(file)

    assert (file.read_text(), file.stat().st_mode & 0o777) == ("content", 0o644)
    assert readable_by_all(file)


def test_a_file_that_cannot_be_made_is_left_to_sqlite_to_tell(tmp_path: Path) -> None:
    make_private(tmp_path / "nowhere" / "file")

    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("content", [b"", b"rubbish" * 1000])
def test_what_is_no_database_holds_nothing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)

    assert not holds_rows(file, "t")
    assert is_sound(file) is (content == b"")


def test_what_is_missing_is_not_sound(tmp_path: Path) -> None:
    assert not is_sound(tmp_path / "missing")
    assert not (tmp_path / "missing").exists()
