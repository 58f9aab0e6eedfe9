"""Whoever took much of this process lately steps aside while others are being answered."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from types import TracebackType
from typing import Self

from storefront.disclosure.pen import Held, Pen

_SHARE = 0.1
"""Of one processor: who takes more of it is loud."""
_FORGOTTEN_IN = 1.0
"""Seconds in which what was taken counts half."""
_PATIENCE = 0.25
"""The longest, in seconds, that one request steps aside altogether."""
_REST = 0.1
"""The longest, in seconds, that somebody loud rests before a piece of work, for others' sake."""
_REFUSED_REST = 0.5
"""So many seconds rests who was told to wait and asks on."""
_PEN_WITHIN, _LOUD_PEN_WITHIN = 0.01, 0.05
"""The longest, in seconds, that somebody waits for another's computing to end."""
_LATELY = 1.0
_MOST_ASIDE = 8
_MOST_KNOWN = 10_000


class _Account:
    """How much processor time one asker took lately, as of a moment."""

    __slots__ = ("at", "spent")

    def __init__(self, at: float) -> None:
        self.at = at
        self.spent = 0.0

    def add(self, seconds: float, now: float) -> None:
        self.spent = self.left(now) + seconds
        self.at = now

    def left(self, now: float) -> float:
        """Return what still counts."""
        return self.spent * float(2 ** ((self.at - now) / _FORGOTTEN_IN))


class Courtesy:
    """Knows who is loud and whether somebody quiet is being answered; for one process.

    `share` of a processor makes an asker loud; `now` and `taken` are clocks, the second that of
    the processor time of the calling thread.
    """

    def __init__(
        self,
        share: float = _SHARE,
        patience: float = _PATIENCE,
        now: Callable[[], float] = time.monotonic,
        taken: Callable[[], float] = time.thread_time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._loud = share * _FORGOTTEN_IN * 1.44
        self.patience = patience
        self.now = now
        self.taken = taken
        self._sleep = sleep
        self._answered: dict[Hashable, float] = {}
        self._accounts: OrderedDict[Hashable, _Account] = OrderedDict()
        self._lock = threading.Lock()
        self._calm = threading.Condition(self._lock)
        self._here = threading.local()
        self._pen, self._loud_pen = Pen(_PEN_WITHIN), Pen(_LOUD_PEN_WITHIN)
        self.quiet = 0
        self._aside = 0

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

    def rest_refused(self, asker: Hashable) -> None:
        """Let one rest who asks on although he was told to wait, where others were answered."""
        if self._others(asker, self.now()):
            self._rest(_REFUSED_REST)

    def enter(self, visit: "Visit | None") -> None:
        """Note what this thread answers."""
        self._here.visit = visit

    def begin(self, asker: Hashable) -> bool:
        """Note that an asker is being answered; tell whether he is loud."""
        account = self._accounts.get(asker)
        if account is not None and account.left(self.now()) > self._loud:
            return True
        with self._lock:
            self.quiet += 1
        return False

    def end(self, asker: Hashable, seconds: float, *, loud: bool) -> None:
        """Note that he was answered, and what it took."""
        now = self.now()
        with self._lock:
            account = self._accounts.get(asker)
            if account is None:
                account = self._accounts[asker] = _Account(now)
                if len(self._accounts) > _MOST_KNOWN:
                    self._accounts.popitem(last=False)
            account.add(seconds, now)
            if not loud:
                self.quiet -= 1
                self._remember(asker, now)
                if not self.quiet and self._aside:
                    self._calm.notify_all()

    def rest_of(self, asker: Hashable) -> None:
        """Let a loud asker wait until he took less, where others were answered lately."""
        now = self.now()
        account = self._accounts.get(asker)
        if account is None or not self._others(asker, now):
            return
        over = account.left(now) / self._loud
        if over > 1:
            self._rest(min(_FORGOTTEN_IN * math.log2(over), _REST))

    def _rest(self, seconds: float) -> None:
        """Sleep, unless so many do that the threads that are left are for others."""
        if self._aside < _MOST_ASIDE:
            self._aside += 1
            try:
                self._sleep(seconds)
            finally:
                self._aside -= 1

    def _remember(self, asker: Hashable, now: float) -> None:
        """Keep the two quiet askers that were answered last: one of them is somebody else."""
        self._answered.pop(asker, None)
        self._answered[asker] = now
        if len(self._answered) > 2:
            del self._answered[next(iter(self._answered))]

    def _others(self, asker: Hashable, now: float) -> bool:
        answered = list(self._answered.items())
        return any(who != asker and now - at <= _LATELY for who, at in answered)

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
    """One request of an asker."""

    __slots__ = ("_asker", "_began", "_courtesy", "_patience", "loud")

    def __init__(self, courtesy: Courtesy, asker: Hashable) -> None:
        self._courtesy = courtesy
        self._asker = asker
        self._patience = courtesy.patience

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
        self._courtesy.end(self._asker, spent, loud=self.loud)

    def pause(self) -> None:
        """Step aside while somebody quiet is being answered, if this one is loud."""
        if self.loud and self._courtesy.quiet and self._patience > 0:
            self._patience = self._courtesy.step_aside(self._patience)

    def rest(self) -> None:
        """Wait for a moment if this one is loud."""
        if self.loud:
            self._courtesy.rest_of(self._asker)
