"""`regie worker`: the process that works off what is due."""

import os
import sys
import threading
import time

import click

from regie import settings as environment
from regie.cli.child import KILL_SECONDS
from regie.cli.common import the_house
from regie.cli.ending import told_to_end
from regie.log import configure_logging
from regie.worker import Worker


@click.command()
@click.option("--follow-parent", is_flag=True, hidden=True, help="End when standard input ends.")
def worker(*, follow_parent: bool) -> None:
    """Work off webhooks, syncs and due prices until interrupted."""
    stop = told_to_end()
    if follow_parent:
        threading.Thread(target=_wait_for_parent, args=(stop,), daemon=True).start()
    configure_logging(environment.read().log)
    with the_house(quiet=False) as house:
        Worker(house).run(stop)


def _wait_for_parent(stop: threading.Event) -> None:
    """End soon after the parent, even in the middle of a call to a shop that hangs."""
    sys.stdin.buffer.read()
    stop.set()
    time.sleep(KILL_SECONDS)
    os._exit(1)
