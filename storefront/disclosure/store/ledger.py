"""The ledger's tables: written by the driver itself, for this happens before every answer."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Protocol, TypeVar

import msgspec
from msgspec import Struct, structs
from sqlalchemy import ColumnElement, Connection, Select, Table

from connector.store.database import Database
from storefront.disclosure.ledger.entry import (
    OPENED,
    START,
    Detail,
    Entry,
    Note,
    Shown,
    chained,
    detail_of,
)
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.store.rows import is_legible, plain, rows, typed
from storefront.disclosure.store.tables import ledger_detail, ledger_end, ledger_entry

DETAIL_KEPT = (
    "ON CONFLICT (merchant_id, digest) DO UPDATE SET "
    "payload = excluded.payload WHERE ledger_detail.payload IS NULL"
)
"""A detail that was forgotten is on record again when it is shown again."""
_shown = msgspec.json.Decoder(Shown)
_Kind = TypeVar("_Kind", bound=Struct)
_PATIENCE = 5.0
_MOST_ENDS = 16


class Chain(Struct, frozen=True):
    """The end of one chain."""

    merchant_id: str
    writer: str
    seq: int
    hash: bytes


class Where(Protocol):
    """Where a book is written: tables, or a journal beside them."""

    def write(
        self,
        entries: Sequence[Entry],
        details: Mapping[tuple[str, bytes], Detail],
        ends: Sequence[Chain],
    ) -> None:
        """Put a group on disk."""
        ...

    def open_chain(self, merchant_id: str, writer: str, at: int) -> Entry:
        """Begin a chain; its first entry names the newest ends of the chains before it."""
        ...


class LedgerTables:
    """Where books are written: entries, details and the marked ends in one transaction."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._embedded = database.is_sqlite
        self._seal = seal
        mark = "?" if self._embedded else "%s"
        self._entry = insert(ledger_entry, mark)
        self._detail = f"{insert(ledger_detail, mark)} {DETAIL_KEPT}"
        self._end = (
            f"{insert(ledger_end, mark)} ON CONFLICT (merchant_id, writer) DO UPDATE SET "
            "seq = excluded.seq, hash = excluded.hash, mark = excluded.mark"
        )

    def write(
        self,
        entries: Sequence[Entry],
        details: Mapping[tuple[str, bytes], Detail],
        ends: Sequence[Chain],
    ) -> None:
        """Store a group; it is on disk when this returns."""
        writing = _embedded if self._embedded else _served
        with self._database.driver() as connection, writing(connection) as cursor:
            cursor.executemany(self._entry, map(structs.astuple, entries))
            if details:
                cursor.executemany(self._detail, _in_order(details))
            cursor.executemany(self._end, [marked(self._seal, it) for it in ends])

    def open_chain(self, merchant_id: str, writer: str, at: int) -> Entry:
        """Begin a chain; its first entry names the newest ends of the chains before it."""
        return open_chain(self._database, self, merchant_id, writer, at)


@contextmanager
def _embedded(connection: Any) -> Iterator[Any]:
    """Give a cursor in a transaction of SQLite."""
    cursor = connection.cursor()
    _begin_patiently(cursor)
    yield cursor
    connection.commit()


@contextmanager
def _served(connection: Any) -> Iterator[Any]:
    """Give one in a transaction of Postgres that is sent as a whole, in one turn (pipeline)."""
    with connection.pipeline(), connection.transaction():
        yield connection.cursor()


def _in_order(details: Mapping[tuple[str, bytes], Detail]) -> list[tuple[str, bytes, bytes]]:
    """Return details as rows; all lock them in the same order, so that nobody waits in a ring."""
    return [(key[0], details[key].digest, details[key].payload) for key in sorted(details)]


def marked(seal: Seal, end: Chain) -> tuple[str, str, int, bytes, bytes]:
    """Return an end as a row, with the mark that only we can make."""
    mark = seal.mark(end.merchant_id, end.writer, end.seq, end.hash)
    return (end.merchant_id, end.writer, end.seq, end.hash, mark)


def open_chain(database: Database, where: Where, merchant_id: str, writer: str, at: int) -> Entry:
    """Begin a chain; its first entry names the newest ends of the chains before it."""
    with database.read() as connection:
        before = ends(connection, merchant_id)[:_MOST_ENDS]
    named = [f"{it.writer}:{it.seq}:{it.hash.hex()}" for it in before]
    detail = detail_of((), (), named)
    note = Note(
        merchant_id, "ledger", "regie", 0, None, "ledger", None, None, OPENED, None, 0, None, 0,
        detail,
    )  # fmt: skip
    entry = chained(note, writer, 1, at, START)
    chain = Chain(merchant_id, writer, 1, entry.hash)
    where.write([entry], {(merchant_id, detail.digest): detail}, [chain])
    return entry


