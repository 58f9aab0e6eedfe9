"""`kill -9` at random points of a sync: the catalogue ends as if nothing had happened."""

import os
import signal
import time
from collections.abc import Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random

import pytest
from msgspec import Struct

from regie.demo import shopify, woocommerce
from tests.kit.forked import command, forked
from tests.kit.killing import Lives, NewUrl, patience
from tests.kit.shops.street import Recorded

KILLS = 20
Words = list[str]


@pytest.fixture(scope="session")
def lines(recorded: Recorded) -> Iterator[list[Words]]:
    """Serve a shop of each kind with a few hundred products; yield the words that connect them."""
    hafen = shopify.ShopifyShop.load(recorded.hafen, bulk_seconds=0.05, points=(1e9, 1e9))
    pan = woocommerce.WooShop.load(recorded.pan)
    with shopify.serve(hafen) as first, woocommerce.serve(pan) as second:
        yield [
            hafen.connect_line(first.url).split()[1:],
            pan.connect_line(second.url).split()[1:],
        ]


class Home:
    """One installation in a folder and a database of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("REGIE_")}
        own = {"REGIE_HOME": str(folder), "REGIE_ALLOW_PRIVATE_HOSTS": "1"}
        self._environment = {**clean, **own, "REGIE_DATABASE_URL": url}
        folder.mkdir()
        self._out = folder / "out"

    def start(self, *words: str) -> ForkServerProcess:
        return forked(command, list(words), self._environment, out=self._out)

    def run(self, *words: str) -> bytes:
        process = self.start(*words)
        process.join(120)
        assert process.exitcode == 0
        return self._out.read_bytes()


class Whole(Struct, frozen=True):
    """What an installation holds that nobody killed, and the seconds that its sync took."""

    catalog: bytes
    longest: float


@pytest.fixture(scope="session")
def whole(lines: list[Words], tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    home = Home(folder / "home", f"sqlite:///{folder / 'whole.sqlite3'}")
    for words in lines:
        home.run(*words)
    started = time.monotonic()
    home.run("sync", "--full")
    return Whole(home.run("export", "catalog"), time.monotonic() - started)


def killed_until_it_ends(home: Home, lives: Lives) -> int:
    """Kill one full sync after the other until one comes to its end; return how many it took."""
    kills = 0
    while True:
        process = home.start("sync", "--full")
        process.join(lives(kills))
        process.kill()
        process.join()
        if process.exitcode == 0:
            return kills
        assert process.exitcode == -signal.SIGKILL
        kills += 1


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_twenty_kills_of_a_sync_change_nothing(
    lines: list[Words], whole: Whole, new_url: NewUrl, tmp_path: Path
) -> None:
    """Where a sync came to its end in spite of all kills, a new installation begins another."""
    kills, lives = 0, patience(Random(20), whole.longest)
    while kills < KILLS:
        with new_url() as url:
            home = Home(tmp_path / f"home {kills}", url)
            for words in lines:
                home.run(*words)
            kills += killed_until_it_ends(home, lives)

            assert home.run("export", "catalog") == whole.catalog
