"""Who asks: an assistant, an aggregator, a partner, the shop's own front, or a stranger."""

from enum import Enum, IntEnum

from msgspec import Struct


class Tier(IntEnum):
    """How well we know who asks; a grant names the least that it needs."""

    ANONYMOUS = 0
    CLAIMED = 1
    VERIFIED = 2
    CONTRACT = 3


class Kind(Enum):
    """What an agent is to the shop."""

    ASSISTANT = "assistant"
    AGGREGATOR = "aggregator"
    DELIVERY_PARTNER = "delivery_partner"
    OWN_STOREFRONT = "own_storefront"


class Purpose(Enum):
    """What an answer is asked for."""

    SEARCH = "search"
    COMPARE = "compare"
    CHECKOUT = "checkout"
    TRAINING = "training"


class Agent(Struct, frozen=True):
    """One entry of the register of those who may ask.

    `purpose` holds where a request names none. `claims` are pieces of a user agent by which it
    can be recognised, without proof. `directory` is the https address of its signing keys
    (Web Bot Auth). `terms` is the version that it accepted.
    """

    id: str
    name: str
    kind: Kind
    contact: str
    purpose: Purpose = Purpose.SEARCH
    claims: tuple[str, ...] = ()
    directory: str | None = None
    terms: int | None = None
    created_at: int = 0
    revoked_at: int | None = None


class Caller(Struct, frozen=True):
    """Whoever sent one request, as far as it is known: no agent means a stranger.

    `terms` is the version that the presented key or the agent has accepted; `region` is the
    country that the answer is for, ISO 3166-1 alpha-2.
    """

    agent: Agent | None
    tier: Tier
    purpose: Purpose = Purpose.SEARCH
    key_id: str | None = None
    terms: int | None = None
    region: str | None = None
