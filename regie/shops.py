"""The opened shops of one process: adapters and their context are kept between turns."""

from collections.abc import Callable

from msgspec import Struct
from sqlalchemy import Connection

from connector.platforms import Platform
from connector.store.connections import Shopfront
from connector.sync import Syncer
from regie.house import House

_CONTEXT_SECONDS = 900
Guard = Callable[[Connection], None]


class _Open(Struct):
    platform: Platform
    refresher: Syncer
    context_until: float
    guard: Guard


class Shops:
    """Adapters by connection; belongs to one thread."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._open: dict[str, _Open] = {}

    def platform(self, shopfront: Shopfront) -> Platform:
        """Return the adapter of a shop, opened once."""
        return self._opened(shopfront).platform

    def refresher(self, shopfront: Shopfront, guard: Guard) -> Syncer:
        """Return a syncer for single products whose context is at most fifteen minutes old.

        `guard` is called in each of its writes, until the next call here, and may undo it.
        """
        found = self._opened(shopfront)
        found.guard = guard
        now = self._house.clock().timestamp()
        if now >= found.context_until:
            found.refresher.forget_context()
            found.context_until = now + _CONTEXT_SECONDS
        return found.refresher

    def forget(self, shopfront: Shopfront) -> None:
        """Read the shop's context anew before the next refresh."""
        if shopfront.id in self._open:
            self._open[shopfront.id].context_until = 0.0

    def drop(self, connection_id: str) -> None:
        """Close an adapter that failed or is of no more use: the next one reads the keys anew."""
        found = self._open.pop(connection_id, None)
        if found is not None:
            found.platform.close()

    def close(self) -> None:
        """Close all adapters."""
        for found in self._open.values():
            found.platform.close()
        self._open.clear()

    def _opened(self, shopfront: Shopfront) -> _Open:
        if shopfront.id not in self._open:
            self._open[shopfront.id] = self._opening(shopfront)
        return self._open[shopfront.id]

    def _opening(self, shopfront: Shopfront) -> _Open:
        house, platform = self._house, self._house.platform(shopfront)
        refresher = Syncer(
            house.database,
            shopfront,
            platform,
            house.clock,
            heartbeat=lambda connection: found.guard(connection),  # noqa: PLW0108 - today's guard
        )
        found = _Open(platform, refresher, 0.0, _nothing)
        return found


def _nothing(_connection: Connection) -> None:
    """Guard nothing."""
