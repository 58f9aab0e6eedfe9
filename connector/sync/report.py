"""What a sync tells while it runs and when it ends."""

from typing import Protocol

from msgspec import Struct

from connector.store.product.change import Counts


class Summary(Struct, frozen=True):
    """What a run changed; `seconds` of wall time, `problems` in products."""

    connection_id: str
    mode: str
    counts: Counts
    seen: int
    problems: int
    seconds: float
    resumed: bool


class Reporter(Protocol):
    """Somebody who watches a sync."""

    def step(self, name: str, done: int, total: int | None) -> None:
        """Take note of progress: `done` of `total` products (None: not known yet)."""

    def problem(self, external_id: str, message: str) -> None:
        """Take note that one product could not be read; the run goes on."""


class Silent:
    """Nobody watches."""

    def step(self, name: str, done: int, total: int | None) -> None:
        """Say nothing."""

    def problem(self, external_id: str, message: str) -> None:
        """Say nothing."""
