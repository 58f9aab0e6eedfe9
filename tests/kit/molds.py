"""Laid databases for tests: a file copied from a mold, a Postgres database emptied after each."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from connector.store.database import Database
from regie.database import upgrade

_LARGE = 1 << 18
_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
"""
_SHAPE = """
    SELECT (SELECT count(*) FROM pg_class), (SELECT max(oid) FROM pg_class),
           (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped),
           (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger),
           (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_namespace),
           (SELECT string_agg(version_num, ' ') FROM alembic_version)
"""
_FILLED = """
    SELECT relname, pg_relation_size(oid) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
"""


class Mold:
    """A SQLite file with the newest tables and no rows; tests get copies."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "mold.sqlite3"
        lay(f"sqlite:///{self._file}")

    def pour(self, path: Path) -> None:
        """Put a copy at `path`, unless something is there."""
        if not path.exists():
            shutil.copyfile(self._file, path)
            path.chmod(0o600)


class Laid:
    """Databases with the newest tables on one Postgres server, lent out empty one after another."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._free: list[str] = []
        self._shapes: dict[str, object] = {}

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Yield the address of a database with the newest tables and no rows."""
        name = self._free.pop() if self._free else self._made()
        url = at(self._server, name)
        yield url
        if self._emptied(url, self._shapes[name]):
            self._free.append(name)
        else:
            ask(self._server, f"DROP DATABASE {name} WITH (FORCE)")

    def _made(self) -> str:
        name = f"laid{uuid4().hex}"
        ask(self._server, f"CREATE DATABASE {name}")
        lay(at(self._server, name))
        with psycopg.connect(at(self._server, name)) as connection:
            self._shapes[name] = connection.execute(_SHAPE).fetchone()
        return name

    def _emptied(self, url: str, shape: object) -> bool:
        """Delete all rows; tell whether the tables are still those that were laid."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_OTHERS)
            if not _has_version(connection) or connection.execute(_SHAPE).fetchone() != shape:
                return False
            connection.execute("SET session_replication_role = replica")  # no foreign keys
            _empty(connection)
        return True


def _has_version(connection: psycopg.Connection) -> bool:
    found = connection.execute("SELECT to_regclass('public.alembic_version')").fetchone()
    return found is not None and found[0] is not None


def _empty(connection: psycopg.Connection) -> None:
    """Delete what there is: for few rows that is many times faster than TRUNCATE."""
    for name, size in connection.execute(_FILLED).fetchall():
        how = "TRUNCATE {} CASCADE" if size > _LARGE else "DELETE FROM {}"
        connection.execute(sql.SQL(how).format(sql.Identifier(name)))


def lay(url: str) -> None:
    """Lay the newest tables by the migrations."""
    database = Database(url)
    upgrade(database)
    database.close()


def at(server: str, name: str) -> str:
    """Return the address of another database on the server."""
    return server.replace("/postgres?", f"/{name}?", 1)


def ask(server: str, statement: str) -> None:
    """Run a statement of the server's administrator."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())
