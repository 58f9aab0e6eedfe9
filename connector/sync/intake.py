"""One page of records into the store: skip what is unchanged, keep problems, store the rest."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import Connection

from connector.model.errors import RegieError
from connector.model.location import Location
from connector.platforms import Record
from connector.store import runs, writer
from connector.store.database import Database
from connector.store.fitness import refuse_unstorable
from connector.store.rows import ms
from connector.store.runs import Problem
from connector.store.writer import Change, Counts, Scope

_log = structlog.get_logger()


class Prepared(Struct, frozen=True):
    """A page read and decoded, ready to be stored in one short transaction."""

    seen: Sequence[str]
    changes: Sequence[Change]
    problems: Sequence[Problem]
    unchanged: int


def prepare(
    database: Database, scope: Scope, records: Iterable[Record], read_at: datetime
) -> Prepared:
    """Decode those records whose digest is new; needs no write transaction."""
    latest = {record.external_id: record for record in records}
    if not latest:
        return Prepared((), (), (), 0)
    with database.read() as connection:
        standing = writer.known(connection, scope, latest)
    changes: list[Change] = []
    problems: list[Problem] = []
    for external_id, record in latest.items():
        found = standing.get(external_id)
        if found and not found.deleted and found.digest == record.digest:
            continue
        read = _read(record, read_at)
        (changes if isinstance(read, Change) else problems).append(read)  # type: ignore[arg-type]
    return Prepared(tuple(latest), changes, problems, len(latest) - len(changes) - len(problems))


def _read(record: Record, read_at: datetime) -> Change | Problem:
    try:
        product = record.product()
        refuse_unstorable(product)
        return Change(record.external_id, record.digest, product, read_at)
    except RegieError as error:
        return Problem(record.external_id, error.code, str(error), error.details())
    except msgspec.ValidationError as error:
        return Problem(record.external_id, "unreadable_product", str(error), {})
    except Exception as error:  # noqa: BLE001 - one odd product must not stop a shop
        _log.exception("sync.product_failed", external_id=record.external_id)
        return Problem(record.external_id, "internal", type(error).__name__, {})


def store(
    connection: Connection,
    scope: Scope,
    prepared: Prepared,
    locations: dict[str, Location],
    now: datetime,
) -> Counts:
    """Store a prepared page in the caller's write transaction."""
    counts = writer.apply(connection, scope, prepared.changes, locations, now)
    failed = {problem.external_id for problem in prepared.problems}
    runs.clear_problems(connection, scope, (it for it in prepared.seen if it not in failed))
    runs.keep_problems(connection, scope, prepared.problems, ms(now))
    return counts + Counts(unchanged=prepared.unchanged)
