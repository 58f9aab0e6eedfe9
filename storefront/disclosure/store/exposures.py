"""The exposure register: folded from the ledger's entries, a little at a time."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection, func, select

from connector.store.database.bulk import upsert_rows
from storefront.disclosure.exposure import Exposure, fold
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.store import ledger
from storefront.disclosure.store.tables import exposure, exposure_cursor

_CHUNK = 1000
_QUEUE = 7_263_414
"""Sets the numbers of these locks apart from those that others take."""
_columns = [exposure.c[name] for name in Exposure.__struct_fields__]
_fields = msgspec.json.Decoder(frozenset[str])


def follow(connection: Connection, merchant_id: str) -> int:
    """Fold the entries that came since the last time; return how many. Needs a write transaction.

    The place up to which was folded is stored beside, and one folds after the other, so that
    nothing counts twice.
    """
    _line_up(connection, merchant_id)
    done = 0
    for writer in ledger.writers(connection, merchant_id):
        while True:
            after = _cursor(connection, merchant_id, writer)
            chunk = ledger.entries(connection, merchant_id, writer, after, _CHUNK)
            if not chunk:
                break
            _fold(connection, merchant_id, chunk)
            place = (merchant_id, writer, chunk[-1].seq)
            upsert_rows(connection, exposure_cursor, [place])
            done += len(chunk)
    return done


def _line_up(connection: Connection, merchant_id: str) -> None:
    """Wait until nobody else folds; SQLite has one writer at any time."""
    if connection.dialect.name == "postgresql":
        number = func.hashtextextended(merchant_id, _QUEUE)
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def _cursor(connection: Connection, merchant_id: str, writer: str) -> int:
    cursor = exposure_cursor.c
    query = select(cursor.seq).where(cursor.merchant_id == merchant_id, cursor.writer == writer)
    return connection.execute(query).scalar_one_or_none() or 0


def _fold(connection: Connection, merchant_id: str, chunk: Sequence[Entry]) -> None:
    digests = sorted({entry.detail for entry in chunk if entry.detail})
    fresh = fold(chunk, ledger.shown(connection, merchant_id, digests))
    standing = _standing(connection, merchant_id, fresh)
    lines = [standing[key] | line if key in standing else line for key, line in fresh.items()]
    upsert_rows(connection, exposure, [_row(merchant_id, line) for line in lines])


def _standing(
    connection: Connection, merchant_id: str, keys: Mapping[tuple[str, str], object]
) -> dict[tuple[str, str], Exposure]:
    found: dict[tuple[str, str], Exposure] = {}
    wanted = sorted({product for _, product in keys})
    for start in range(0, len(wanted), _CHUNK):
        query = select(*_columns).where(
            exposure.c.merchant_id == merchant_id,
            exposure.c.product_id.in_(wanted[start : start + _CHUNK]),
        )
        for line in map(_line, connection.execute(query)):
            found[line.agent, line.product_id] = line
    return found


def _line(row: Sequence[object]) -> Exposure:
    values = dict(zip(Exposure.__struct_fields__, row, strict=True))
    values["fields"] = _fields.decode(values["fields"])  # type: ignore[arg-type]  # bytes of a column
    return Exposure(**values)  # type: ignore[arg-type]  # the columns carry these types


def _row(merchant_id: str, line: Exposure) -> tuple[object, ...]:
    fields = msgspec.json.encode(sorted(line.fields))
    head = (merchant_id, line.agent, line.product_id, line.first_at, line.last_at, line.answers)
    return (*head, fields, line.terms)


def of_product(connection: Connection, merchant_id: str, product_id: str) -> Sequence[Exposure]:
    """Return who saw a product, the latest first."""
    query = select(*_columns).where(
        exposure.c.merchant_id == merchant_id, exposure.c.product_id == product_id
    )
    return [_line(row) for row in connection.execute(query.order_by(exposure.c.last_at.desc()))]


def of_agent(
    connection: Connection, merchant_id: str, agent: str, after: str = "", limit: int = 100
) -> Sequence[Exposure]:
    """Return what an agent saw, by product id, behind `after`."""
    query = select(*_columns).where(
        exposure.c.merchant_id == merchant_id,
        exposure.c.agent == agent,
        exposure.c.product_id > after,
    )
    found = connection.execute(query.order_by(exposure.c.product_id).limit(limit))
    return [_line(row) for row in found]


def seen_of(
    connection: Connection, merchant_id: str, agent: str, product_ids: Sequence[str]
) -> frozenset[str]:
    """Return those of the products that the agent has seen."""
    query = select(exposure.c.product_id).where(
        exposure.c.merchant_id == merchant_id,
        exposure.c.agent == agent,
        exposure.c.product_id.in_(list(product_ids)),
    )
    return frozenset(connection.execute(query).scalars())
