"""The journals of this process: what grows with every answer, and what is carried over after it."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import structlog

from connector.model.errors import StorageError
from connector.model.ids import new_id
from storefront.disclosure.ledger import journal
from storefront.disclosure.ledger.journal import Journal
from storefront.disclosure.ledger.record import groups_in
from storefront.disclosure.store.folding import Fold, in_parts

_log = structlog.get_logger()
_PAUSE = 1.0
_PLENTY = 1000
_MOST_WAITING = 64 * 1024 * 1024
"""Bytes that may wait to be folded; beyond them answers wait for room, and then are refused."""
_ROOM_WITHIN = 5.0
"""Seconds that an answer waits while folding gets on."""


class Unfolded(StorageError):
    """Entries of the ledger that cannot be carried over from a journal into its tables."""

    code = "ledger_unfolded"
    status = 503
    remedy = "Look whether the ledger's file is locked or damaged, or its disk full."


def _say(say: Callable[..., object], event: str, **more: str) -> None:
    """Log; where a log cannot be written, on a full disk or a closed line, folding goes on."""
    with suppress(OSError, ValueError):
        say(event, **more)


class Writing:
    """Appends to a journal, and folds it after a second or a thousand groups.

    A thread of its own folds, and ends when there is nothing left to do.
    """

    def __init__(
        self, folder: Path, fold: Fold, *, pause: float = _PAUSE, most: int = _MOST_WAITING
    ) -> None:
        self._folder = folder
        self._fold = fold
        self._pause = pause
        self._most = most
        self._growing: Journal | None = None
        self._whole: deque[Journal] = deque()
        self.forget()

    def forget(self) -> None:
        """Begin anew; in a fork, what stands is the parent's."""
        for it in (self._growing, *self._whole):
            if it is not None:
                it.let_go()
        name = new_id("jnl")
        self._names: Iterator[str] = (f"{name}.{number:09}" for number in count(1))
        self._pen = threading.Lock()
        self._room = threading.Condition(self._pen)
        self._folding = threading.Lock()
        self._plenty = threading.Event()
        self._growing = None
        self._whole = deque()
        self._thread: threading.Thread | None = None
        self._is_stuck = False

    def append(self, frame: bytes) -> None:
        """Write one record; when this returns, it survives the end of this process.

        Whoever writes faster than can be folded is held up by folding, and refused where that is
        stuck.
        """
        with self._pen:
            if self._thread is None:
                self._start_folding()
            if not self._has_room():
                self._await_room()
            growing = self._growing or self._begun()
            try:
                growing.append(frame)
            except OSError:
                self._end(growing)
                raise
            if len(growing.frames) == _PLENTY:
                self._plenty.set()

    def _has_room(self) -> bool:
        size = self._growing.size if self._growing else 0
        if self._whole:
            size += sum(it.size for it in self._whole)
        return size <= self._most

    def _await_room(self) -> None:
        """Let go of the pen until something was folded."""
        self._plenty.set()
        self._room.wait_for(lambda: self._is_stuck or self._has_room(), _ROOM_WITHIN)
        if not self._has_room():
            raise Unfolded("Too much of the ledger waits to be folded.")

    def _begun(self) -> Journal:
        found = self._growing = journal.begun(self._folder, self._names)
        return found

    def _start_folding(self) -> None:
        """Start the thread; where it cannot be started, the next one who writes tries again."""
        thread = threading.Thread(target=self._follow, name="ledger-fold", daemon=True)
        self._thread = thread
        try:
            thread.start()
        except BaseException:
            self._thread = None
            raise

    def _end(self, growing: Journal) -> None:
        """Write no more to a journal; at no moment does it stand in neither place."""
        if growing.frames:
            self._whole.append(growing)
        else:
            growing.remove()
        self._growing = None

    def _follow(self) -> None:
        """Fold until nothing is left; whatever ends this thread, another one can be started."""
        thread = threading.current_thread()
        try:
            self._keep_folding(thread)
        finally:
            with self._pen:
                if self._thread is thread:
                    self._thread = None

    def _keep_folding(self, thread: threading.Thread) -> None:
        while thread is self._thread:
            self._plenty.wait(self._pause)
            self._plenty.clear()
            self._try_to_fold()
            with self._pen:
                if self._growing is None and not self._whole and thread is self._thread:
                    self._thread = None

    def _try_to_fold(self) -> None:
        """Fold, or say once that it cannot be done: the entries wait in their journal."""
        try:
            self.fold()
        except Exception as error:  # noqa: BLE001 - whatever it was, the next turn tries again
            if not self._is_stuck:
                _say(_log.warning, "ledger.folding_failed", error=type(error).__name__)
            self._is_stuck = True
        else:
            self._is_stuck = False
        with self._pen:
            self._room.notify_all()

    def fold(self) -> None:
        """Carry over everything that was written before this was called."""
        if self._growing is None and not self._whole:
            return
        with self._folding:
            self._finish()
            with self._pen:
                if self._growing is not None:
                    self._end(self._growing)
            self._finish()

    def _finish(self) -> None:
        while self._whole:
            self._carry_over(self._whole[0])
            with self._pen:
                self._whole.popleft()
                self._room.notify_all()

    def _carry_over(self, it: Journal) -> None:
        """Fold what we know that we wrote; a file that says something else is evidence."""
        is_as_written = it.is_as_written()
        if not is_as_written:
            _say(_log.error, "ledger.journal_changed", journal=it.path.name)
        if not all(self._fold(groups_in(part)) for part in in_parts(it.frames)):
            raise Unfolded("The ledger has no tables.")
        if is_as_written:
            it.remove()
        else:
            it.set_aside()

    def close(self) -> None:
        """Fold, and leave what cannot be folded to whoever reads the ledger next."""
        self._try_to_fold()
        thread = self._thread
        with self._folding, self._pen:
            for it in (self._growing, *self._whole):
                if it is not None:
                    it.let_go()
            self._growing, self._thread = None, None
            self._whole.clear()
        self._plenty.set()
        if thread is not None:
            thread.join(self._pause)
