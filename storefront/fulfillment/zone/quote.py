"""A price and a time that are promised for a quarter of an hour, and used once."""

from collections.abc import Mapping
from enum import Enum
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct, structs

from storefront.fulfillment.errors.zone import QuoteExpired, QuoteUsed
from storefront.fulfillment.lifecycle import Lifecycle, Step
from storefront.fulfillment.zone.fee import Fee

VALID_MS = 15 * 60 * 1000


class QuoteState(Enum):
    """What became of a quote."""

    OPEN = "OPEN"
    USED = "USED"
    EXPIRED = "EXPIRED"


LIFE: Lifecycle[QuoteState] = Lifecycle(
    QuoteState,
    [
        Step(
            "use",
            frozenset({QuoteState.OPEN}),
            (QuoteState.USED,),
            frozenset({"store", "checkout"}),
            "now is before its end",
        ),
        Step(
            "expire",
            frozenset({QuoteState.OPEN}),
            (QuoteState.EXPIRED,),
            frozenset({"clock"}),
        ),
    ],
)


class Quote(Struct, frozen=True, rename="camel"):
    """What a delivery costs (`fee`), pays (`pay`) and takes; `job_id` is what it became.

    `eta_p50` and `eta_p90` are seconds from leaving the store to the door; half, or nine in ten,
    of such deliveries take no longer. `eta_source` says who estimates.
    """

    id: str
    store_id: str
    input_hash: str
    fee: Fee
    pay: Fee
    eta_p50: int
    eta_p90: int
    eta_source: str
    zone_id: str | None
    slot_key: str | None
    distance_m: int
    created_at: int
    expires_at: int
    state: QuoteState = QuoteState.OPEN
    job_id: str | None = None

    @property
    def margin(self) -> int:
        """What the fee leaves after the courier's pay, in minor units; may be negative."""
        return self.fee.amount - self.pay.amount

    def state_at(self, now: int) -> QuoteState:
        """Return the state at an instant: an open quote ends by itself."""
        ended = self.state is QuoteState.OPEN and now >= self.expires_at
        return LIFE.next(self.state, "expire") if ended else self.state


def expiry(now: int) -> int:
    """Return until when a quote made now holds."""
    return now + VALID_MS


def input_hash(facts: Mapping[str, Any]) -> str:
    """Return what names the input of a quote: BLAKE2b of its JSON with sorted keys."""
    plain = msgspec.json.encode(facts, order="sorted")
    return blake2b(plain, digest_size=16).hexdigest()


def use(quote: Quote, job_id: str, now: int) -> Quote:
    """Turn a quote into a job, once; raises QuoteUsed with `job`, or QuoteExpired."""
    state = quote.state_at(now)
    if state is QuoteState.USED:
        raise QuoteUsed("The quote was used before.", quote=quote.id, job=quote.job_id)
    if state is QuoteState.EXPIRED:
        raise QuoteExpired("The quote is too old.", quote=quote.id, ended=quote.expires_at)
    return structs.replace(quote, state=LIFE.next(state, "use"), job_id=job_id)
