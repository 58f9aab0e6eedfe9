"""The ledger's tables: written by the driver itself, for this happens before every answer."""

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct, structs
from sqlalchemy import Connection, Table, select

from connector.store.database import Database
from storefront.disclosure.ledger.entry import (
    OPENED,
    START,
    Detail,
    Entry,
    Note,
    chained,
    detail_of,
)
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.store.tables import ledger_detail, ledger_end, ledger_entry

DETAIL_KEPT = (
    "ON CONFLICT (merchant_id, digest) DO UPDATE SET "
    "payload = excluded.payload WHERE ledger_detail.payload IS NULL"
)
"""A detail that was forgotten is on record again when it is shown again."""
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
        with self._database.driver() as connection:
            cursor = connection.cursor()
            if self._embedded:
                _begin_patiently(cursor)
            cursor.executemany(self._entry, map(structs.astuple, entries))
            if details:
                rows = [(merchant, it.digest, it.payload) for (merchant, _), it in details.items()]
                cursor.executemany(self._detail, rows)
            cursor.executemany(self._end, [marked(self._seal, it) for it in ends])
            connection.commit()

    def open_chain(self, merchant_id: str, writer: str, at: int) -> Entry:
        """Begin a chain; its first entry names the newest ends of the chains before it."""
        return open_chain(self._database, self, merchant_id, writer, at)


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
    query = select(*columns).where(ledger_end.c.merchant_id == merchant_id)
    return [Chain(*row) for row in connection.execute(query.order_by(ledger_end.c.writer.desc()))]


def entries(
    connection: Connection, merchant_id: str, writer: str, after: int = 0, limit: int = 1000
) -> Sequence[Entry]:
    """Return a chain's entries behind a number, in order."""
    query = (
        select(*ledger_entry.c)
        .where(
            ledger_entry.c.merchant_id == merchant_id,
            ledger_entry.c.writer == writer,
            ledger_entry.c.seq > after,
        )
        .order_by(ledger_entry.c.seq)
        .limit(limit)
    )
    return [Entry(*row) for row in connection.execute(query)]


def writers(connection: Connection, merchant_id: str) -> Sequence[str]:
    """Return all chains that have an entry or an end, oldest first."""
    found: set[str] = set()
    for table in (ledger_entry, ledger_end):
        query = select(table.c.writer).where(table.c.merchant_id == merchant_id).distinct()
        found |= set(connection.execute(query).scalars())
    return sorted(found)


def newest(
    connection: Connection, merchant_id: str, agent: str | None = None, limit: int = 50
) -> Sequence[Entry]:
    """Return the newest entries, of one agent or of all."""
    query = select(*ledger_entry.c).where(ledger_entry.c.merchant_id == merchant_id)
    if agent is not None:
        query = query.where(ledger_entry.c.agent == agent)
    order = (ledger_entry.c.at.desc(), ledger_entry.c.writer, ledger_entry.c.seq.desc())
    return [Entry(*row) for row in connection.execute(query.order_by(*order).limit(limit))]


def details(
    connection: Connection, merchant_id: str, digests: Sequence[bytes]
) -> Mapping[bytes, bytes | None]:
    """Return payloads by digest; None where their time was up."""
    query = select(ledger_detail.c.digest, ledger_detail.c.payload).where(
        ledger_detail.c.merchant_id == merchant_id, ledger_detail.c.digest.in_(list(digests))
    )
    return {row[0]: row[1] for row in connection.execute(query)}


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
