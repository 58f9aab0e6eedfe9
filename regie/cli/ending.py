"""How a command that runs on is told to end: by SIGTERM or Ctrl-C."""

import signal
import threading

_LOOK = 0.5


def told_to_end() -> threading.Event:
    """Return what is set when this process is told to end; to be called by its main thread."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop


def wait_for_end(stop: threading.Event | None = None) -> None:
    """Wait until told to end.

    A signal that comes in the very moment in which a thread begins to wait does not wake it:
    Python calls its handler when the thread runs on, so it looks by itself now and then.
    """
    stop = stop or told_to_end()
    while not stop.wait(_LOOK):
        pass
