"""Finished pieces of answers, the least recently used forgotten first."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from threading import Lock

_BESIDES = 500
"""About what an entry takes beside its bytes: key, table slot, links."""


class FragmentCache:
    """JSON bytes by key, never more than `bound` bytes; safe between threads, for one schema."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._size = 0
        self._lock = Lock()
        self._held: OrderedDict[Hashable, bytes] = OrderedDict()
        self.hits = 0
        self.misses = 0

    @property
    def size(self) -> int:
        """Bytes held, with what each entry takes beside."""
        return self._size

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable) -> bytes | None:
        """Return what is held under a key, or None."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                self.misses += 1
                return None
            self._held.move_to_end(key)
            self.hits += 1
            return found

    def get_all(self, keys: Sequence[Hashable]) -> list[bytes | None]:
        """Return what is held under each of several keys."""
        with self._lock:
            held = self._held
            found = [held.get(key) for key in keys]
            for key, data in zip(keys, found, strict=True):
                if data is not None:
                    held.move_to_end(key)
            missing = found.count(None)
            self.misses += missing
            self.hits += len(found) - missing
        return found

    def put(self, key: Hashable, data: bytes) -> None:
        """Hold bytes; forget the oldest where there is no room."""
        size = len(data) + _BESIDES
        if size > self._bound:
            return
        with self._lock:
            before = self._held.pop(key, None)
            self._size += size - (0 if before is None else len(before) + _BESIDES)
            self._held[key] = data
            while self._size > self._bound:
                _, gone = self._held.popitem(last=False)
                self._size -= len(gone) + _BESIDES
