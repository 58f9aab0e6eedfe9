"""A shop floor to test on: a merchant with one database, a clock that is set, known randomness."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from connector.store import merchants
from connector.store.database import Database
from connector.store.merchants import Merchant
from connector.store.secrets import SecretBox
from storefront.fulfillment.store.floor import ShopFloor

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
MERCHANT = "mer_test"
BOX = SecretBox(["a secret that is long enough for tests"])


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


def a_floor(
    database: Database, clock: Callable[[], datetime] | None = None, seed: int = 7
) -> ShopFloor:
    """Return the floor of a merchant who stands in the database."""
    with database.write() as connection:
        merchants.add(connection, Merchant(MERCHANT, "Test", {}), NOON_MS)
    chance = random.Random(seed)
    return ShopFloor(database, BOX, clock or SetClock(), random=chance.randbytes)
