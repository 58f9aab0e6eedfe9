"""How a command that runs on is told to end: by SIGTERM or Ctrl-C."""

import os
import signal
import threading

_ENDS = (signal.SIGTERM, signal.SIGINT)


def told_to_end() -> threading.Event:
    """Return what is set when this process is told to end; to be called by its main thread.

    A thread of its own sets it, woken by a byte that Python's C code writes. A handler must not: it
    runs in the main thread between any two steps, also while that holds the event's own lock, or
    only once a thread that began to wait in that moment runs on.
    """
    stop = threading.Event()
    told, tell = os.pipe()  # both stay open: a signal may come at any time
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for name in _ENDS:
        signal.signal(name, _left_to_the_thread)
    threading.Thread(target=_listen, args=(told, stop), name="ending", daemon=True).start()
    return stop


def wait_for_end(stop: threading.Event | None = None) -> None:
    """Wait until told to end."""
    (stop or told_to_end()).wait()


def _left_to_the_thread(_number: int, _frame: object) -> None:
    """Do nothing: without a handler of Python's, none of its C code would see the signal."""


def _listen(told: int, stop: threading.Event) -> None:
    while not stop.is_set():
        if set(os.read(told, 64)) & set(_ENDS):
            stop.set()
