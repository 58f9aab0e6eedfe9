"""One page of records into the store: skip what is unchanged, keep problems, store the rest."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import Connection

from connector.model.errors import RegieError
from connector.model.location import Location
from connector.platforms import Fetched, Page, Record
from connector.store.clock import ms
from connector.store.database import Database
from connector.store.product import writer
from connector.store.product.change import Counts, Scope, Write
from connector.store.product.ready import Ready, ready
from connector.store.product.standing import known
from connector.store.work import runs
from connector.store.work.runs import Problem
from connector.sync.withdrawn import withdrawn

_log = structlog.get_logger()


class Prepared(Struct, frozen=True):
    """A page read, composed and taken apart, ready to be stored in one short transaction."""

    seen: Sequence[str]
    writes: Sequence[Write]
    problems: Sequence[Problem]
    unchanged: int


def prepare(
    database: Database,
    scope: Scope,
    page: Page | Fetched,
    locations: Mapping[str, Location],
    now: datetime,
) -> Prepared:
    """Make those records ready whose digest is new; needs no write transaction.

    A product with a problem stays as it stands, unless it may be shown no longer.
    """
    latest = {record.external_id: record for record in page.records}
    if not latest:
        return Prepared((), (), (), 0)
    with database.read() as connection:
        standing = known(connection, scope, latest)
    writes: list[Write] = []
    problems: list[Problem] = []
    spoiled: list[Record] = []
    unchanged, read_at = 0, ms(page.read_at)
    for external_id, record in latest.items():
        found = standing.get(external_id)
        if found and not found.deleted and found.digest == record.digest:
            unchanged += 1
            continue
        made = _ready(scope.merchant_id, record, locations, now)
        if isinstance(made, Ready):
            writes.append(Write(external_id, record.digest, read_at, made))
        else:
            problems.append(made)
            spoiled += [record] if found and not found.deleted else []
    if spoiled:
        writes += withdrawn(database, scope, spoiled, locations, (now, read_at))
    return Prepared(tuple(latest), writes, problems, unchanged)


def _ready(
    merchant: str, record: Record, locations: Mapping[str, Location], now: datetime
) -> Ready | Problem:
    try:
        return ready(merchant, record.product(), locations, now)
    except RegieError as error:
        return Problem(record.external_id, error.code, str(error), error.details())
    except msgspec.ValidationError as error:
        return Problem(record.external_id, "unreadable_product", str(error), {})
    except Exception as error:  # noqa: BLE001 - one odd product must not stop a shop
        _log.exception("sync.product_failed", external_id=record.external_id)
        return Problem(record.external_id, "internal", type(error).__name__, {})


def store(connection: Connection, scope: Scope, prepared: Prepared, now: datetime) -> Counts:
    """Store a prepared page in the caller's write transaction."""
    counts = writer.store(connection, scope, prepared.writes, now)
    failed = {problem.external_id for problem in prepared.problems}
    runs.clear_problems(connection, scope, (it for it in prepared.seen if it not in failed))
    runs.keep_problems(connection, scope, prepared.problems, ms(now))
    return counts + Counts(unchanged=prepared.unchanged)
