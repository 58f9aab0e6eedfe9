"""Whole answers, kept by all that shapes them; so many bytes and no more."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from gateway.desk.answer import Answer


class Responses:
    """Answers by key; a key names merchant, sight, operation, variables and catalogue version."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._size = 0
        self._lock = Lock()
        self._held: OrderedDict[Hashable, tuple[Answer, int]] = OrderedDict()

    @property
    def size(self) -> int:
        """Bytes held."""
        return self._size

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable) -> Answer | None:
        """Return the answer that is held under a key, or None."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer; it is counted twice, for a compressed copy may join it."""
        size = 2 * answer.size
        if size > self._bound // 4:
            return
        with self._lock:
            before = self._held.pop(key, None)
            self._size += size - (before[1] if before else 0)
            self._held[key] = (answer, size)
            while self._size > self._bound:
                _, (_, gone) = self._held.popitem(last=False)
                self._size -= gone
