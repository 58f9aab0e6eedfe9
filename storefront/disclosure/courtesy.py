"""Whoever took much of this process lately steps aside while others are being answered."""

import math
import threading
import time
from collections.abc import Callable, Hashable
from types import TracebackType
from typing import Self

from storefront.disclosure.accounts import FORGOTTEN_IN, Accounts
from storefront.disclosure.pen import Held, Pen

_PATIENCE = 0.25
"""The longest, in seconds, that one request steps aside altogether."""
_REST = 0.1
"""The longest, in seconds, that somebody loud rests before a piece of work, for others' sake."""
_REFUSED_REST = 0.5
"""So many seconds rests who was told to wait and asks on."""
_BREATH = 0.0001
"""So many seconds somebody loud sleeps in the middle of long work, for others' sake."""
_PEN_WITHIN, _LOUD_PEN_WITHIN = 0.01, 0.05
"""The longest, in seconds, that somebody waits for another's computing to end."""
_LATELY = 1.0
_MOST_ASIDE = _MOST_RESTING = 8
"""So many threads stand aside, and so many rest; `regie serve` has eight more for all others."""


class Courtesy:
    """Knows who is loud and whether somebody quiet is being answered; for one process.

    `now` and `taken` are clocks, the second that of the processor time of the calling thread.
    """

    def __init__(
        self,
        patience: float = _PATIENCE,
        now: Callable[[], float] = time.monotonic,
        taken: Callable[[], float] = time.thread_time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._accounts = Accounts()
        self.patience = patience
        self.now = now
        self.taken = taken
        self._sleep = sleep
        self._answered: dict[Hashable, float] = {}
        self._answered_quiet: dict[Hashable, float] = {}
        self._lock = threading.Lock()
        self._calm = threading.Condition(self._lock)
        self._here = threading.local()
        self._pen, self._loud_pen = Pen(_PEN_WITHIN), Pen(_LOUD_PEN_WITHIN)
        self.quiet = 0
        self._aside = self._resting = 0

    def visit(self, asker: Hashable) -> "Visit":
        """Return what is entered for the length of a request."""
        return Visit(self, asker)

    def pause(self) -> None:
        """Step aside if this thread answers somebody loud; to be called in long work."""
        visit: Visit | None = getattr(self._here, "visit", None)
        if visit is not None:
            visit.pause()

    def rest(self) -> None:
        """Rest before long work if this thread answers somebody loud."""
        visit: Visit | None = getattr(self._here, "visit", None)
        if visit is not None:
            visit.rest()

    def computing(self) -> Held:
        """Return what this thread holds while it computes, so that few do at once.

        Those who are loud have a pen of their own: nobody quiet waits for them.
        """
        visit: Visit | None = getattr(self._here, "visit", None)
        return (self._loud_pen if visit is not None and visit.loud else self._pen).held()

    def breathe(self, asker: Hashable) -> None:
        """Let other threads begin, where somebody quiet was answered lately.

        The system may let a thread compute for milliseconds before it lets another one begin.
        """
        if _others(self._answered_quiet, asker, self.now()):
            self._sleep(_BREATH)

    def rest_refused(self, asker: Hashable) -> None:
        """Let one rest who asks on although he was told to wait, where others were answered."""
        if _others(self._answered, asker, self.now()):
            self._rest(_REFUSED_REST)

    def enter(self, visit: "Visit | None") -> None:
        """Note what this thread answers."""
        self._here.visit = visit

    def begin(self, asker: Hashable) -> bool:
        """Note that an asker is being answered; tell whether he is loud."""
        if self._accounts.is_loud(asker, self.now()):
            return True
        with self._lock:
            self.quiet += 1
        return False

    def end(self, asker: Hashable, seconds: float, *, loud: bool, refused: bool) -> None:
        """Note that he was answered, or told to wait, and what it took."""
        now = self.now()
        with self._lock:
            self._accounts.add(asker, seconds, now)
            if not refused:
                _remember(self._answered, asker, now)
            if loud:
                return
            if not refused:
                _remember(self._answered_quiet, asker, now)
            self.quiet -= 1
            if not self.quiet and self._aside:
                self._calm.notify_all()

    def rest_of(self, asker: Hashable) -> None:
        """Let a loud asker wait until he took less, where others were answered lately."""
        now = self.now()
        excess = self._accounts.excess(asker, now)
        if excess > 1 and _others(self._answered_quiet, asker, now):
            self._rest(min(FORGOTTEN_IN * math.log2(excess), _REST))

    def _rest(self, seconds: float) -> None:
        """Sleep, unless so many do that the threads that are left are for others."""
        with self._lock:
            if self._resting >= _MOST_RESTING:
                return
            self._resting += 1
        try:
            self._sleep(seconds)
        finally:
            with self._lock:
                self._resting -= 1

    def step_aside(self, patience: float) -> float:
        """Wait until nobody quiet is being answered; return what is left of the patience."""
        began = self.now()
        with self._calm:
            if self._aside >= _MOST_ASIDE:
                return patience  # the threads that are left are for others
            self._aside += 1
            try:
                self._calm.wait_for(lambda: not self.quiet, patience)
            finally:
                self._aside -= 1
        return patience - (self.now() - began)


class Visit:
    """One request of an asker; `refused` once he was told to wait."""

    __slots__ = ("_asker", "_began", "_courtesy", "_patience", "loud", "refused")

    def __init__(self, courtesy: Courtesy, asker: Hashable) -> None:
        self._courtesy = courtesy
        self._asker = asker
        self._patience = courtesy.patience
        self.refused = False

    def __enter__(self) -> Self:
        self._began = self._courtesy.taken()
        self.loud = self._courtesy.begin(self._asker)
        self._courtesy.enter(self)
        if self.loud:
            self.rest()
            self.pause()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._courtesy.enter(None)
        spent = self._courtesy.taken() - self._began
        self._courtesy.end(self._asker, spent, loud=self.loud, refused=self.refused)
        if self.refused:
            self._courtesy.rest_refused(self._asker)

    def pause(self) -> None:
        """Step aside while somebody quiet is being answered, if this one is loud."""
        if self.loud:
            self._courtesy.breathe(self._asker)
            if self._courtesy.quiet and self._patience > 0:
                self._patience = self._courtesy.step_aside(self._patience)

    def rest(self) -> None:
        """Wait for a moment if this one is loud."""
        if self.loud:
            self._courtesy.rest_of(self._asker)


def _remember(lately: dict[Hashable, float], asker: Hashable, now: float) -> None:
    """Keep the two askers that came last: one of them is somebody else."""
    lately.pop(asker, None)
    lately[asker] = now
    if len(lately) > 2:
        del lately[next(iter(lately))]


def _others(lately: dict[Hashable, float], asker: Hashable, now: float) -> bool:
    """Tell whether somebody else came lately."""
    return any(who != asker and now - at <= _LATELY for who, at in list(lately.items()))
