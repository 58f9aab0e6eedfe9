"""Ten thousand webhooks through a bad post: after the sweep nobody can tell."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct

from connector.store import connections, tables
from connector.store.connections import Shopfront
from connector.sync import Mode
from regie.worker import Worker
from tests.storm import BadPost, Whims
from tests.street import Home, Letter, Moved, Street, dedupe_key, moved_in, silence, street

EVENTS = 2_000
ROUNDS = 4
SEED = 2026


class Aftermath(Struct, frozen=True):
    """What is left after the storm."""

    home: Home
    fresh: Home
    taken: list[tuple[Shopfront, Letter, int]]
    events: int
    lost: int


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with silence():
        yield


def test_after_the_sweep_nobody_can_tell(database_url, sqlite_url, tmp_path):
    t0 = time.monotonic()
    T = Counter()
    with street() as shops, moved_in() as move_in:
        home = move_in(tmp_path / "home", database_url, shops.clock, delta_seconds=1500)
        fronts = [shops.connect_hafen(home.house), shops.connect_pan(home.house)]
        for f in fronts:
            home.sync(f, Mode.FULL)
        home.worker.drain()
        shops.bag.emptied()
        T["setup"] = time.monotonic() - t0
        whims, post = Whims(shops, SEED), BadPost(SEED)
        events = 0
        posted = 0
        codes = Counter()
        while events < EVENTS:
            a = time.monotonic()
            before = events
            while events < before + EVENTS / ROUNDS:
                whims.change()
                if whims._dice.random() < 0.8:
                    shops.send()
                    events = before + len(shops.bag.letters)
                shops.clock.advance(whims._dice.choice((0, 0, 0.2, 0.3, 1)))
            T["change"] += time.monotonic() - a
            a = time.monotonic()
            for letter in post.bring(shops.bag.emptied()):
                codes[home.receive(letter)] += 1
            T["post"] += time.monotonic() - a
            a = time.monotonic()
            home.worker.drain()
            T["work"] += time.monotonic() - a
            print(events, dict(T), codes, home.states())
        for letter in post.rest():
            codes[home.receive(letter)] += 1
        home.worker.drain()
        a = time.monotonic()
        for f in fronts:
            home.sync(f, Mode.SWEEP)
        T["sweep"] += time.monotonic() - a
        fresh = move_in(tmp_path / "fresh", f"{sqlite_url}-fresh", shops.clock)
        a = time.monotonic()
        for f in [shops.connect_hafen(fresh.house), shops.connect_pan(fresh.house)]:
            fresh.sync(f, Mode.FULL)
        T["fresh"] += time.monotonic() - a
        print(T, codes, home.states(), time.monotonic() - t0)
        A, B = home.export(), fresh.export()
        import msgspec
        a = {msgspec.json.decode(x)["id"]: msgspec.json.decode(x) for x in A}
        b = {msgspec.json.decode(x)["id"]: msgspec.json.decode(x) for x in B}
        print(len(a), len(b), set(a) ^ set(b))
        for k in a:
            if k in b and a[k] != b[k]:
                print(k, a[k]["source"])
                for f in a[k]:
                    if a[k][f] != b[k][f]: print("  ", f, a[k][f], "|||", b[k][f])
        assert A == B
