"""What was asked of the shop, without the secrets."""

from collections import Counter, deque
from typing import Any, Final

KEPT: Final = 1000


class Log:
    """The last requests and a count of all."""

    def __init__(self) -> None:
        self.entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.counts: Counter[str] = Counter()

    def note(self, event: str, **facts: Any) -> None:
        """Write one event down."""
        self.entries.append({"event": event, **facts})
        self.counts[event] += 1
