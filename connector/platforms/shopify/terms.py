"""What holds for every product of a shop: the words a product is read with."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from connector.model.ids import source_id

PLATFORM = "shopify"


class Terms(Struct, frozen=True):
    """The shop's name, money and language; `digest` stands for all that shapes its products."""

    shop: str
    currency: str
    tax_included: bool | None
    language: str | None
    digest: bytes


PICKUP_MINUTES: Mapping[str, int] = {
    "ONE_HOUR": 60,
    "TWO_HOURS": 120,
    "FOUR_HOURS": 240,
    "TWENTY_FOUR_HOURS": 1440,
    "TWO_TO_FOUR_DAYS": 4 * 1440,
    "FIVE_OR_MORE_DAYS": 5 * 1440,
}
"""The latest moment of each promise; Shopify names no other (CUSTOM is deprecated)."""


@lru_cache(maxsize=16384)
def location_id(shop: str, gid: str) -> str:
    """Return our id of a place, also of one that the shop no longer lists."""
    return source_id("loc", PLATFORM, shop, gid)
