"""`regie serve` and `regie worker`: the processes of the house."""

import gc
import os
import signal
import sys
import threading
import time
from contextlib import nullcontext

import click
from flask import Flask

from regie import settings as environment
from regie.app import create_app
from regie.cli.child import KILL_SECONDS, beside
from regie.cli.common import the_house
from regie.cli.port import refuse_taken
from regie.log import configure_logging
from regie.worker import Worker
from storefront.fulfillment.work.following import MOST_WAITERS

# Requests at once per process, and beside them those who only wait for news of the floor.
_THREADS = 16 + MOST_WAITERS
# Seldom: one long walk of the collector holds up every answer.
_COLLECTED = (10_000, 20, 10)
# Seconds that a thread computes on while another wants to: a short answer wants to ten times.
_SWITCH = 0.0001
_WORKER = (sys.executable, "-m", "regie", "worker", "--follow-parent")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option(
    "--processes", type=click.IntRange(1, 256), default=1, show_default=True, help="Web processes."
)
@click.option("--with-worker", is_flag=True, help="Run a worker beside the server.")
def serve(host: str, port: int, processes: int, *, with_worker: bool) -> None:
    """Serve the catalogue, webhooks and pages."""
    environment.assume_public_url(f"http://{host}:{port}")
    with the_house():
        pass  # refuse a bad setting or database here, once, and not in every process
    refuse_taken(host, port)
    with beside(_WORKER) if with_worker else nullcontext():
        click.echo(f"http://{host}:{port}/graphql")
        _run_server(host, port, processes)


def _run_server(host: str, port: int, processes: int) -> None:
    try:
        from granian import Granian  # noqa: PLC0415 - absent where no wheel fits the machine
        from granian.constants import Interfaces  # noqa: PLC0415 - as above
        from granian.log import LogLevels  # noqa: PLC0415 - as above
    except ImportError as error:
        _run_plain_server(host, port, error)
        return
    server = Granian(
        "regie.cli.serve:following_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=processes,
        blocking_threads=_THREADS,
        workers_kill_timeout=KILL_SECONDS,
        log_access=False,
        log_level=LogLevels.warning,
    )
    server.serve()


def following_app() -> Flask:
    """Return the application of one web process, which ends with the process that started it."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    app = create_app()
    settle()
    return app


def settle() -> None:
    """Prepare this process for many short answers, once all that stays is there."""
    gc.collect()
    gc.freeze()  # what is there now stays: the collector need not walk it before every answer
    gc.set_threshold(*_COLLECTED)
    sys.setswitchinterval(_SWITCH)


def _end_with(parent: int) -> None:
    """Leave when the parent is gone: nobody else would end us, and the port would stay taken."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _run_plain_server(host: str, port: int, error: ImportError) -> None:
    """Serve with Werkzeug: slower, in one process, but it runs everywhere."""
    from werkzeug.serving import run_simple  # noqa: PLC0415 - only where it is needed

    click.secho(
        f"granian cannot run here ({error}); serving with Werkzeug, which is for one user.",
        fg="yellow",
        err=True,
    )
    run_simple(host, port, create_app(), threaded=True)


@click.command()
@click.option("--follow-parent", is_flag=True, hidden=True, help="End when standard input ends.")
def worker(*, follow_parent: bool) -> None:
    """Work off webhooks, syncs and due prices until interrupted."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
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
