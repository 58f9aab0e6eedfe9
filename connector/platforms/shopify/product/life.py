"""Whether a Shopify product may be shown, read apart from all of its other facts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import field

from connector.model.publication import Life, Status, Visibility, Withheld
from connector.platforms.shopify.product import house_fields
from connector.platforms.shopify.product.payload import (
    Line,
    MetafieldLine,
    PlacementLine,
    ProductLine,
)

LIVES = {
    "ACTIVE": (Status.ACTIVE, Visibility.PUBLIC),
    "UNLISTED": (Status.ACTIVE, Visibility.UNLISTED),
    "DRAFT": (Status.DRAFT, Visibility.PUBLIC),
    "ARCHIVED": (Status.ARCHIVED, Visibility.PUBLIC),
}
UNKNOWN_LIFE = (Status.ACTIVE, Visibility.PRIVATE)
"""A status that Shopify invents tomorrow is shown to nobody."""
POLICY = "agent_policy"


class LifeLine(Line):
    """A Product, of which only that is read."""

    status: str
    published_at: datetime | None = None


class WordLine(Line):
    """A Metafield, whatever it holds."""

    namespace: Any = None
    key: Any = None
    value: Any = None
    parent: str = field(default="", name="__parentId")

    @property
    def is_policy(self) -> bool:
        """Whether it is a product's own word on agents."""
        mine = "/ProductVariant/" not in self.parent
        return mine and (self.namespace, self.key) == (house_fields.NAMESPACE, POLICY)

    def as_metafield(self) -> MetafieldLine:
        """Return it as one that can be read; what is no text is no policy."""
        value = self.value if isinstance(self.value, str) else ""
        return MetafieldLine(house_fields.NAMESPACE, POLICY, "json", value)


def life(
    line: ProductLine | LifeLine,
    placements: Iterable[PlacementLine],
    fields: house_fields.Fields,
    read_at: datetime,
) -> Life:
    """Return what a product's state, its channels and its word on agents say."""
    status, visibility = LIVES.get(line.status, UNKNOWN_LIFE)
    found, comes_at = [], _comes_at(line.published_at, placements)
    if comes_at is None:
        found.append(Withheld.NOT_ON_CHANNEL)
    elif comes_at > read_at:
        found.append(Withheld.SCHEDULED)
    objection = house_fields.policy_objection(fields) if fields else None
    if objection is not None:
        found.append(objection)
    return Life(status, visibility, tuple(found), comes_at)


def own_fields(metafields: Iterable[MetafieldLine]) -> house_fields.Fields:
    """Return those of a product's metafields that are meant for Regie."""
    return {each.key: each for each in metafields if each.namespace == house_fields.NAMESPACE}


def _comes_at(
    published_at: datetime | None, placements: Iterable[PlacementLine]
) -> datetime | None:
    """Return from when the product is published in the shop and in a channel; None is never.

    Shopify calls published what will be so later, too.
    """
    if published_at is None:
        return None
    dates = [each.publish_date or published_at for each in placements if each.is_published]
    return max(published_at, min(dates)) if dates else None
