"""Which engine searches: the database's own, or tantivy for a large catalogue."""

from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import Connection

from connector.store.database import Database
from connector.store.search.errors import SearchEngineMissing
from connector.store.search.fts5 import Fts5
from connector.store.search.gin import Gin
from connector.store.search.index import Search, SearchIndex
from connector.store.search.inverted import Inverted

LARGE = 100_000
AUTOMATIC, OWN, TANTIVY = "auto", "database", "tantivy"

_EMBEDDED = Search(Fts5())
_SERVER = Search(Gin())


def of(connection: Connection) -> SearchIndex:
    """Return the database's own engine, for reading."""
    return _EMBEDDED if connection.dialect.name == "sqlite" else _SERVER


def choose(
    database: Database, *, products: int, folder: Path | None, wish: str = AUTOMATIC
) -> Search:
    """Return the engine for a catalogue of this size; `wish` decides unless it is "auto"."""
    installed = find_spec("tantivy") is not None and folder is not None
    if wish == TANTIVY and not installed:
        raise SearchEngineMissing("Search by tantivy is chosen, and it is not there.")
    wanted = wish == TANTIVY or (wish == AUTOMATIC and products > LARGE)
    if wanted and installed and folder is not None:
        return Search(_tantivy(folder, database), database)
    return Search(Fts5() if database.is_sqlite else Gin(), database)


def _tantivy(folder: Path, database: Database) -> Inverted:
    from connector.store.search.tantivy_files import TantivyFiles  # noqa: PLC0415 - an extra

    return TantivyFiles(folder, database)
