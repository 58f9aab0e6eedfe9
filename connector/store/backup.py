"""A copy of everything, taken while others write, and put back in one step."""

import os
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, text

from connector.model.errors import InvalidInput
from connector.store import tables
from connector.store.database import Database
from connector.store.errors import DatabaseDamaged

_PAGES = 512
_REVISION = "revision"


class BadBackup(InvalidInput):
    """The file is no backup of Regie, or not one for this database."""

    code = "bad_backup"
    remedy = "Give a file that `regie backup` wrote for the same kind of database."


def back_up(database: Database, target: Path) -> int:
    """Write a consistent copy to `target` (atomically) and return its size in bytes."""
    part = target.with_name(target.name + ".part")
    try:
        if database.path:
            _copy_sqlite(database.path, part)
        else:
            _dump_postgres(database, part)
        os.replace(part, target)  # noqa: PTH105 - one word for the one atomic step
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(database: Database, source: Path) -> None:
    """Replace the database's content by the backup's; after a crash the old content stands."""
    if database.path:
        _check_sqlite(source)
        database.close()
        _copy_sqlite(source, database.path)
    else:
        _load_postgres(database, source)


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy page by page through SQLite itself: readers and writers of both sides go on."""
    with closing(sqlite3.connect(source)) as start, closing(sqlite3.connect(target)) as end:
        end.execute("PRAGMA busy_timeout=30000")
        start.backup(end, pages=_PAGES, sleep=0.001)
        if end.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise DatabaseDamaged("The copy is not sound.", path=str(target))


def _check_sqlite(source: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as connection:
            sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            known = connection.execute("SELECT count(*) FROM alembic_version").fetchone()[0] == 1
    except sqlite3.Error:
        sound = known = False
    if not (sound and known):
        raise BadBackup("This file is no sound backup.", path=str(source))


def _dump_postgres(database: Database, target: Path) -> None:
    with (
        database.engine.connect().execution_options(
            isolation_level="REPEATABLE READ"
        ) as connection,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        archive.writestr(_REVISION, _revision(connection))
        for table in tables.metadata.sorted_tables:
            with archive.open(table.name, "w", force_zip64=True) as file:
                for chunk in _copy(connection, f'COPY "{table.name}" TO STDOUT (FORMAT binary)'):
                    file.write(chunk)


def _load_postgres(database: Database, source: Path) -> None:
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError):
        raise BadBackup("This file is no backup of a Postgres database.") from None
    names = {table.name for table in tables.metadata.sorted_tables}
    with archive, database.write() as connection:
        if not names <= set(archive.namelist()):
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
