"""Who computes holds a pen: threads that wait for it do not fight for Python's lock meanwhile."""

import threading


class Pen:
    """Held by one thread at a time, but by nobody for long against the will of others.

    Whoever waited for `patience` seconds goes ahead without it: then the two of them share the
    processor as threads do anyway.
    """

    def __init__(self, patience: float) -> None:
        self._lock = threading.Lock()
        self._patience = patience

    def held(self) -> "Held":
        """Return what has the pen from entering to leaving, if it comes free in time."""
        return Held(self._lock, self._patience)


class Held:
    """One use of a pen."""

    __slots__ = ("_has_it", "_lock", "_patience")

    def __init__(self, lock: threading.Lock, patience: float) -> None:
        self._lock = lock
        self._patience = patience

    def __enter__(self) -> None:
        self._has_it = self._lock.acquire(timeout=self._patience)

    def __exit__(self, *_: object) -> None:
        if self._has_it:
            self._lock.release()
