"""Commands that run on end when they are told to, in whatever moment."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from regie.cli.ending import told_to_end, wait_for_end

NAMES = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before = {name: signal.getsignal(name) for name in NAMES}
    yield
    signal.set_wakeup_fd(-1)
    for name, handler in before.items():
        signal.signal(name, handler)


@pytest.mark.parametrize("name", NAMES)
def test_a_signal_ends_the_waiting(name: signal.Signals) -> None:
    stop = told_to_end()
    assert not stop.is_set()
    threading.Timer(0.1, os.kill, (os.getpid(), name)).start()

    wait_for_end(stop)

    assert stop.is_set()


def test_another_signal_ends_nothing() -> None:
    stop = told_to_end()
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        assert not stop.wait(0.05)
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_no_moment_is_the_wrong_one() -> None:
    """Signals in a row, while waiting begins again and again: none deadlocks, none is lost."""
    dice = random.Random(3)
    for _ in range(60):
        stop = told_to_end()
        pause = dice.uniform(0, 0.0005)
        killer = threading.Thread(target=_kill, args=(pause, dice.randint(1, 3)))
        killer.start()
        while not stop.wait(0):
            pass
        killer.join()


def _kill(pause: float, times: int) -> None:
    time.sleep(pause)
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGTERM)
