"""The opened shops of one process: adapters and their context are kept between turns."""

from msgspec import Struct

from connector.platforms import Platform
from connector.store.connections import Shopfront
from connector.sync import Syncer
from regie.house import House

_CONTEXT_SECONDS = 900


class _Open(Struct):
    platform: Platform
    refresher: Syncer
    context_until: float


class Shops:
    """Adapters by connection; belongs to one thread."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._open: dict[str, _Open] = {}

    def platform(self, shopfront: Shopfront) -> Platform:
        """Return the adapter of a shop, opened once."""
        return self._opened(shopfront).platform

    def refresher(self, shopfront: Shopfront) -> Syncer:
        """Return a syncer for single products whose context is at most fifteen minutes old."""
        found = self._opened(shopfront)
        now = self._house.clock().timestamp()
        if now >= found.context_until:
            found.refresher.forget_context()
            found.context_until = now + _CONTEXT_SECONDS
        return found.refresher

    def forget(self, shopfront: Shopfront) -> None:
        """Read the shop's context anew before the next refresh."""
        if shopfront.id in self._open:
            self._open[shopfront.id].context_until = 0.0

    def close(self) -> None:
        """Close all adapters."""
        for found in self._open.values():
            found.platform.close()
        self._open.clear()

    def _opened(self, shopfront: Shopfront) -> _Open:
        if shopfront.id not in self._open:
            platform = self._house.platform(shopfront)
            house = self._house
            refresher = Syncer(house.database, shopfront, platform, house.clock)
            self._open[shopfront.id] = _Open(platform, refresher, 0.0)
        return self._open[shopfront.id]
