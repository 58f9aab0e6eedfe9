"""A copy of everything, taken while others write, and put back in one step."""

import os
import sqlite3
import zipfile
from collections.abc import Collection, Container, Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, MetaData, text

from connector.model.errors import InvalidInput, StorageError
from connector.store import tables
from connector.store.database import Database
from connector.store.database.sqlite_files import is_sound, make_private
from connector.store.errors import DatabaseDamaged

_PAGES = 512
_REVISION = "revision"


class BadBackup(InvalidInput):
    """The file is no backup of Regie, or not one for this database."""

    code = "bad_backup"
    remedy = "Give a file that `regie backup` wrote for the same kind of database."


class BackupFailed(StorageError):
    """The copy could not be written."""

    code = "backup_failed"
    remedy = "Give a file in a folder that can be written and has room."


def back_up(
    database: Database, target: Path, metadata: Sequence[MetaData] = (tables.metadata,)
) -> int:
    """Write a consistent copy to `target` (atomically) and return its size in bytes.

    An embedded database is copied whole; of Postgres the tables of `metadata`. The copy is for
    its owner's eyes only.
    """
    _refuse_own_file(database, target)
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        make_private(part)
        if database.path:
            _copy_sqlite(database.path, part)
        else:
            _dump_postgres(database, part, _names(metadata))
        os.replace(part, target)  # noqa: PTH105 - one word for the one atomic step
    except (OSError, sqlite3.OperationalError) as error:
        raise BackupFailed(f"The backup cannot be written: {error}.", path=str(target)) from None
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(
    database: Database,
    source: Path,
    known: Container[str],
    metadata: Sequence[MetaData] = (tables.metadata,),
    keep: Container[str] = frozenset(),
) -> None:
    """Replace the database's content by the backup's; after a crash the old content stands.

    `known` are the revisions that this code understands: a newer backup is refused unread. On
    Postgres the tables that `keep` names stay as they are.
    """
    if database.path:
        _refuse_own_file(database, source)
        check(source, known)
        database.close()
        _put_back(source, database.path)
    else:
        _load_postgres(database, source, [it for it in _names(metadata) if it not in keep])


def _names(metadata: Sequence[MetaData]) -> list[str]:
    return [table.name for each in metadata for table in each.sorted_tables]


def _put_back(source: Path, target: Path) -> None:
    """Copy the backup over the database, or put it in the place of what is none any more."""
    try:
        _copy_sqlite(source, target)
    except sqlite3.OperationalError as error:
        raise BackupFailed(f"The backup cannot be put back: {error}.", path=str(target)) from None
    except (sqlite3.DatabaseError, DatabaseDamaged):
        fresh = target.with_name(target.name + ".fresh")
        fresh.unlink(missing_ok=True)
        _copy_sqlite(source, fresh)
        for tail in ("-wal", "-shm"):
            target.with_name(target.name + tail).unlink(missing_ok=True)
        fresh.replace(target)


def _refuse_own_file(database: Database, other: Path) -> None:
    """Refuse a copy over or from the open database: what others still write would be lost."""
    own = database.path
    if own and other.resolve().as_posix().removesuffix("-wal") == own.resolve().as_posix():
        raise BadBackup("This file is the database itself.", path=str(other))


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy page by page through SQLite itself: readers and writers of both sides go on."""
    make_private(target)
    with closing(sqlite3.connect(source)) as start, closing(sqlite3.connect(target)) as end:
        end.execute("PRAGMA busy_timeout=30000")
        _hold_picture(start)
        start.backup(end, pages=_PAGES, sleep=0.001)
        if end.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise DatabaseDamaged("The copy is not sound.", path=str(target))


def _hold_picture(connection: sqlite3.Connection) -> None:
    """Begin reading: else every write of somebody else would make the copy begin anew."""
    connection.isolation_level = None
    connection.execute("BEGIN")
    connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()


def check(source: Path, known: Container[str]) -> None:
    """Raise BadBackup unless the file is a sound backup of an embedded database."""
    address = f"{source.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        found = None
    if found is None or not is_sound(source):
        raise BadBackup("This file is no sound backup.", path=str(source))
    if found[0] not in known:
        raise BadBackup("A newer Regie wrote this backup.", revision=found[0])


def _dump_postgres(database: Database, target: Path, names: Collection[str]) -> None:
    with (
        database.engine.connect().execution_options(
            isolation_level="REPEATABLE READ"
        ) as connection,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        archive.writestr(_REVISION, _revision(connection))
        for name in names:
            with archive.open(name, "w", force_zip64=True) as file:
                for chunk in _copy(connection, f'COPY "{name}" TO STDOUT (FORMAT binary)'):
                    file.write(chunk)


def _load_postgres(database: Database, source: Path, names: Collection[str]) -> None:
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError):
        raise BadBackup("This file is no backup of a Postgres database.") from None
    with archive, database.write() as connection:
        if not {_REVISION, *names} <= set(archive.namelist()):
            raise BadBackup("This file is no backup of Regie.")
        if archive.read(_REVISION).decode() != _revision(connection):
            raise BadBackup("The backup has another database version.")
        quoted = ", ".join(f'"{name}"' for name in sorted(names))
        connection.execute(text(f"TRUNCATE {quoted}"))
        for name in sorted(names):
            _load_table(connection, archive, name)


def _load_table(connection: Connection, archive: zipfile.ZipFile, name: str) -> None:
    cursor = connection.connection.cursor()
    with (
        archive.open(name) as file,
        cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT binary)') as copy,
    ):
        while chunk := file.read(1 << 20):
            copy.write(chunk)


def _copy(connection: Connection, statement: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    with connection.connection.cursor().copy(statement) as copy:
        yield from copy


def _revision(connection: Connection) -> str:
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
