"""Databases at the newest version, copied from one that was migrated once per test process."""

import shutil
import tempfile
from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url, text

from connector.store.database import Database
from regie.database import upgrade

_MOLD = "mold"


def ask(url: str, statement: str) -> None:
    """Run a statement of an administrator on a Postgres server."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


class Molds:
    """Fills empty databases; one that holds anything is left as it is."""

    def __init__(self) -> None:
        self._file: Path | None = None
        self._server: str | None = None

    def fill(self, url: str) -> None:
        """Lay the tables of the newest version by copying them."""
        if url.startswith("sqlite:///"):
            self._fill_file(Path(url.removeprefix("sqlite:///")))
        else:
            self._fill_postgres(url)

    def _fill_file(self, path: Path) -> None:
        if path.exists():
            return
        if self._file is None:
            self._file = Path(tempfile.mkdtemp(prefix="regie-mold-")) / "mold.sqlite3"
            _lay(f"sqlite:///{self._file}")
        shutil.copy(self._file, path)

    def _fill_postgres(self, url: str) -> None:
        if not _is_empty(url):
            return
        name = make_url(url).database
        server = url.replace(f"/{name}?", "/postgres?", 1)
        if self._server != server:
            ask(server, f"CREATE DATABASE {_MOLD}")
            _lay(url.replace(f"/{name}?", f"/{_MOLD}?", 1))
            self._server = server
        ask(server, f"DROP DATABASE {name} WITH (FORCE)")
        ask(server, f"CREATE DATABASE {name} TEMPLATE {_MOLD}")


def _lay(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


def _is_empty(url: str) -> bool:
    database = Database(url)
    with database.read() as connection:
        empty = not inspect(connection).get_table_names()
    database.close()
    return empty
