"""`kill -9` of the worker at random points of a full sync: nothing is lost, doubled or stuck."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from msgspec import Struct
from sqlalchemy import Table, select

from connector.store import connections, tables
from connector.store.clock import ms, system_clock
from connector.store.product.change import Scope
from connector.store.work import leases, runs
from connector.store.work.runs import RUNNING
from connector.sync import Mode
from tests.kit.forked import forked, work
from tests.kit.killing import Lives, NewUrl, patience
from tests.kit.shops.street import Home, Letter, Recorded, Street, moved_in, silence, street

KILLS, FEWEST, AT_ONCE = 20, 3, 4
LEASE_SECONDS, HOUR, NEVER = 130, 3_600, 10_000_000
PAUSES = {"sweep_seconds": HOUR, "full_seconds": NEVER, "delta_seconds": NEVER}


class Ahead:
    """The time of shops and installations: that of the machine, moved on by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> datetime:
        return system_clock() + timedelta(seconds=self.seconds)


@contextmanager
def connected(shops: Street, clock: Ahead, url: str, folder: Path) -> Iterator[Home]:
    """Yield an installation that both shops call, and that has read nothing yet."""
    with moved_in() as move_in:
        home = move_in(folder, url, clock, **PAUSES)
        shops.connect_hafen(home.house)
        shops.connect_pan(home.house)
        home.worker.drain()
        yield home


def news(shops: Street) -> list[Letter]:
    """Rename products in both shops, and return what the shops say of it."""
    with shops.hafen.lock, shops.pan.lock:
        shops.bag.emptied()
        for hafen, pan in [*zip(shops.hafen.store.products, shops.pan.products, strict=False)][:10]:
            shops.hafen.changes.rename(hafen, "Ware")
            shops.pan.changes.rename(pan, "Waar")
        shops.send()
        assert len(shops.bag.letters) == 20
        return shops.bag.emptied()


class Whole(Struct, frozen=True):
    """What an installation holds that nobody killed, and the seconds that its syncs took."""

    catalog: list[bytes]
    longest: float


def undisturbed(shops: Street, clock: Ahead, folder: Path) -> Whole:
    with moved_in() as move_in:
        home = move_in(folder, f"sqlite:///{folder}.sqlite3", clock)
        fronts = [shops.connect_hafen(home.house), shops.connect_pan(home.house)]
        started = time.monotonic()
        for front in fronts:
            home.sync(front, Mode.FULL)
        return Whole(home.export(), time.monotonic() - started)


def under_way(home: Home, pid: int | None) -> str | None:
    """Return the platform of the shop whose full sync this process is at, if it is at one."""
    with home.house.database.read() as connection:
        for front in connections.all_of(connection):
            name = f"sync:{front.merchant_id}:{front.id}"
            holder = leases.holder_of(connection, name, ms(home.house.clock())) or "||"
            run = runs.latest(connection, Scope(front.merchant_id, front.id), Mode.FULL.value)
            if holder.split("|")[1] == str(pid) and run and run.state == RUNNING:
                return front.platform
    return None


def idle(home: Home) -> bool:
    """Tell whether nothing is due or at work."""
    return not any(busy(home, queue) for queue in (tables.job, tables.inbox))


def busy(home: Home, queue: Table) -> bool:
    now = ms(home.house.clock())
    at_work = (queue.c.state == "leased") | ((queue.c.state == "waiting") & (queue.c.run_at <= now))
    with home.house.database.read() as connection:
        return connection.execute(select(queue.c.id).where(at_work)).first() is not None


def kill(home: Home, ahead: float, seconds: float, out: Path) -> str | None:
    """Kill a worker so long after it began a full sync; tell whose, unless that was over."""
    process = forked(work, home.house.settings, ahead, out=out)
    while not under_way(home, process.pid) and not idle(home):
        assert process.is_alive()
        time.sleep(0.01)
    until = time.monotonic() + seconds
    while time.monotonic() < until and not idle(home):
        time.sleep(min(0.02, seconds / 10))
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    return under_way(home, process.pid)


def worn_down(home: Home, clock: Ahead, letters: list[Letter], lives: Lives) -> list[str]:
    """Kill one worker after the other until no work is left; tell whose full syncs it hit."""
    kills, out, waiting = list[str](), Path(home.house.settings.home) / "out", [*letters]
    clock.seconds += HOUR
    assert not idle(home)
    while not idle(home):
        assert all(home.receive(waiting.pop()) == 200 for _ in waiting[:AT_ONCE])
        hit = kill(home, clock.seconds, lives(len(kills)), out)
        kills += [hit] if hit else []
        clock.seconds += LEASE_SECONDS
    assert all(home.receive(letter) == 200 for letter in waiting)
    home.worker.drain()
    return kills


def enough(kills: Counter[str]) -> bool:
    """Tell whether there were as many kills as promised, and some of each shop's sync."""
    return kills.total() >= KILLS and min(kills["shopify"], kills["woocommerce"]) >= FEWEST


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_twenty_kills_of_the_worker_change_nothing(
    new_url: NewUrl, recorded: Recorded, tmp_path: Path
) -> None:
    """Where a sync came to its end in spite of all kills, a new installation begins another."""
    clock, dice, kills = Ahead(), Random(21), Counter[str]()
    with silence(), street(clock, recorded) as shops:
        with new_url() as url, connected(shops, clock, url, tmp_path / "told") as home:
            letters = news(shops)
            whole = undisturbed(shops, clock, tmp_path / "whole")
            lives = patience(dice, whole.longest)
            kills.update(worn_down(home, clock, letters, lives))
            assert left(home) == (whole.catalog, {"done": len(letters)}, {"waiting"})
        while not enough(kills):
            folder = tmp_path / f"home {kills.total()}"
            with new_url() as url, connected(shops, clock, url, folder) as home:
                kills.update(worn_down(home, clock, [], lives))
                assert left(home) == (whole.catalog, {}, {"waiting"})


def left(home: Home) -> tuple[list[bytes], dict[str, int], set[str]]:
    """Return the catalogue, the letters by state, and the states of the jobs."""
    return home.export(), home.states(), set(home.states(tables.job))
