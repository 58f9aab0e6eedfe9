"""Another firm that delivers for the store: what it must be able to do, in our words."""

from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct

from connector.model.errors import (
    PlatformCredentials,
    PlatformMalformed,
    PlatformRejected,
    PlatformUnavailable,
)
from connector.model.location import Address, Geo
from connector.model.money import Money
from storefront.fulfillment.job.job import DeliveryJob, FailureCode, JobState
from storefront.fulfillment.person.contact import Contact


class Request(Struct, frozen=True):
    """One call: `body` is JSON, or None; who sends it adds how long to wait and when to repeat."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


class Response(Struct, frozen=True):
    """What came back."""

    status: int
    body: bytes


Send = Callable[[Request], Response]
"""Makes one call; raises PlatformUnavailable where nothing came back."""


class Sender(Struct, frozen=True, rename="camel"):
    """The store, as a carrier must know it; nothing here is personal."""

    id: str
    name: str
    address: Address
    point: Geo
    phone: str


class Wish(Struct, frozen=True, kw_only=True):
    """A delivery to be made: `job` names nobody, `contact` is told only as far as each call needs.

    `number` is what shopper and store call the order; `total` what it is worth.
    """

    job: DeliveryJob
    sender: Sender
    contact: Contact
    number: str
    total: Money


class CarrierQuote(Struct, frozen=True, kw_only=True, rename="camel"):
    """What it would cost; instants are epoch ms, None where the carrier does not say."""

    id: str | None
    fee: Money
    pickup_eta_at: int | None = None
    dropoff_eta_at: int | None = None
    expires_at: int | None = None


class CarrierJob(Struct, frozen=True, kw_only=True, rename="camel"):
    """How a delivery stands with the carrier; `state` None is a word of theirs we do not know."""

    carrier_id: str
    state: JobState | None
    source_state: str
    job_id: str | None = None
    fee: Money | None = None
    tracking_url: str | None = None
    pickup_eta_at: int | None = None
    dropoff_eta_at: int | None = None


class CarrierNews(Struct, frozen=True, kw_only=True, rename="camel"):
    """One message of a carrier; these come twice, late, and in any order."""

    event_id: str
    carrier_id: str
    job_id: str | None
    state: JobState | None
    source_state: str
    at: int | None
    failure: FailureCode | None = None
    failure_source: str | None = None
    can_finish: bool | None = None
    need_store_action: bool | None = None


class Cancelled(Struct, frozen=True):
    """That it was called off; `charged` where that costs something, None where it is not said."""

    charged: bool | None = None


class Carrier(Protocol):
    """One carrier. Each call may be repeated: the job's id is the key.

    All raise PlatformUnavailable, PlatformRejected, PlatformCredentials or PlatformMalformed;
    `webhook` raises BadSignature.
    """

    name: str

    def quote(self, wish: Wish, now: int) -> CarrierQuote:
        """Ask what it would cost; names nobody."""
        ...

    def create(self, wish: Wish, quote: CarrierQuote | None, now: int) -> CarrierJob:
        """Order it; the same job twice is one delivery."""
        ...

    def cancel(self, carrier_id: str, reason: str) -> Cancelled:
        """Call it off; a second time changes nothing."""
        ...

    def status(self, carrier_id: str) -> CarrierJob:
        """Ask how it stands."""
        ...

    def webhook(self, headers: Mapping[str, str], body: bytes) -> CarrierNews:
        """Read a message after checking who sent it; header names are in lower case."""
        ...


_RANK: Mapping[JobState, int] = {
    state: rank
    for rank, state in enumerate(
        (
            JobState.OFFERED,
            JobState.AVAILABLE,
            JobState.CLAIMED,
            JobState.AT_PICKUP,
            JobState.PICKED_UP,
            JobState.AT_DROPOFF,
            JobState.FAILED,
            JobState.RETURNING,
            JobState.DELIVERED,
            JobState.RETURNED,
            JobState.CANCELLED,
            JobState.EXPIRED,
        )
    )
}


def is_news(known: JobState, told: JobState | None) -> bool:
    """Tell whether a message leads further than what is known: late ones never lead back."""
    if told is None or known in {JobState.RETURNED, JobState.CANCELLED, JobState.EXPIRED}:
        return False
    if known is JobState.DELIVERED:
        return told in {JobState.RETURNING, JobState.RETURNED}
    return _RANK[told] > _RANK[known]


def checked(response: Response) -> bytes:
    """Return the body of a good answer, or raise what the status means."""
    status = response.status
    if 200 <= status < 300:
        return response.body
    if status in {401, 403}:
        raise PlatformCredentials("The carrier does not know us.", status=status)
    if status == 429 or status >= 500:
        raise PlatformUnavailable("The carrier cannot answer now.", status=status)
    if 400 <= status < 500:
        raise PlatformRejected("The carrier refused.", status=status)
    raise PlatformMalformed("The carrier sends us elsewhere.", status=status)
