"""`kill -9` at random points of a sync: the catalogue ends as if nothing had happened."""

import os
import random
import signal
import time
from collections.abc import Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from msgspec import Struct

from regie.demo import shopify, woocommerce
from regie.demo.shopify.generate import generate as generate_shopify
from regie.demo.woocommerce.generate import generate as generate_woocommerce
from tests.kit.forked import command, forked

KILLS = 20
Words = list[str]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Words]]:
    """Serve a shop of each kind with a few hundred products; yield the words that connect them."""
    folder = tmp_path_factory.mktemp("shops")
    generate_shopify(folder / "shopify", products=400, variants=2)
    generate_woocommerce(folder / "woocommerce", products=400, variations=2)
    hafen = shopify.ShopifyShop.load(folder / "shopify", bulk_seconds=0.05, points=(1e9, 1e9))
    pan = woocommerce.WooShop.load(folder / "woocommerce")
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


@pytest.fixture(scope="module")
def whole(lines: list[Words], tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    home = Home(folder / "home", f"sqlite:///{folder / 'whole.sqlite3'}")
    for words in lines:
        home.run(*words)
    started = time.monotonic()
    home.run("sync", "--full")
    return Whole(home.run("export", "catalog"), time.monotonic() - started)


@pytest.fixture
def killed(lines: list[Words], database_url: str, tmp_path: Path) -> Home:
    """Return an installation that is connected and has read nothing yet."""
    home = Home(tmp_path / "killed", database_url)
    for words in lines:
        home.run(*words)
    return home


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_twenty_kills_of_a_sync_change_nothing(killed: Home, whole: Whole) -> None:
    dice, kills = random.Random(20), 0
    while kills < KILLS:  # one that had ended before its kill does not count
        process = killed.start("sync", "--full")
        process.join(dice.uniform(0.02, 0.6) * whole.longest)
        process.kill()
        process.join()
        kills += process.exitcode == -signal.SIGKILL
    killed.run("sync", "--full")

    assert killed.run("export", "catalog") == whole.catalog
