"""A process beside ours that is started again when it dies, and ends when we do."""

import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

KILL_SECONDS = 10
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 60.0
# Who lived so long was well: the next pause is short again.
_WELL_SECONDS = 60.0
_log = structlog.get_logger()
_Process = subprocess.Popen[bytes]


@contextmanager
def beside(command: Sequence[str]) -> Iterator[None]:
    """Keep a child running while the block runs; it ends with us, even if we are killed."""
    keeper = _Keeper(command)
    thread = threading.Thread(target=keeper.keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.end()
        thread.join(KILL_SECONDS)


class _Keeper:
    """Starts a child, and starts it again after a pause that doubles."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._stop = threading.Event()
        self._gate = threading.Lock()
        self._child: _Process | None = None

    def keep(self) -> None:
        """Run the child until told to end."""
        pause = _FIRST_PAUSE
        while (child := self._start()) is not None:
            begun = time.monotonic()
            status = child.wait()
            _let_go(child)
            if self._stop.is_set():
                return
            pause = _FIRST_PAUSE if time.monotonic() - begun > _WELL_SECONDS else pause
            _log.warning("worker.died", status=status, again_in=pause)
            self._stop.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _start(self) -> _Process | None:
        with self._gate:
            if self._stop.is_set():
                return None
            self._child = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603 - ourselves
            return self._child

    def end(self) -> None:
        """End the child; where a shop hangs it is killed, for its work is taken up again."""
        with self._gate:
            self._stop.set()
            child = self._child
        if child is None:
            return
        _let_go(child)
        child.terminate()
        try:
            child.wait(KILL_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()


def _let_go(child: _Process) -> None:
    """Close the pipe by which a child knows that we live."""
    if child.stdin:
        child.stdin.close()
