"""How much of a process every asker took lately, and who of them is loud."""

from collections import OrderedDict
from collections.abc import Hashable

FORGOTTEN_IN = 1.0
"""Seconds in which what was taken counts half."""
_LOUD_FROM, _LOUD_UNTIL = 0.25, 0.05
"""Shares of a processor: who takes the first is loud until he takes less than the second.

Between them lie those who ask for a lot at a steady pace: they would go on like that if nobody
stopped them. Who fills whatever is left to him stays loud, for he takes all that he gets.
"""
_MOST_KNOWN = 10_000


class _Account:
    """Seconds of processor time that one asker took lately, as of a moment."""

    __slots__ = ("at", "loud", "spent")

    def __init__(self, at: float) -> None:
        self.at = at
        self.spent = 0.0
        self.loud = False

    def add(self, seconds: float, now: float) -> None:
        self.spent = self.left(now) + seconds
        self.at = now

    def left(self, now: float) -> float:
        """Return what still counts."""
        return self.spent * float(2 ** ((self.at - now) / FORGOTTEN_IN))


class Accounts:
    """Accounts by asker; to be written under one lock, read without."""

    def __init__(self, loud_from: float = _LOUD_FROM, loud_until: float = _LOUD_UNTIL) -> None:
        whole = FORGOTTEN_IN * 1.44
        self._from, self._until = loud_from * whole, loud_until * whole
        self._held: OrderedDict[Hashable, _Account] = OrderedDict()

    def add(self, asker: Hashable, seconds: float, now: float) -> None:
        """Note what an asker took."""
        account = self._held.get(asker)
        if account is None:
            account = self._held[asker] = _Account(now)
            if len(self._held) > _MOST_KNOWN:
                self._held.popitem(last=False)
        account.add(seconds, now)

    def is_loud(self, asker: Hashable, now: float) -> bool:
        """Tell whether he is to make room for others."""
        account = self._held.get(asker)
        if account is None:
            return False
        account.loud = account.left(now) > (self._until if account.loud else self._from)
        return account.loud

    def excess(self, asker: Hashable, now: float) -> float:
        """Return by how much he took more than what is quiet: 1 and less is quiet."""
        account = self._held.get(asker)
        return 0.0 if account is None else account.left(now) / self._until
