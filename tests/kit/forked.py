"""Processes that begin with everything imported, so that a kill meets their work and no import."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from connector.store.clock import system_clock
from regie.cli import main
from regie.house import opened
from regie.settings import Settings
from regie.worker import Worker

_ready = multiprocessing.get_context("forkserver")
_ready.set_forkserver_preload(
    [
        "tests.kit.forked",
        "regie.cli.sync",
        "regie.cli.connect",
        "regie.cli.data",
        "regie.cli.serve",
        "regie.cli.web",
        "regie.cli.worker",
        "granian",
        "connector.platforms.shopify",
        "connector.platforms.woocommerce",
        "tests.kit.floor.promise_crowd",
        "tests.kit.journal",
    ]
)


def forked(act: Callable[..., object], *given: object, out: Path) -> ForkServerProcess:
    """Let a process act in a group of its own; what it prints goes into a file."""
    process = _ready.Process(target=_acting, args=(act, given, str(out)))
    process.start()
    return process


@contextmanager
def together(
    environment: Mapping[str, str], *commands: list[str]
) -> Iterator[list[ForkServerProcess]]:
    """Run commands of `regie` side by side, and kill what is left of them at the end."""
    nothing = Path(os.devnull)
    started = [forked(command, words, dict(environment), out=nothing) for words in commands]
    try:
        yield started
    finally:
        kill(started)
        for process in started:
            process.join()


def kill(processes: list[ForkServerProcess]) -> None:
    """Kill processes at once, each with all that it started."""
    for process in processes:
        try:
            os.killpg(process.pid or 0, signal.SIGKILL)
        except ProcessLookupError:  # it is gone, or has no group of its own yet
            process.kill()


def command(words: list[str], environment: Mapping[str, str]) -> None:
    """Run `regie` as a shell does: what it starts is not started as we were."""
    multiprocessing.set_start_method(None, force=True)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["regie", *words]
    main()


def work(settings: Settings, seconds_ahead: float) -> None:
    """Run a worker as `regie worker` does, by a clock that is so far ahead."""
    ahead = timedelta(seconds=seconds_ahead)
    with opened(settings, clock=lambda: system_clock() + ahead) as house:
        Worker(house).run(threading.Event())


def _acting(act: Callable[..., object], given: tuple[Any, ...], out: str) -> None:
    os.setsid()
    told = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(told, 1)
    os.close(told)
    act(*given)
