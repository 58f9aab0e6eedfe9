"""How many answers one asker may have in the making at once, so that others get theirs."""

import threading
from collections import deque
from collections.abc import Hashable

from connector.model.errors import TooMany

_RUNNING = 2
_WAITING = 6
_PATIENCE = 2.0


class TooManyAtOnce(TooMany):
    """So many answers for one asker are in the making that others would have to wait.

    The request counts against the budget like any other.
    """

    code = "too_many_at_once"
    remedy = "Ask again after the seconds in Retry-After, over fewer connections."

    def __init__(self) -> None:
        super().__init__("Too many requests of yours are in the making.", retry_after=1)


class _Line:
    """Those of one asker; who waits goes in the order in which they came."""

    __slots__ = ("running", "waiting")

    def __init__(self) -> None:
        self.running = 0
        self.waiting: deque[object] = deque()


class Turns:
    """Lets `running` go on at once for each asker, and `waiting` wait for up to `patience` seconds.

    It holds for one process: each has threads of its own to keep free.
    """

    def __init__(
        self, running: int = _RUNNING, waiting: int = _WAITING, patience: float = _PATIENCE
    ) -> None:
        self._running = running
        self._waiting = waiting
        self._patience = patience
        self._lock = threading.Lock()
        self._free = threading.Condition(self._lock)
        self._lines: dict[Hashable, _Line] = {}

    def one(self, asker: Hashable) -> "Turn":
        """Return a turn; who enters it has it, or gets TooManyAtOnce."""
        return Turn(self, asker)

    def begin(self, asker: Hashable) -> _Line:
        """Have a turn, or raise TooManyAtOnce."""
        with self._lock:
            line = self._lines.get(asker) or self._lines.setdefault(asker, _Line())
            if line.waiting or line.running >= self._running:
                self._wait(line)
            line.running += 1
            return line

    def _wait(self, line: _Line) -> None:
        """Wait behind those who came before: one who asks again at once must not pass them."""
        if line.running + len(line.waiting) >= self._running + self._waiting:
            raise TooManyAtOnce
        place = object()
        line.waiting.append(place)
        try:
            if not self._free.wait_for(lambda: self._is_next(line, place), self._patience):
                raise TooManyAtOnce
        finally:
            line.waiting.remove(place)
            if line.waiting:
                self._free.notify_all()

    def _is_next(self, line: _Line, place: object) -> bool:
        return line.waiting[0] is place and line.running < self._running

    def end(self, asker: Hashable, line: _Line) -> None:
        """Let the next one have it."""
        with self._lock:
            line.running -= 1
            if line.waiting:
                self._free.notify_all()
            elif not line.running:
                del self._lines[asker]


class Turn:
    """One asker's turn, from entering to leaving."""

    __slots__ = ("_asker", "_line", "_turns")

    def __init__(self, turns: Turns, asker: Hashable) -> None:
        self._turns = turns
        self._asker = asker

    def __enter__(self) -> None:
        self._line = self._turns.begin(self._asker)

    def __exit__(self, *_: object) -> None:
        self._turns.end(self._asker, self._line)
