"""The shop floor of one merchant: who writes there comes one by one, and all can follow."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, case, func, select, update

from connector.model.errors import StorageError
from connector.store.clock import Clock, ms
from connector.store.database import Database
from connector.store.database.upsert import insert_missing
from connector.store.secrets import SecretBox
from storefront.fulfillment.errors.deed import Resync
from storefront.fulfillment.store.tables import promise

_floor = promise.floor
_change = promise.floor_change
KEPT_MS = 24 * 3_600_000
KEPT_ROWS = 10_000
_CLOCK_WRONG_MS = 24 * 3_600_000
_QUEUE = 7263413


def _nobody(_merchant_id: str) -> None:
    """Wake nobody: those who follow look by themselves."""


class Floor(Struct):
    """One write on the shop floor: its connection, merchant, number and time (epoch ms)."""

    connection: Connection
    merchant_id: str
    seq: int
    now: int
    parts: int = 0

    def note(
        self,
        kind: str,
        subject_id: str,
        *,
        store_id: str | None = None,
        courier_id: str | None = None,
        detail: Mapping[str, object] | None = None,
    ) -> None:
        """Tell followers what this write changed."""
        row = {
            "merchant_id": self.merchant_id,
            "seq": self.seq,
            "part": self.parts,
            "kind": kind,
            "subject_id": subject_id,
            "store_id": store_id,
            "courier_id": courier_id,
            "detail": None if detail is None else msgspec.json.encode(detail),
            "at": self.now,
        }
        self.connection.execute(_change.insert(), row)
        self.parts += 1


class Change(Struct, frozen=True):
    """One thing that a write changed; rows of one `seq` belong together."""

    seq: int
    kind: str
    subject_id: str
    store_id: str | None
    courier_id: str | None
    detail: Mapping[str, Any] | None
    at: int


class ShopFloor(Struct, frozen=True):
    """What the verbs of the shop floor need of a process.

    `box` seals what is secret, `random` makes tokens, and `wake` tells followers in this and other
    processes that a merchant's floor changed.
    """

    database: Database
    box: SecretBox
    clock: Clock
    wake: Callable[[str], None] = _nobody
    random: Callable[[int], bytes] = os.urandom

    def now(self) -> int:
        """Return the time in epoch milliseconds."""
        return ms(self.clock())

    @contextmanager
    def write(self, merchant_id: str) -> Iterator[Floor]:
        """Yield the floor for one write that is stored whole, durably, or not at all."""
        with self.database.write(durable=True) as connection:
            yield enter(connection, merchant_id, self.now())
        self.wake(merchant_id)


def enter(connection: Connection, merchant_id: str, now: int) -> Floor:
    """Take the floor of a merchant; the write gets the next number and a time that never goes back.

    Unless a clock had gone wrong by more than a day: then the floor follows the one set right.
    One queue per merchant makes every promise a plain sequence of steps: no two writers see the
    same stock, slot or job. Other merchants are not kept waiting.
    """
    later = case((_floor.c.at.between(now, now + _CLOCK_WRONG_MS), _floor.c.at), else_=now)
    statement = (
        update(_floor)
        .where(_floor.c.merchant_id == merchant_id)
        .values(seq=_floor.c.seq + 1, at=later)
        .returning(_floor.c.seq, _floor.c.at)
    )
    _line_up(connection, merchant_id)
    row = connection.execute(statement).first()
    if row is None:
        insert_missing(
            connection, _floor, {"merchant_id": merchant_id, "seq": 0, "at": 0, "forgotten": 0}
        )
        row = connection.execute(statement).first()
    if row is None:
        raise StorageError("The shop floor cannot be entered.")
    return Floor(connection, merchant_id, row[0], row[1])


def _line_up(connection: Connection, merchant_id: str) -> None:
    """Wait for the turn in the order of asking.

    Postgres gives a row's lock to whoever comes at the right moment; an advisory lock has a queue.
    """
    if connection.dialect.name == "postgresql":
        number = func.hashtextextended(merchant_id, _QUEUE)
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def position(connection: Connection, merchant_id: str) -> int:
    """Return the number of the merchant's last write."""
    query = select(_floor.c.seq).where(_floor.c.merchant_id == merchant_id)
    return connection.execute(query).scalar_one_or_none() or 0


def changes(
    connection: Connection, merchant_id: str, since: int, limit: int = 500
) -> Sequence[Change]:
    """Return what changed behind `since`, whole writes only and some `limit` rows.

    Raises Resync for a position of which not all that followed is kept.
    """
    if since < _forgotten(connection, merchant_id):
        raise Resync("What happened since is no longer kept.", since=since)
    query = (
        select(_change)
        .where(_change.c.merchant_id == merchant_id, _change.c.seq > since)
        .order_by(_change.c.seq, _change.c.part)
    )
    rows = connection.execute(query.limit(limit)).mappings().all()
    if len(rows) == limit:
        last = rows[-1]["seq"]
        whole = [row for row in rows if row["seq"] != last]
        one = query.where(_change.c.seq == last)
        rows = whole or connection.execute(one).mappings().all()
    return [_read(row) for row in rows]


def _read(row: Mapping[Any, Any]) -> Change:
    detail = None if row["detail"] is None else msgspec.json.decode(row["detail"])
    return Change(
        row["seq"],
        row["kind"],
        row["subject_id"],
        row["store_id"],
        row["courier_id"],
        detail,
        row["at"],
    )


def _forgotten(connection: Connection, merchant_id: str) -> int:
    query = select(_floor.c.forgotten).where(_floor.c.merchant_id == merchant_id)
    return connection.execute(query).scalar_one_or_none() or 0


def forget(here: Floor) -> int:
    """Drop what is older than a day, and all but the newest rows; return how many."""
    mine = _change.c.merchant_id == here.merchant_id
    newest = select(_change.c.seq).where(mine).order_by(_change.c.seq.desc())
    bound = here.connection.execute(newest.offset(KEPT_ROWS).limit(1)).scalar_one_or_none() or 0
    aged = select(func.max(_change.c.seq)).where(mine, _change.c.at < here.now - KEPT_MS)
    last = max(bound, here.connection.execute(aged).scalar_one() or 0)
    here.connection.execute(
        update(_floor)
        .where(_floor.c.merchant_id == here.merchant_id, _floor.c.forgotten < last)
        .values(forgotten=last)
    )
    return here.connection.execute(_change.delete().where(mine, _change.c.seq <= last)).rowcount
