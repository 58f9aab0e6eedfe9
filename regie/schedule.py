"""What comes back by itself: deltas, sweeps, full reads and a look after every shop's webhooks."""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import Connection, select

from connector.model.ids import new_id
from connector.store import connections, tables
from connector.store.clock import ms
from connector.store.connections import Shopfront
from connector.store.work import queue
from regie.house import House
from regie.settings import Settings

# How many seconds lie between two turns of a kind of job.
RECURRING: Mapping[str, Callable[[Settings], int]] = {
    "delta": lambda settings: settings.delta_seconds,
    "sweep": lambda settings: settings.sweep_seconds,
    "full": lambda settings: settings.full_seconds,
    "hooks": lambda settings: settings.hooks_seconds,
    "orders": lambda settings: settings.delta_seconds,
}


def ensure_schedule(house: House) -> None:
    """Give every active connection its recurring jobs; what stands is left alone."""
    with house.database.read() as connection:
        missing = [
            (shopfront, kind)
            for shopfront in connections.all_of(connection)
            if shopfront.status == connections.ACTIVE
            for kind in RECURRING
            if not _stands(connection, shopfront, kind)
        ]
    if missing:
        with house.database.write() as connection:
            for shopfront, kind in missing:
                _arm(connection, house, shopfront, kind)


def _stands(connection: Connection, shopfront: Shopfront, kind: str) -> bool:
    job = tables.job.c
    query = select(job.id).where(
        job.merchant_id == shopfront.merchant_id, job.slot == _slot(shopfront, kind)
    )
    return connection.execute(query).first() is not None


def _slot(shopfront: Shopfront, kind: str) -> str:
    return f"{kind}:{shopfront.id}"


def _arm(connection: Connection, house: House, shopfront: Shopfront, kind: str) -> None:
    """Let the first turn come one interval after connecting; hooks are looked after at once."""
    now = ms(house.clock())
    wait = 0 if kind == "hooks" else RECURRING[kind](house.settings) * 1000
    put = partial(queue.put, connection, tables.job)
    put(
        {
            "merchant_id": shopfront.merchant_id,
            "id": new_id("job"),
            "slot": _slot(shopfront, kind),
            "kind": kind,
            "payload": shopfront.id.encode(),
            "run_at": now + wait,
        },
        now,
    )
