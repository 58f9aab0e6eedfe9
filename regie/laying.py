"""Laying the tables: by the migrations, and for a second empty database by what those said.

A house on SQLite has two databases, its own and the ledger. The migrations take a tenth of a
second to say some two hundred statements; on an empty database they are the same every time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

SCRIPTS = Path(__file__).parent / "migrations"
_Said = list[tuple[str, Any]]
_laid: dict[str, _Said] = {}
"""What the migrations said to an empty database of each kind."""


def lay(connection: Connection) -> None:
    """Lay all tables into an empty database."""
    kind = connection.dialect.name
    if kind in _laid:
        for statement, values in _laid[kind]:
            connection.exec_driver_sql(statement, values or None)
        return
    with _listening(connection) as said:
        migrate(connection)
    _laid[kind] = said


def migrate(connection: Connection) -> None:
    """Run the migrations that are missing, inside the caller's transaction."""
    from alembic import command  # noqa: PLC0415 - slow to import, seldom needed
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _listening(connection: Connection) -> Iterator[_Said]:
    """Note every statement that writes."""
    said: _Said = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if not statement.lstrip().startswith(("SELECT", "PRAGMA")):
            said.append((statement, values))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(connection, "before_cursor_execute", hear)
