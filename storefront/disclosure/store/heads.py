"""What is needed to verify a ledger: its rows as one reading, and heads that are published."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec import structs
from sqlalchemy import ColumnElement, Connection, func, select, update

from connector.store.database.upsert import insert_missing
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.ledger.verify import End, Finding, Head, Reading, Unreadable
from storefront.disclosure.store import ledger
from storefront.disclosure.store.ledger import Chain
from storefront.disclosure.store.rows import Row, name_of, plain, rows, streamed, typed
from storefront.disclosure.store.tables import (
    ledger_detail,
    ledger_end,
    ledger_entry,
    ledger_head,
)

_head_columns = [ledger_head.c[name] for name in Head.__struct_fields__]
_end_columns = [ledger_end.c[name] for name in End.__struct_fields__]
_SEQ = Entry.__struct_fields__.index("seq")


def reading(connection: Connection, merchant_id: str) -> Reading:
    """Return a merchant's ledger to be verified; rows are read as they are asked for."""

    def entries(writer: str) -> Iterator[Entry | Unreadable]:
        for row in streamed(connection, ledger.chain(merchant_id, writer)):
            yield typed(Entry, row) or _unreadable(row)

    def at(writer: str, seq: int) -> Entry | None:
        found = ledger.entries(connection, merchant_id, writer, seq - 1, 1)
        return found[0] if found and found[0].seq == seq else None

    def details(digests: Sequence[bytes]) -> Mapping[bytes, bytes | None]:
        return ledger.details(connection, merchant_id, digests)

    @cache
    def kept_since() -> int | None:
        return _kept_since(connection, merchant_id)

    return Reading(
        merchant_id,
        ledger.writers(connection, merchant_id),
        entries,
        at,
        details,
        kept_since,
        [it for it in _ends(connection, merchant_id) if isinstance(it, End)],
        heads(connection, merchant_id),
        _strays(connection, merchant_id),
    )


def _unreadable(row: Row) -> Unreadable:
    seq = row[_SEQ]
    return Unreadable(seq if isinstance(seq, int) else 0)


def _kept_since(connection: Connection, merchant_id: str) -> int | None:
    """Return when what is kept was shown the last time, the oldest of it all."""
    entry, detail = ledger_entry.c, ledger_detail.c
    same = (detail.merchant_id == entry.merchant_id) & (detail.digest == entry.detail)
    last = (
        select(func.max(entry.at).label("last"))
        .join_from(ledger_entry, ledger_detail, same)
        .where(entry.merchant_id == merchant_id, detail.payload.is_not(None))
        .group_by(entry.detail)
        .subquery()
    )
    found = connection.execute(select(func.min(last.c.last))).scalar_one()
    return found if isinstance(found, int) else None


def _ends(connection: Connection, merchant_id: str) -> Iterator[End | Row]:
    query = plain(_end_columns).where(ledger_end.c.merchant_id == merchant_id)
    for row in rows(connection, query):
        yield typed(End, row) or row


def _heads(connection: Connection, mine: ColumnElement[bool]) -> Iterator[Head | Row]:
    query = plain(_head_columns).where(mine).order_by(ledger_head.c.at)
    for row in rows(connection, query):
        yield typed(Head, row) or row


def _strays(connection: Connection, merchant_id: str) -> Sequence[Finding]:
    """Name what cannot be told to be of any chain, and heads that lie with somebody else."""
    named = ledger.strays(connection, merchant_id)
    mine = ledger_head.c.merchant_id == merchant_id
    chains = select(ledger_end.c.writer).where(ledger_end.c.merchant_id == merchant_id)
    elsewhere = ~mine & ledger_head.c.writer.in_(chains)
    return [
        *(Finding(name_of(it), 0, "is no name of a chain") for it in named),
        *_unread(_ends(connection, merchant_id), "has an end that cannot be read"),
        *_unread(_heads(connection, mine), "has a head that cannot be read"),
        *_all(_heads(connection, elsewhere), "has a head that lies with another merchant"),
    ]


def _unread(found: Iterator[End | Head | Row], what: str) -> Iterator[Finding]:
    return _all((it for it in found if isinstance(it, tuple)), what)


def _all(found: Iterator[Head | Row], what: str) -> Iterator[Finding]:
    """Name rows of which the first two values say where they belong."""
    for it in found:
        writer, seq = it[:2] if isinstance(it, tuple) else (it.writer, it.seq)
        yield Finding(name_of(writer), seq if isinstance(seq, int) else 0, what)


def heads(connection: Connection, merchant_id: str) -> Sequence[Head]:
    """Return all signed heads, oldest first."""
    found = _heads(connection, ledger_head.c.merchant_id == merchant_id)
    return [it for it in found if isinstance(it, Head)]


def sign_heads(connection: Connection, merchant_id: str, seal: Seal, now_ms: int) -> Sequence[Head]:
    """Sign the ends that moved since their last head; return the new heads, to be published.

    Where two sign at once, each returns what it was that stored.
    """
    signed = {(it.writer, it.seq) for it in heads(connection, merchant_id)}
    fresh = [
        _signed(merchant_id, end, seal, now_ms)
        for end in ledger.ends(connection, merchant_id)
        if (end.writer, end.seq) not in signed
    ]
    return [it for it in fresh if _stored(connection, merchant_id, it)]


def _signed(merchant_id: str, end: Chain, seal: Seal, now_ms: int) -> Head:
    signature = seal.sign(merchant_id, end.writer, end.seq, end.hash, now_ms)
    return Head(end.writer, end.seq, now_ms, end.hash, seal.public_key, signature)


def _stored(connection: Connection, merchant_id: str, head: Head) -> bool:
    values = {"merchant_id": merchant_id, **structs.asdict(head)}
    return insert_missing(connection, ledger_head, values)


def forget_details(connection: Connection, merchant_id: str, before_ms: int) -> int:
    """Leave only the digest of what no entry since `before_ms` showed; return how many.

    On Postgres, what may go is held first and looked at once more: who shows it again meanwhile
    has stored his entry by then, or waits and stores all of it anew.
    """
    old = _old(merchant_id, before_ms)
    if connection.dialect.name == "postgresql":
        held = select(ledger_detail.c.digest).where(*old).order_by(ledger_detail.c.digest)
        counted = select(func.count()).select_from(held.with_for_update().subquery())
        connection.execute(counted)
    return connection.execute(update(ledger_detail).where(*old).values(payload=None)).rowcount


def _old(merchant_id: str, before_ms: int) -> Sequence[ColumnElement[bool]]:
    """Return what tells a payload whose time is up."""
    still = (
        select(ledger_entry.c.detail)
        .where(
            ledger_entry.c.merchant_id == merchant_id,
            ledger_entry.c.at >= before_ms,
            ledger_entry.c.detail.is_not(None),
        )
        .distinct()
    )
    return (
        ledger_detail.c.merchant_id == merchant_id,
        ledger_detail.c.payload.is_not(None),
        ledger_detail.c.digest.not_in(still),
    )
