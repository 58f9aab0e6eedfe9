"""Let a crowd loose on a floor, kill some of it, and hold what it was told against the rows."""

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

from connector.store.database import Database
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.event import replay
from storefront.fulfillment.store import jobs as job_store
from storefront.fulfillment.store.tables import job, promise
from tests.kit.floor.promise_client import PRODUCTS
from tests.kit.floor.promise_crowd import PIECES, SLOT_ORDERS, be_clients
from tests.kit.floor.world import MERCHANT, STORE_ID, variant_of
from tests.kit.forked import forked

_hold, _line, _answered = promise.hold, promise.hold_line, promise.answered
_job, _event = job.delivery_job, job.job_event


class Crowd(Struct, frozen=True):
    """How many processes with how many threads each do how many deeds, and how many kills."""

    processes: int
    threads: int
    deeds: int
    kills: int
    seed: int = 7


class Outcome(Struct):
    """What the crowd was told, and what of it is not true."""

    seconds: float
    acknowledged: int
    refused: Mapping[str, int]
    kills: int
    repeated: int
    unequal: int
    oversold: int
    overbooked: int
    double_claims: int
    lost: int
    broken_stories: int
    latencies: Mapping[str, Sequence[float]]

    @property
    def broken(self) -> Mapping[str, int]:
        """What must be nought, each by its name."""
        names = ("oversold", "overbooked", "double_claims", "lost", "unequal", "broken_stories")
        return {name: getattr(self, name) for name in names}


def besiege(database: Database, folder: Path, crowd: Crowd) -> Outcome:
    """Run the crowd to its end, killing processes on the way, and look at what is left."""
    began = time.monotonic()
    url = database.url.render_as_string(hide_password=False)
    kills = _run(url, folder, crowd)
    lines = [json.loads(line) for path in folder.glob("*.jsonl") for line in _whole(path)]
    done = [it for it in lines if "kind" in it and it["code"] is None]
    refused = Counter(it["code"] for it in lines if "kind" in it and it["code"])
    repeated = [it for it in lines if "again" in it]
    latencies: dict[str, list[float]] = {}
    for it in done:
        latencies.setdefault(it["kind"], []).append(it["s"])
    return Outcome(
        seconds=time.monotonic() - began,
        acknowledged=len(done),
        refused=refused,
        kills=kills,
        repeated=len(repeated),
        unequal=sum(not it["same"] for it in repeated),
        oversold=_oversold(database),
        overbooked=_overbooked(database),
        double_claims=_double_claims(database, done),
        lost=_lost(database, done),
        broken_stories=_broken_stories(database),
        latencies=latencies,
    )


def _whole(path: Path) -> list[str]:
    """Return the lines of a log; the last one of a killed client may be cut."""
    text = path.read_text(encoding="utf-8")
    return [line for line in text.split("\n")[:-1] if line]


def _run(url: str, folder: Path, crowd: Crowd) -> int:
    dice = random.Random(crowd.seed)
    places = [number * crowd.threads for number in range(crowd.processes)]
    running = {first: _start(url, folder, first, crowd) for first in places}
    killed = 0
    pause = 0.4
    while running:
        time.sleep(pause * dice.uniform(0.5, 1.5))
        for first, process in list(running.items()):
            if not process.is_alive():
                assert process.exitcode in {0, -signal.SIGKILL}, process.exitcode
                del running[first]
        busy = [first for first, it in running.items() if _is_busy(folder, it.pid)]
        if killed < crowd.kills and busy:
            first = dice.choice(sorted(busy))
            running[first].kill()
            running[first].join()
            killed += 1
            running[first] = _start(url, folder, first, crowd)
    return killed


def _is_busy(folder: Path, pid: int | None) -> bool:
    """Tell whether a process is in the middle of its deeds: a kill before them proves nothing."""
    return sum(path.stat().st_size for path in folder.glob(f"*-{pid}.jsonl")) > 4000


def _start(url: str, folder: Path, first: int, crowd: Crowd) -> ForkServerProcess:
    nothing = Path(os.devnull)
    return forked(be_clients, url, folder, first, crowd.threads, crowd.deeds, out=nothing)


def _oversold(database: Database) -> int:
    """Count pieces that are promised beyond what the shop has; nothing here was counted anew."""
    query = (
        select(_line.c.stock_key, func.sum(_line.c.quantity))
        .where(
            _line.c.merchant_id == MERCHANT,
            _line.c.stock_key.in_([variant_of(it) for it in range(1, PRODUCTS + 1)]),
            _line.c.until > _now_ms(),
        )
        .group_by(_line.c.stock_key)
    )
    with database.read() as connection:
        found = connection.execute(query).all()
    return sum(max(0, int(row[1]) - PIECES) for row in found)


def _overbooked(database: Database) -> int:
    """Count orders beyond what a pick-up slot takes."""
    query = (
        select(func.sum(_hold.c.orders))
        .where(
            _hold.c.merchant_id == MERCHANT,
            _hold.c.slot_key.startswith(f"{STORE_ID}/PICKUP"),
            _hold.c.slot_until > _now_ms(),
        )
        .group_by(_hold.c.slot_key)
    )
    with database.read() as connection:
        found = connection.execute(query).scalars().all()
    return sum(max(0, int(taken) - SLOT_ORDERS) for taken in found)


def _double_claims(database: Database, done: Sequence[Mapping[str, Any]]) -> int:
    """Count claims that two were told of under one fence."""
    claims = Counter(
        (it["answer"]["job"], it["answer"]["fence"]) for it in done if it["kind"] == "claim"
    )
    ends = select(_event.c.job_id).where(
        _event.c.merchant_id == MERCHANT, _event.c.type == "job.deliver"
    )
    with database.read() as connection:
        delivered = Counter(connection.execute(ends).scalars())
    return sum(n - 1 for n in claims.values()) + sum(n - 1 for n in delivered.values())


def _lost(database: Database, done: Sequence[Mapping[str, Any]]) -> int:
    """Count what was acknowledged and stands nowhere."""
    with database.read() as connection:
        keys = set(
            connection.execute(
                select(_answered.c.key).where(_answered.c.refused.is_(None))
            ).scalars()
        )
        held = set(connection.execute(select(_hold.c.id)).scalars())
        revs = {row[0]: row[1] for row in connection.execute(select(_job.c.id, _job.c.rev))}
    missing = 0
    for it in done:
        answer = it["answer"]
        missing += it["key"] not in keys
        missing += it["kind"] == "hold" and answer["hold"] not in held
        missing += "rev" in answer and revs.get(answer["job"], -1) < answer["rev"]
    return missing


def _broken_stories(database: Database) -> int:
    """Count jobs whose events do not tell how they stand: a gap, or another end."""
    with database.read() as connection:
        ids = connection.execute(select(_job.c.id)).scalars().all()
        return sum(
            replay(DeliveryJob, job_store.story(connection, MERCHANT, job_id))
            != job_store.get(connection, MERCHANT, job_id)
            for job_id in ids
        )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
