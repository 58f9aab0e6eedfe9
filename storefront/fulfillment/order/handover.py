"""The right to receive something against a code, and what may follow what in its life."""

from enum import Enum

from storefront.fulfillment.lifecycle import Lifecycle, Step
from storefront.fulfillment.order.event import Recorded

_STAFF = frozenset({"store", "manager"})


class HandoverKind(Enum):
    """COUNTER: to the shopper in the store; COURIER: to who carries it; DOOR: at the door."""

    COUNTER = "COUNTER"
    COURIER = "COURIER"
    DOOR = "DOOR"


class HandoverState(Enum):
    """How far a hand-over is; LIFE says what may follow what."""

    ISSUED = "ISSUED"
    PRESENTED = "PRESENTED"
    VERIFIED = "VERIFIED"
    DONE = "DONE"
    LOCKED = "LOCKED"
    VOID = "VOID"


class AgeResult(Enum):
    """All that is kept of a document that was looked at."""

    PASS = "PASS"  # noqa: S105 - a result, no password
    REFUSED = "REFUSED"


class Handover(Recorded, frozen=True, kw_only=True, rename="camel"):
    """One right to receive; hashes are keyed (HMAC-SHA256, hex), `age_min` in years.

    `subject_id` is an order for COUNTER, else a job. `locked_until` is epoch ms.
    """

    id: str
    merchant_id: str
    subject_id: str
    kind: HandoverKind
    token_hash: str
    pin_hash: str
    state: HandoverState = HandoverState.ISSUED
    attempts: int = 0
    locked_until: int | None = None
    age_min: int | None = None
    age_result: AgeResult | None = None
    age_checked_by: str | None = None
    alternate: bool = False
    override_reason: str | None = None
    verified_by: str | None = None
    done_at: int | None = None


H = HandoverState

LIFE: Lifecycle[HandoverState] = Lifecycle(
    HandoverState,
    [
        Step("present", frozenset({H.ISSUED}), (H.PRESENTED,), _STAFF | {"courier"}),
        Step(
            "verify",
            frozenset({H.ISSUED, H.PRESENTED}),
            (H.VERIFIED,),
            _STAFF | {"courier"},
            "the PIN or the square is right",
        ),
        Step(
            "lock",
            frozenset({H.ISSUED, H.PRESENTED}),
            (H.LOCKED,),
            frozenset({"timer"}),
            "five wrong PINs",
        ),
        Step("unlock", frozenset({H.LOCKED}), (H.PRESENTED,), frozenset({"timer"}), "15 min"),
        Step(
            "override",
            frozenset({H.ISSUED, H.PRESENTED, H.LOCKED}),
            (H.VERIFIED,),
            _STAFF,
            "a reason and who",
        ),
        Step(
            "rotate",
            frozenset({H.ISSUED, H.PRESENTED}),
            (H.ISSUED,),
            _STAFF | {"customer"},
            "the former code is dead",
        ),
        Step("rotate", frozenset({H.LOCKED}), (H.LOCKED,), _STAFF | {"customer"}, "stays locked"),
        Step(
            "lapse",
            frozenset({H.VERIFIED}),
            (H.PRESENTED,),
            frozenset({"timer"}),
            "15 min at the counter: the visit is over",
        ),
        Step("complete", frozenset({H.VERIFIED}), (H.DONE,), _STAFF | {"courier"}, "age checked"),
        Step(
            "reopen",
            frozenset({H.DONE}),
            (H.ISSUED,),
            _STAFF | {"courier"},
            "the delivery was taken back, or the rest of a part is ready",
        ),
        Step(
            "void",
            frozenset({H.ISSUED, H.PRESENTED, H.VERIFIED, H.LOCKED}),
            (H.VOID,),
            _STAFF | {"timer"},
            "the order or job ended otherwise",
        ),
    ],
)
