"""One holder at a time, across processes: a lease that lapses and a fence that only rises."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct
from sqlalchemy import Connection, select, update

from connector.store import tables
from connector.store.clock import Clock, ms
from connector.store.database import Database
from connector.store.database.upsert import insert_missing
from connector.store.errors import LeaseLost
from connector.store.work.holder import is_dead

_lease = tables.lease


class Lease(Struct, frozen=True):
    """The right to do one named thing until it lapses; `fence` rises with every new holder."""

    name: str
    holder: str
    fence: int


def take(database: Database, name: str, holder: str, now_ms: int, ttl_ms: int) -> Lease | None:
    """Take or prolong a lease, or return None while somebody else holds it.

    A lease of a process that died on this machine is free at once; of others, when it lapses.
    """
    with database.write() as connection:
        empty = {"name": name, "holder": "", "fence": 0, "until": 0}
        insert_missing(connection, _lease, empty)
        standing = connection.execute(select(_lease.c.holder).where(_lease.c.name == name))
        before = standing.scalar_one()
        mine = (_lease.c.holder == holder) | (_lease.c.until <= now_ms)
        if is_dead(before):
            mine |= _lease.c.holder == before
        row = connection.execute(
            update(_lease)
            .where(_lease.c.name == name, mine)
            .values(holder=holder, fence=_lease.c.fence + 1, until=now_ms + ttl_ms)
            .returning(_lease.c.fence)
        ).first()
    return Lease(name, holder, row[0]) if row else None


def check(connection: Connection, lease: Lease, now_ms: int, ttl_ms: int) -> None:
    """Prolong the lease inside the caller's write, or raise LeaseLost and so undo that write."""
    done = connection.execute(
        update(_lease)
        .where(
            _lease.c.name == lease.name,
            _lease.c.holder == lease.holder,
            _lease.c.fence == lease.fence,
        )
        .values(until=now_ms + ttl_ms)
    )
    if done.rowcount != 1:
        raise LeaseLost(f"The lease {lease.name} was taken over.", lease=lease.name)


def give_back(database: Database, lease: Lease) -> None:
    """End a lease early; one that was taken over stays with its new holder."""
    with database.write() as connection:
        connection.execute(
            update(_lease)
            .where(_lease.c.name == lease.name, _lease.c.fence == lease.fence)
            .values(until=0)
        )


def holder_of(connection: Connection, name: str, now_ms: int) -> str | None:
    """Return who holds the lease now, or None."""
    query = select(_lease.c.holder).where(_lease.c.name == name, _lease.c.until > now_ms)
    return connection.execute(query).scalar_one_or_none()


@contextmanager
def waiting(
    database: Database, name: str, holder: str, clock: Clock, patience: float = 30.0
) -> Iterator[Lease]:
    """Wait for a short lease and hold it; raises LeaseLost when patience (seconds) ends."""
    deadline = time.monotonic() + patience
    while not (lease := take(database, name, holder, ms(clock()), int(patience * 1000))):
        if time.monotonic() > deadline:
            raise LeaseLost(f"The lease {name} is held by another process.", lease=name)
        time.sleep(0.02)
    try:
        yield lease
    finally:
        give_back(database, lease)
