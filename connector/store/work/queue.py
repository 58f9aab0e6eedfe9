"""Work that must not be lost: rows that wait, are leased with a fence, and end done or dead."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Table, bindparam, case, func, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from connector.store import tables
from connector.store.database import Database
from connector.store.database.upsert import insert_missing
from connector.store.errors import LeaseLost

WAITING, LEASED, DONE, DEAD = "waiting", "leased", "done", "dead"
QUEUES: tuple[Table, ...] = (tables.inbox, tables.job, tables.outbox)
_FIRST_DELAY_MS = 2_000
_LONGEST_DELAY_MS = 3_600_000


class Work(Struct, frozen=True):
    """A leased row: its values, and the fence that proves the lease."""

    queue: str
    merchant_id: str
    id: str
    fence: int
    attempts: int
    values: Mapping[str, Any]


def put(connection: Connection, queue: Table, values: Mapping[str, Any], now_ms: int) -> bool:
    """Store work, unless its unique key stands already; tell whether it is new."""
    fresh = {
        "state": WAITING,
        "run_at": now_ms,
        "lease_until": 0,
        "fence": 0,
        "attempts": 0,
        "created_at": now_ms,
    }
    return insert_missing(connection, queue, {**fresh, **values})


def take(
    database: Database, queue: Table, now_ms: int, ttl_ms: int, limit: int = 1
) -> Sequence[Work]:
    """Lease the oldest due rows; rows whose holder died are due again when their lease lapses."""
    ripe = or_(
        (queue.c.state == WAITING) & (queue.c.run_at <= now_ms),
        (queue.c.state == LEASED) & (queue.c.lease_until <= now_ms),
    )
    if not _any(database, queue, ripe):
        return ()
    with database.write() as connection:
        oldest = (
            select(queue.c.merchant_id, queue.c.id)
            .where(ripe)
            .order_by(queue.c.run_at, queue.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        keys = [(row[0], row[1]) for row in connection.execute(oldest)]
        leased = _leased(connection, queue, keys, now_ms + ttl_ms)
        return [leased[key] for key in keys]


def _any(database: Database, queue: Table, ripe: Any) -> bool:
    """Look without writing: an idle worker costs no write transaction."""
    with database.read() as connection:
        return connection.execute(select(queue.c.id).where(ripe).limit(1)).first() is not None


_Key = tuple[str, str]


def _leased(
    connection: Connection, queue: Table, keys: Sequence[_Key], until: int
) -> Mapping[_Key, Work]:
    """Lease these rows, those of a merchant in one statement."""
    by_merchant: dict[str, list[str]] = {}
    for merchant_id, work_id in keys:
        by_merchant.setdefault(merchant_id, []).append(work_id)
    found: dict[_Key, Work] = {}
    for merchant_id, ids in by_merchant.items():
        for row in connection.execute(_lease(queue, merchant_id, ids, until)).mappings():
            key = merchant_id, row["id"]
            found[key] = Work(queue.name, *key, row["fence"], row["attempts"], dict(row))
    return found


def _lease(queue: Table, merchant_id: str, ids: Sequence[str], until: int) -> ReturningUpdate[Any]:
    """Count a new attempt, but not where the last holder died: that is no failure of the work."""
    tries = queue.c.attempts + case((queue.c.state == WAITING, 1), else_=0)
    return (
        update(queue)
        .where(queue.c.merchant_id == merchant_id, queue.c.id.in_(ids))
        .values(
            state=LEASED,
            lease_until=until,
            fence=queue.c.fence + 1,
            attempts=tries,
        )
        .returning(*queue.c)
    )


def finish(connection: Connection, work: Work, now_ms: int) -> None:
    """Mark work done in the transaction of its effect; raises LeaseLost for a late worker."""
    finish_all(connection, [work], now_ms)


def finish_all(connection: Connection, works: Sequence[Work], now_ms: int) -> None:
    """Mark work of one queue done together; raises LeaseLost if any of it was taken over."""
    _settle(connection, works, {"state": DONE, "done_at": now_ms, "error": None})


def rearm(connection: Connection, work: Work, run_at: int, left: str | None = None) -> None:
    """End one turn of recurring work and let it wait for the next, with what it left undone."""
    _settle(connection, [work], {"state": WAITING, "run_at": run_at, "attempts": 0, "error": left})


def prolong(connection: Connection, work: Work, until: int) -> None:
    """Keep long work leased, or raise LeaseLost."""
    prolong_all(connection, [work], until)


def prolong_all(connection: Connection, works: Sequence[Work], until: int) -> None:
    """Keep work of one queue leased together, or raise LeaseLost."""
    _settle(connection, works, {"lease_until": until})


def postpone(
    connection: Connection, work: Work, error: str, now_ms: int, most_attempts: int = 12
) -> bool:
    """Give work back after a failure, later each time; tell whether it is dead now."""
    dead = work.attempts >= most_attempts
    delay = min(_FIRST_DELAY_MS * 2 ** (work.attempts - 1), _LONGEST_DELAY_MS)
    state = DEAD if dead else WAITING
    _settle(connection, [work], {"state": state, "run_at": now_ms + delay, "error": error[:2000]})
    return dead


def _settle(connection: Connection, works: Sequence[Work], values: Mapping[str, object]) -> None:
    queue = tables.metadata.tables[works[0].queue]
    ours = (
        (queue.c.merchant_id == bindparam("its_merchant"))
        & (queue.c.id == bindparam("its_id"))
        & (queue.c.fence == bindparam("its_fence"))
        & (queue.c.state == LEASED)
    )
    each = [
        {"its_merchant": work.merchant_id, "its_id": work.id, "its_fence": work.fence}
        for work in works
    ]
    if connection.execute(update(queue).where(ours).values(**values), each).rowcount != len(works):
        raise LeaseLost(f"The work {works[0].id} was taken over.", work=works[0].id)


def forget_done(connection: Connection, queue: Table, before_ms: int) -> int:
    """Delete work that ended before `before_ms`; dead work stays for people to see."""
    query = queue.delete().where(queue.c.state == DONE, queue.c.done_at < before_ms)
    return connection.execute(query).rowcount


def dead(connection: Connection, queue: Table, *conditions: ColumnElement[bool]) -> Sequence[Any]:
    """Return the rows that nobody tries any more."""
    query = select(*queue.c).where(queue.c.state == DEAD, *conditions)
    return connection.execute(query).mappings().all()


def end_dead(
    connection: Connection, queue: Table, merchant_id: str, ids: Sequence[str], now_ms: int
) -> int:
    """End dead work because something else did it since; return how much."""
    query = update(queue).where(
        queue.c.merchant_id == merchant_id, queue.c.id.in_(ids), queue.c.state == DEAD
    )
    return connection.execute(query.values(state=DONE, done_at=now_ms, error=None)).rowcount


def depth(connection: Connection, queue: Table) -> Mapping[str, int]:
    """Return how many rows are in each state."""
    query = select(queue.c.state, func.count()).group_by(queue.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}
