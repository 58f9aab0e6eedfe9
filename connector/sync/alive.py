"""While a run lives, so do its leases: they are prolonged beside it, however slow the shop is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import structlog

from connector.store.errors import LeaseLost

_log = structlog.get_logger()


@contextmanager
def kept_alive(touch: Callable[[], None], seconds: float) -> Iterator[None]:
    """Call `touch` every so many seconds from a thread beside, until the block has ended.

    The first LeaseLost ends it, too: what is lost is not taken back, and the block learns of it in
    its own next write. After any other fault the next touch may go well.
    """
    over = Event()
    beside = Thread(target=_go_on, args=(touch, seconds, over), daemon=True)
    beside.start()
    try:
        yield
    finally:
        over.set()
        beside.join()


def _go_on(touch: Callable[[], None], seconds: float, over: Event) -> None:
    while not over.wait(seconds):
        try:
            touch()
        except LeaseLost:
            return
        except Exception as error:  # noqa: BLE001 - a busy database costs one touch, not the run
            _log.warning("sync.touch_failed", error=type(error).__name__)
