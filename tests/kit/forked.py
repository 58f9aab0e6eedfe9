"""Processes that begin with everything imported, so that a kill meets their work and no import."""

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Mapping
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
        "connector.platforms.shopify",
        "connector.platforms.woocommerce",
        "tests.kit.journal",
    ]
)


def forked(act: Callable[..., object], *given: object, out: Path) -> ForkServerProcess:
    """Let a process of its own act; what it prints goes into a file."""
    process = _ready.Process(target=_acting, args=(act, given, str(out)))
    process.start()
    return process


def command(words: list[str], environment: Mapping[str, str]) -> None:
    """Run `regie` as a shell does."""
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
    told = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(told, 1)
    os.close(told)
    act(*given)
