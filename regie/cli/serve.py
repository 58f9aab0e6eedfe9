"""`regie serve`: the processes that answer, and on request the worker beside them."""

import gc
import logging
import sys
from contextlib import nullcontext
from importlib import import_module

import click

from regie import settings as environment
from regie.cli.child import KILL_SECONDS, beside
from regie.cli.common import the_house
from regie.cli.port import refuse_taken
from storefront.fulfillment.work.following import MOST_WAITERS

# Requests at once per process, 16 of whom may stand back for others; and beside them those who
# only wait for news of the floor.
_THREADS = 24 + MOST_WAITERS
# Web processes begin with this, import the application with few pauses, and settle then.
_IMPORTING = 100_000
_APPLICATION = "regie.cli.web"
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
    gc.set_threshold(_IMPORTING)
    # So many threads are meant: most of them only wait for news of the floor.
    logging.getLogger("_granian").addFilter(lambda it: "Python threads" not in it.getMessage())
    if processes > 1:
        import_module(_APPLICATION)  # once for all of them, which are forks of this one
    server = Granian(
        f"{_APPLICATION}:following_app",
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


def _run_plain_server(host: str, port: int, error: ImportError) -> None:
    """Serve with Werkzeug: slower, in one process, but it runs everywhere."""
    from werkzeug.serving import run_simple  # noqa: PLC0415 - only where it is needed

    from regie.app import create_app  # noqa: PLC0415 - web processes import it themselves

    click.secho(
        f"granian cannot run here ({error}); serving with Werkzeug, which is for one user.",
        fg="yellow",
        err=True,
    )
    run_simple(host, port, create_app(), threaded=True)