def ends(connection: Connection, merchant_id: str) -> Sequence[Chain]:
    """Return the ends of all chains, the newest writer first."""
    columns = (ledger_end.c.merchant_id, ledger_end.c.writer, ledger_end.c.seq, ledger_end.c.hash)
    query = plain(columns).where(ledger_end.c.merchant_id == merchant_id)
    return _legible(connection, query.order_by(ledger_end.c.writer.desc()), Chain)


def entries(
    connection: Connection, merchant_id: str, writer: str, after: int = 0, limit: int = 1000
) -> Sequence[Entry]:
    """Return a chain's entries behind a number, in order."""
    query = chain(merchant_id, writer).where(ledger_entry.c.seq > after).limit(limit)
    return _legible(connection, query, Entry)


def chain(merchant_id: str, writer: str) -> Select[Any]:
    """Return the query for all of a chain, in order."""
    mine = (ledger_entry.c.merchant_id == merchant_id, ledger_entry.c.writer == writer)
    return plain(ledger_entry.c).where(*mine).order_by(ledger_entry.c.seq)


def writers(connection: Connection, merchant_id: str) -> Sequence[str]:
    """Return all chains that have an entry or an end, oldest first."""
    found = _named_writers(connection, merchant_id)
    return sorted(it for it in found if isinstance(it, str) and is_legible(it))


def strays(connection: Connection, merchant_id: str) -> Sequence[object]:
    """Return what stands in the place of a chain's name and cannot be one."""
    found = _named_writers(connection, merchant_id)
    return [it for it in found if not isinstance(it, str) or not is_legible(it)]


def _named_writers(connection: Connection, merchant_id: str) -> set[object]:
    """Return whatever is named as a chain."""
    found: set[object] = set()
    for table in (ledger_entry, ledger_end):
        query = plain([table.c.writer]).where(table.c.merchant_id == merchant_id).distinct()
        found |= {row[0] for row in rows(connection, query)}
    return found


def newest(
    connection: Connection,
    merchant_id: str,
    agent: str | None = None,
    limit: int = 50,
    before: Entry | None = None,
) -> Sequence[Entry]:
    """Return the newest entries, of one agent or of all; those behind `before`, if it is given."""
    column = ledger_entry.c
    query = plain(column).where(column.merchant_id == merchant_id)
    if agent is not None:
        query = query.where(column.agent == agent)
    if before is not None:
        query = query.where(column.at <= before.at, _is_behind(before))
    order = (column.at.desc(), column.writer, column.seq.desc())
    return _legible(connection, query.order_by(*order).limit(limit), Entry)


def _is_behind(place: Entry) -> ColumnElement[bool]:
    """Tell what comes after an entry where the newest is first."""
    column = ledger_entry.c
    later_there = (column.writer == place.writer) & (column.seq < place.seq)
    same_moment = (column.writer > place.writer) | later_there
    return (column.at < place.at) | same_moment


def details(
    connection: Connection, merchant_id: str, digests: Sequence[bytes]
) -> Mapping[bytes, bytes | None]:
    """Return payloads by digest; None where their time was up."""
    mine = ledger_detail.c.merchant_id == merchant_id
    query = plain([ledger_detail.c.digest, ledger_detail.c.payload])
    found = rows(connection, query.where(mine, ledger_detail.c.digest.in_(list(digests))))
    return {digest: _bytes(payload) for digest, payload in found}


def shown(
    connection: Connection, merchant_id: str, digests: Sequence[bytes]
) -> Mapping[bytes, Shown]:
    """Return what was shown, by digest; what is forgotten or altered tells nothing."""
    found = details(connection, merchant_id, digests)
    return {
        digest: _shown.decode(payload)
        for digest, payload in found.items()
        if payload is not None and sha256(payload).digest() == digest
    }


def _bytes(payload: object) -> bytes | None:
    """Return a payload as bytes; of another type, it is not what was stored."""
    return payload if payload is None or isinstance(payload, bytes) else b""


def _legible(connection: Connection, query: Select[Any], kind: type[_Kind]) -> list[_Kind]:
    """Return the rows that can be read; `verify` names the others."""
    found = (typed(kind, row) for row in rows(connection, query))
    return [it for it in found if it is not None]


def insert(table: Table, mark: str, *, rows: int = 1) -> str:
    """Return the statement of the driver that stores rows of a table."""
    names = [column.name for column in table.c]
    row = f"({', '.join(mark for _ in names)})"
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) "  # noqa: S608 - our own names only
        f"VALUES {', '.join([row] * rows)}"
    )


def _begin_patiently(cursor: Any) -> None:
    """Begin, trying again with jitter while another process writes."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            cursor.execute("BEGIN IMMEDIATE")
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        else:
            return
        time.sleep(random.uniform(0.0005, 0.005))  # noqa: S311 - jitter, not a secret
