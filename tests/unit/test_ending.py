"""Commands that run on end when they are told to, also when nothing wakes them."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from regie.cli.ending import told_to_end, wait_for_end

NAMES = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before = {name: signal.getsignal(name) for name in NAMES}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


@pytest.mark.parametrize("name", NAMES)
def test_a_signal_ends_the_waiting(name: signal.Signals) -> None:
    stop = told_to_end()
    killer = threading.Timer(0.1, os.kill, (os.getpid(), name))
    killer.start()

    wait_for_end(stop)

    assert stop.is_set()


class Unwoken(threading.Event):
    """Is set without waking anybody, as by a signal that comes when a thread begins to wait."""

    def set(self) -> None:
        self._flag = True


def test_a_signal_that_wakes_nobody_ends_the_waiting_too() -> None:
    stop = Unwoken()
    setter = threading.Timer(0.1, stop.set)
    setter.start()

    wait_for_end(stop)

    assert stop.is_set()
