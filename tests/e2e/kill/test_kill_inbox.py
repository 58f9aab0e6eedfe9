"""`kill -9` while webhooks come in and are worked off: what was answered with 200 is not lost."""

import contextlib
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from connector.store.clock import system_clock
from connector.sync import Mode
from tests.kit.forked import kill, together
from tests.kit.shops.street import Home, Letter, Street, moved_in, silence, street

KILLS = 8
FEWEST_ANSWERED = 50


def after_all_leases() -> datetime:
    """Tell the time two minutes from now: what the killed worker had taken is due again."""
    return system_clock() + timedelta(seconds=130)


class Server:
    """`regie serve` and `regie worker` with all of their processes, which are killed at once."""

    def __init__(self, folder: Path, url: str) -> None:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("REGIE_")}
        own = {"REGIE_HOME": str(folder), "REGIE_ALLOW_PRIVATE_HOSTS": "1", "REGIE_LOG": "off"}
        self._environment = {**clean, **own, "REGIE_DATABASE_URL": url}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]

    @contextlib.contextmanager
    def running(self, seconds: float) -> Iterator[None]:
        """Serve, and die that long after the first answer."""
        commands = ["serve", "--port", str(self._port)], ["worker"]
        with together(self._environment, *commands) as processes:
            death = threading.Timer(seconds, kill, [processes])
            try:
                self._wait(processes)
                death.start()
                yield
            finally:
                death.cancel()

    def _wait(self, processes: list[ForkServerProcess]) -> None:
        until = time.monotonic() + 60
        while not self.answers("GET", "/healthz"):
            assert all(process.is_alive() for process in processes)
            assert time.monotonic() < until
            time.sleep(0.02)

    def takes(self, letter: Letter) -> bool:
        """Post a letter; tell whether it was answered with 200."""
        return self.answers("POST", letter.path, letter.body, letter.headers)

    def answers(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> bool:
        line = HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            line.request(method, path, body, headers or {})
            return line.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            line.close()


def connected(shops: Street, home: Home) -> None:
    for front in (shops.connect_hafen(home.house), shops.connect_pan(home.house)):
        home.sync(front, Mode.FULL)


def change(shops: Street, dice: random.Random, number: int) -> list[Letter]:
    """Rename something in each shop, and return what the shops have to say of it."""
    hafen, pan = list(shops.hafen.store.products), list(shops.pan.products)
    with shops.hafen.lock, shops.pan.lock:
        shops.hafen.changes.rename(dice.choice(hafen), f"Ware {number}")
        shops.pan.changes.rename(dice.choice(pan), f"Waar {number}")
        shops.send()
        return shops.bag.emptied()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_event_that_was_answered_is_lost(database_url: str, tmp_path: Path) -> None:
    """A platform sends again what was not answered; nothing else here would bring the change."""
    with silence(), street(system_clock) as shops, moved_in() as move_in:
        pauses = {"delta_seconds": 100_000, "sweep_seconds": 100_000}
        home = move_in(tmp_path / "home", database_url, system_clock, **pauses)
        connected(shops, home)
        home.worker.drain()
        shops.bag.emptied()
        server, dice, letters, answered = (
            Server(tmp_path / "home", database_url),
            random.Random(9),
            [],
            0,
        )

        for _ in range(KILLS):
            with server.running(dice.uniform(0.2, 2.0)):
                while not letters or server.takes(letters[0]):
                    answered += bool(letters)
                    letters = letters[1:] or change(shops, dice, answered)
        assert all(home.receive(letter) == 200 for letter in letters)
        late = move_in(tmp_path / "home", database_url, after_all_leases, **pauses)
        late.worker.drain()

        fresh = move_in(tmp_path / "fresh", f"sqlite:///{tmp_path / 'fresh.sqlite3'}", system_clock)
        connected(shops, fresh)
        assert (answered > FEWEST_ANSWERED, late.export()) == (True, fresh.export())
