"""Opening the database: at the right version, or with a clear word why not."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from connector.store.database import Database
from connector.store.errors import DatabaseNewer, DatabaseOlder
from regie.settings import Settings

_SCRIPTS = Path(__file__).parent / "migrations"


def open_database(settings: Settings, *, patience: float = 30.0) -> Database:
    """Open the database; an empty one is set up, an older or newer one is refused."""
    database = connect(settings, patience=patience)
    try:
        _ensure_version(database)
    except BaseException:
        database.close()
        raise
    return database


def _ensure_version(database: Database) -> None:
    with database.read() as connection:
        if _current(connection) == head():
            return
    with database.write() as connection:
        _one_at_a_time(connection)
        current = _current(connection)
        if current is None and not inspect(connection).has_table("merchant"):
            command.upgrade(_config(connection), "head")
        elif current != head():
            _refuse(current)


def connect(settings: Settings, *, patience: float = 30.0) -> Database:
    """Open the database whatever its version."""
    if not settings.database_url:
        settings.home_path.mkdir(parents=True, exist_ok=True)
    return Database(settings.database, patience=patience)


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the database to this code's version; return the revisions before and after."""
    with database.write() as connection:
        _one_at_a_time(connection)
        before = _current(connection)
        if before is not None and before not in _known():
            _refuse(before)
        command.upgrade(_config(connection), "head")
    return before, head()


def head() -> str:
    """Return the newest revision that this code knows."""
    return str(ScriptDirectory(str(_SCRIPTS)).get_current_head())


def revision(database: Database) -> str | None:
    """Return the database's revision, None for an empty one."""
    with database.read() as connection:
        return _current(connection)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions()}


def _refuse(current: str | None) -> None:
    if current in _known() or current is None:
        raise DatabaseOlder("The database is older than this Regie.", revision=current)
    raise DatabaseNewer("The database is newer than this Regie.", revision=current)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


def _one_at_a_time(connection: Connection) -> None:
    """Queue processes that set up one Postgres; on SQLite the write transaction does."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7263412)")
