"""May a product be shown outside, and if not, why not."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from msgspec import Struct


class Status(Enum):
    """Life of a product in its shop."""

    ACTIVE = "ACTIVE"
    DRAFT = "DRAFT"
    SCHEDULED = "SCHEDULED"
    ARCHIVED = "ARCHIVED"


class Visibility(Enum):
    """Who finds a product in its shop: everyone, only search or list, only by link, or nobody."""

    PUBLIC = "PUBLIC"
    CATALOG_ONLY = "CATALOG_ONLY"
    SEARCH_ONLY = "SEARCH_ONLY"
    UNLISTED = "UNLISTED"
    PASSWORD = "PASSWORD"  # noqa: S105 - a state, not a secret
    PRIVATE = "PRIVATE"


class Withheld(Enum):
    """A reason why a product may not be shown outside."""

    DRAFT = "DRAFT"
    SCHEDULED = "SCHEDULED"
    ARCHIVED = "ARCHIVED"
    UNLISTED = "UNLISTED"
    PASSWORD = "PASSWORD"  # noqa: S105 - a reason, not a secret
    PRIVATE = "PRIVATE"
    NOT_ON_CHANNEL = "NOT_ON_CHANNEL"
    NO_VARIANT = "NO_VARIANT"
    NO_PRICE = "NO_PRICE"
    NOT_PURCHASABLE = "NOT_PURCHASABLE"
    BAD_AGENT_POLICY = "BAD_AGENT_POLICY"
    AGENT_POLICY = "AGENT_POLICY"


class Publication(Struct, frozen=True, rename="camel"):
    """Publishable only when no reason speaks against it."""

    publishable: bool
    reasons: tuple[Withheld, ...]


_BY_STATUS = {
    Status.ACTIVE: (),
    Status.DRAFT: (Withheld.DRAFT,),
    Status.SCHEDULED: (Withheld.SCHEDULED,),
    Status.ARCHIVED: (Withheld.ARCHIVED,),
}
_BY_VISIBILITY = {
    Visibility.PUBLIC: (),
    Visibility.CATALOG_ONLY: (),
    Visibility.SEARCH_ONLY: (),
    Visibility.UNLISTED: (Withheld.UNLISTED,),
    Visibility.PASSWORD: (Withheld.PASSWORD,),
    Visibility.PRIVATE: (Withheld.PRIVATE,),
}
_ORDER = tuple(Withheld)


def judge(status: Status, visibility: Visibility, found: frozenset[Withheld]) -> Publication:
    """Decide from the shop's states and from what the adapter and the offers `found`."""
    reasons = found.union(_BY_STATUS[status], _BY_VISIBILITY[visibility])
    return Publication(not reasons, tuple(reason for reason in _ORDER if reason in reasons))


def lasting(found: Iterable[Withheld], comes_at: datetime | None, now: datetime) -> set[Withheld]:
    """Leave SCHEDULED out of an adapter's reasons once the product's time has come."""
    reasons = set(found)
    if comes_at is not None and comes_at <= now:
        reasons.discard(Withheld.SCHEDULED)
    return reasons


class Life(Struct, frozen=True):
    """The facts that alone say whether a product may be shown, whatever its other facts are.

    `withheld` are the adapter's own reasons; SCHEDULED among them ends at `comes_at`.
    """

    status: Status
    visibility: Visibility
    withheld: tuple[Withheld, ...] = ()
    comes_at: datetime | None = None

    def is_shown(self, now: datetime) -> bool:
        """Tell whether nothing here speaks against showing the product."""
        reasons = frozenset(lasting(self.withheld, self.comes_at, now))
        return judge(self.status, self.visibility, reasons).publishable
