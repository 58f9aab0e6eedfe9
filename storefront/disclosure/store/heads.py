"""What is needed to verify a ledger: its rows as one reading, and heads that are published."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select, update

from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.ledger.verify import End, Head, Reading
from storefront.disclosure.store import ledger
from storefront.disclosure.store.tables import (
    ledger_detail,
    ledger_end,
    ledger_entry,
    ledger_head,
)

_head_columns = [ledger_head.c[name] for name in Head.__struct_fields__]
_end_columns = [ledger_end.c[name] for name in End.__struct_fields__]
_CHUNK = 1000


def reading(connection: Connection, merchant_id: str) -> Reading:
    """Return a merchant's ledger to be verified; rows are read as they are asked for."""

    def entries(writer: str) -> Iterator[Entry]:
        after = 0
        while chunk := ledger.entries(connection, merchant_id, writer, after, _CHUNK):
            yield from chunk
            after = chunk[-1].seq

    def at(writer: str, seq: int) -> Entry | None:
        found = ledger.entries(connection, merchant_id, writer, seq - 1, 1)
        return found[0] if found and found[0].seq == seq else None

    def details(digests: Sequence[bytes]) -> Mapping[bytes, bytes | None]:
        return ledger.details(connection, merchant_id, digests)

    ends = select(*_end_columns).where(ledger_end.c.merchant_id == merchant_id)
    return Reading(
        merchant_id,
        ledger.writers(connection, merchant_id),
        entries,
        at,
        details,
        [End(*row) for row in connection.execute(ends)],
        heads(connection, merchant_id),
    )


def heads(connection: Connection, merchant_id: str) -> Sequence[Head]:
    """Return all signed heads, oldest first."""
    query = select(*_head_columns).where(ledger_head.c.merchant_id == merchant_id)
    return [Head(*row) for row in connection.execute(query.order_by(ledger_head.c.at))]


def sign_heads(connection: Connection, merchant_id: str, seal: Seal, now_ms: int) -> Sequence[Head]:
    """Sign the ends that moved since their last head; return the new heads, to be published."""
    signed = {(it.writer, it.seq) for it in heads(connection, merchant_id)}
    fresh = [
        Head(
            end.writer,
            end.seq,
            now_ms,
            end.hash,
            seal.public_key,
            seal.sign(merchant_id, end.writer, end.seq, end.hash),
        )
        for end in ledger.ends(connection, merchant_id)
        if (end.writer, end.seq) not in signed
    ]
    for head in fresh:
        connection.execute(
            ledger_head.insert().values(
                merchant_id=merchant_id,
                **{name: getattr(head, name) for name in Head.__struct_fields__},
            )
        )
    return fresh


def forget_details(connection: Connection, merchant_id: str, before_ms: int) -> int:
    """Leave only the digest of what no entry since `before_ms` showed; return how many."""
    still = (
        select(ledger_entry.c.detail)
        .where(
            ledger_entry.c.merchant_id == merchant_id,
            ledger_entry.c.at >= before_ms,
            ledger_entry.c.detail.is_not(None),
        )
        .distinct()
    )
    done = connection.execute(
        update(ledger_detail)
        .where(
            ledger_detail.c.merchant_id == merchant_id,
            ledger_detail.c.payload.is_not(None),
            ledger_detail.c.digest.not_in(still),
        )
        .values(payload=None)
    )
    return done.rowcount
