"""Opening the database: at the right version, or with a clear word why not."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from sqlalchemy import URL, Connection, inspect, text

from connector.store import tables as connector_tables
from connector.store.database import Database
from connector.store.errors import DatabaseNewer, DatabaseOlder
from connector.store.search import tables as search_tables
from regie.laying import SCRIPTS, lay, migrate
from regie.settings import BadSetting, Settings
from storefront.disclosure.store import tables as disclosure_tables
from storefront.disclosure.store.ledger_file import LedgerFile
from storefront.fulfillment.store import tables as floor_tables

METADATA = (
    connector_tables.metadata,
    search_tables.metadata,
    disclosure_tables.metadata,
    floor_tables.metadata,
)
"""The tables of all rooms; the migrations lay exactly these."""


def open_database(settings: Settings, *, patience: float = 30.0) -> Database:
    """Open the database; an empty one is set up, an older or newer one is refused."""
    database = connect(settings, patience=patience)
    try:
        _ensure_version(database)
    except BaseException:
        database.close()
        raise
    return database


def open_ledger(database: Database) -> Database:
    """Open where the ledger is written: beside SQLite a file of its own, on Postgres the same.

    An embedded database has one writer at a time. Were the ledger in the same file, every answer
    would wait while a sync writes.
    """
    if database.path is None:
        return database
    ledger = ledger_file(database.path)
    try:
        _ensure_version(ledger)
    except BaseException:
        ledger.close()
        raise
    return ledger


def ledger_file(path: Path) -> LedgerFile:
    """Open the ledger beside a database file, whatever its version."""
    return LedgerFile(URL.create("sqlite", database=str(ledger_path(path))))


def ledger_path(path: Path) -> Path:
    """Return the ledger's file beside a database file: regie.sqlite3 has regie-ledger.sqlite3."""
    return path.with_name(f"{path.stem}-ledger{path.suffix}")


def _ensure_version(database: Database) -> None:
    with database.read() as connection:
        if _current(connection) == head():
            return
    with database.write() as connection:
        one_at_a_time(connection)
        current = _current(connection)
        if current is None and not inspect(connection).has_table("merchant"):
            lay(connection)
        elif current != head():
            _refuse(current)


def connect(settings: Settings, *, patience: float = 30.0) -> Database:
    """Open the database whatever its version."""
    if not settings.database_url:
        _make_home(settings.home_path)
    return Database(settings.database, patience=patience)


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"REGIE_HOME {home} cannot be made: {error.strerror}.") from None


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the database to this code's version; return the revisions before and after."""
    with database.write() as connection:
        one_at_a_time(connection)
        before = _current(connection)
        if before is not None and before not in revisions():
            _refuse(before)
        if before is None and not inspect(connection).has_table("merchant"):
            lay(connection)
        else:
            migrate(connection)
    return before, head()


@cache
def revisions() -> Sequence[str]:
    """Return the revisions that this code knows, oldest first: the history is one line."""
    files = (SCRIPTS / "versions").glob("[0-9]*.py")
    return sorted(path.name.partition("_")[0] for path in files)


def head() -> str:
    """Return the newest revision that this code knows."""
    return revisions()[-1]


def revision(database: Database) -> str | None:
    """Return the database's revision, None for an empty one."""
    with database.read() as connection:
        return _current(connection)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return str(found) if found else None


def _refuse(current: str | None) -> None:
    if current in revisions() or current is None:
        raise DatabaseOlder("The database is older than this Regie.", revision=current)
    raise DatabaseNewer("The database is newer than this Regie.", revision=current)


def one_at_a_time(connection: Connection) -> None:
    """Queue processes that set something up on Postgres; on SQLite the write transaction does."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7263412)")
