"""The embedded engine: SQLite's FTS5, in the database file and in its transactions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, literal_column, select

from connector.store.search.entry import Entry
from connector.store.search.inverted import (
    Found,
    Within,
    can_match,
    entry,
    standing,
    useful_keys,
    ways,
)
from connector.store.search.tables import INVERTED, inverted_sqlite, search_entry
from connector.store.search.token import tokens
from connector.store.search.wanted import Leaf, Wanted

_MATCHES = literal_column(INVERTED).op("MATCH", is_comparison=True)
# Contentless: what is taken away must be told, word by word.
_TAKE = f"INSERT INTO {INVERTED}({INVERTED}, rowid, terms) VALUES ('delete', ?, ?)"  # noqa: S608
_KEEP = f"INSERT INTO {INVERTED}(rowid, terms) VALUES (?, ?)"  # noqa: S608 - a constant


class Fts5:
    """Tokens in a contentless FTS5 table whose row ids are the entries' numbers."""

    name = "fts5"
    allows_typos = False

    def put(
        self,
        connection: Connection,
        merchant_id: str,
        gone: Sequence[Entry],
        come: Sequence[Entry],
    ) -> None:
        """Write in the order of row ids: FTS5 begins a new segment for each step back."""
        mine = [it for it in gone if it.engine == self.name]
        for statement, entries in ((_TAKE, mine), (_KEEP, come)):
            rows = [(it.number, " ".join(tokens(merchant_id, it))) for it in entries]
            if rows:
                connection.exec_driver_sql(statement, sorted(rows))

    def find(
        self,
        connection: Connection,
        within: Within,
        wanted: Wanted,
        columns: Sequence[ColumnElement[Any]],
        limit: int,
    ) -> Sequence[Found]:
        """Walk the matches by row id: the walk ends as soon as there are enough."""
        if not can_match(wanted):
            return ()
        query = select(*columns).select_from(inverted_sqlite)
        query = query.join(search_entry, entry.number == inverted_sqlite.c.rowid)
        query = standing(query, within).where(_MATCHES(bindparam("expression")))
        query = query.order_by(inverted_sqlite.c.rowid).limit(limit)
        return connection.execute(query, {"expression": _expression(wanted)}).all()

    def has_more(
        self,
        connection: Connection,
        within: Within,  # noqa: ARG002 - of the Protocol
        wanted: Wanted,
        limit: int,
    ) -> bool:
        """Walk the inverted index alone."""
        every = select(inverted_sqlite.c.rowid)
        query = every.where(_MATCHES(bindparam("expression"))).limit(1).offset(limit)
        if not can_match(wanted):
            return False
        return connection.execute(query, {"expression": _expression(wanted)}).first() is not None

    def settle(self, merchant_id: str) -> None:
        """Do nothing: all of it lies in the database."""

    def reached(self, merchant_id: str, position: int) -> int:  # noqa: ARG002 - of the Protocol
        """Return the database's own position."""
        return position


def _expression(wanted: Wanted) -> str:
    enough = " OR ".join(f"({' AND '.join(map(_any, way))})" for way in ways(wanted))
    return " AND ".join([*map(_any, useful_keys(wanted)), f"({enough})"])


def _any(leaf: Leaf) -> str:
    parts = [_quoted(token) for token in leaf.tokens]
    if leaf.beginning is not None:
        parts.append(f"{_quoted(leaf.beginning)} *")
    return f"({' OR '.join(parts)})"


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
