"""A small memory that forgets what was used least recently; safe between threads."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

_T = TypeVar("_T")


class Bounded(Generic[_T]):
    """Values by key, whose sizes together are at most `most`; each counts one unless told."""

    def __init__(self, most: int, size_of: Callable[[Any, _T], int] = lambda _key, _it: 1) -> None:
        self._most = most
        self._size_of = size_of
        self._size = 0
        self._lock = Lock()
        self._held: OrderedDict[Hashable, _T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable) -> _T | None:
        """Return what is held under a key, or None."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: Hashable, value: _T) -> _T:
        """Hold a value and return it."""
        with self._lock:
            if key in self._held:
                self._size -= self._size_of(key, self._held.pop(key))
            self._held[key] = value
            self._size += self._size_of(key, value)
            while self._size > self._most and self._held:
                gone = self._held.popitem(last=False)
                self._size -= self._size_of(*gone)
        return value
