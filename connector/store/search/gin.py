"""The engine of Postgres: tsvector and GIN over our own tokens, without its dictionaries."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from connector.store.search.entry import Entry
from connector.store.search.inverted import (
    Found,
    Within,
    can_match,
    of_numbers,
    useful_keys,
    ways,
)
from connector.store.search.tables import INVERTED, inverted_postgres
from connector.store.search.token import tokens
from connector.store.search.wanted import Leaf, Wanted

_inverted = inverted_postgres.c
_WINDOW = 4_000
_MATCHES = _inverted.terms.op("@@", is_comparison=True)
_TAKE = text(
    f"DELETE FROM {INVERTED} WHERE merchant_id = :merchant AND number = ANY(:numbers)"  # noqa: S608
)
_KEEP = (
    f"INSERT INTO {INVERTED} VALUES (%s, %s, array_to_tsvector(%s))"  # noqa: S608 - a constant
    " ON CONFLICT (merchant_id, number) DO UPDATE SET terms = excluded.terms"
)


class Gin:
    """Tokens in a tsvector beside each entry's number."""

    name = "gin"
    allows_typos = False

    def put(
        self,
        connection: Connection,
        merchant_id: str,
        gone: Sequence[Entry],
        come: Sequence[Entry],
    ) -> None:
        """Write one row per entry."""
        if gone:
            numbers = sorted(it.number for it in gone)
            connection.execute(_TAKE, {"merchant": merchant_id, "numbers": numbers})
        rows = [(merchant_id, it.number, tokens(merchant_id, it)) for it in come]
        if rows:
            connection.exec_driver_sql(_KEEP, rows)

    def find(
        self,
        connection: Connection,
        within: Within,
        wanted: Wanted,
        columns: Sequence[ColumnElement[Any]],
        limit: int,
    ) -> Sequence[Found]:
        """Let GIN give the numbers, and the standing rows judge them.

        In one statement the planner would sort all entries to join them with a few.
        """
        if not can_match(wanted):
            return ()
        windows = _windows(connection, within, _expression(wanted), limit)
        return of_numbers(connection, within, columns, windows, limit)

    def has_more(self, connection: Connection, within: Within, wanted: Wanted, limit: int) -> bool:
        """Walk the inverted index alone."""
        if not can_match(wanted):
            return False
        query = _matching(within).limit(1).offset(limit)
        return connection.execute(query, {"expression": _expression(wanted)}).first() is not None

    def settle(self, merchant_id: str) -> None:
        """Do nothing: all of it lies in the database."""

    def reached(self, merchant_id: str, position: int) -> int:  # noqa: ARG002 - of the Protocol
        """Return the database's own position."""
        return position


def _matching(within: Within) -> Select[Any]:
    return select(_inverted.number).where(
        _inverted.merchant_id == within.merchant_id,
        _MATCHES(bindparam("expression", type_=TSQUERY)),
    )


def _windows(
    connection: Connection, within: Within, expression: str, limit: int
) -> Iterator[Sequence[int]]:
    """Yield the numbers of all matches, smallest first."""
    last, size = -1, min(limit, _WINDOW)
    while True:
        query = _matching(within).where(_inverted.number > last)
        query = query.order_by(_inverted.number).limit(size)
        numbers = connection.execute(query, {"expression": expression}).scalars().all()
        if numbers:
            yield numbers
        if len(numbers) < size:
            return
        last, size = numbers[-1], _WINDOW


def _expression(wanted: Wanted) -> str:
    enough = " | ".join(f"({' & '.join(map(_any, way))})" for way in ways(wanted))
    return " & ".join([*map(_any, useful_keys(wanted)), f"({enough})"])


def _any(leaf: Leaf) -> str:
    parts = [_quoted(token) for token in leaf.tokens]
    if leaf.beginning is not None:
        parts.append(f"{_quoted(leaf.beginning)}:*")
    return f"({' | '.join(parts)})"


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
