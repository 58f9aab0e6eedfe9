"""What may follow what in the life of a delivery job."""

from storefront.fulfillment.job.job import CARRIED, HELD, IN_STORE, UNDER_WAY
from storefront.fulfillment.job.job import JobState as S
from storefront.fulfillment.lifecycle import Lifecycle, Step

_STAFF = frozenset({"store", "manager"})
_COURIER = frozenset({"courier"})
_TIMER = frozenset({"timer"})
_AT_WORK = frozenset({S.PICKED_UP, S.AT_DROPOFF})


def _same(event: str, states: frozenset[S], actors: frozenset[str], guard: str) -> list[Step[S]]:
    """Return the rows of an event that leaves the state as it is."""
    ordered = sorted(states, key=list(S).index)
    return [Step(event, frozenset({each}), (each,), actors, guard) for each in ordered]


LIFE: Lifecycle[S] = Lifecycle(
    S,
    [
        Step(
            "publish",
            frozenset({S.OFFERED}),
            (S.AVAILABLE,),
            _STAFF | _TIMER,
            "zone and window are right",
        ),
        Step("claim", frozenset({S.AVAILABLE}), (S.CLAIMED,), _COURIER, "eligible; fence + 1"),
        Step("release", IN_STORE, (S.AVAILABLE,), _COURIER, "counts as a release"),
        Step("lapse", IN_STORE, (S.AVAILABLE,), _TIMER, "the lease ended"),
        Step("unassign", IN_STORE, (S.AVAILABLE,), _STAFF),
        Step(
            "arrivePickup",
            frozenset({S.CLAIMED}),
            (S.AT_PICKUP,),
            _COURIER,
            "within 300 m, or a reason",
        ),
        Step("pickUp", IN_STORE, (S.PICKED_UP,), _COURIER, "every parcel, and the store's code"),
        Step(
            "arriveDropoff",
            frozenset({S.PICKED_UP}),
            (S.AT_DROPOFF,),
            _COURIER,
            "within 300 m, or a reason",
        ),
        Step("deliver", _AT_WORK, (S.DELIVERED,), _COURIER, "proofs, age PASS, cash recorded"),
        Step("fail", _AT_WORK, (S.FAILED,), _COURIER, "NOT_AT_HOME: waited 5 min, tried contact"),
        Step(
            "retry",
            frozenset({S.FAILED}),
            (S.PICKED_UP,),
            _STAFF | _COURIER,
            "fewer than two tries",
        ),
        Step("returnToStore", frozenset({S.FAILED}), (S.RETURNING,), _STAFF | _COURIER),
        Step(
            "acceptReturn",
            frozenset({S.RETURNING}),
            (S.RETURNED,),
            _STAFF,
            "a decision for each parcel; chill and frozen are waste",
        ),
        *_same("renew", HELD, _COURIER, "equal fence"),
        *_same("overdue", CARRIED, _TIMER, "the lease ended; never given to others by itself"),
        *_same("late", UNDER_WAY, _TIMER, "its window ended; the customer is told"),
        *_same("transfer", HELD, _STAFF, "fence + 1"),
        *_same("loseParcel", CARRIED, _STAFF | _COURIER, "a parcel is gone"),
        Step("cancel", frozenset({S.OFFERED, S.AVAILABLE}), (S.CANCELLED,), _STAFF),
        Step("cancel", IN_STORE, (S.CANCELLED,), _STAFF, "a fee for the courier"),
        Step(
            "cancel",
            frozenset({S.PICKED_UP, S.AT_DROPOFF, S.FAILED}),
            (S.RETURNING,),
            _STAFF,
            "the courier brings it back",
        ),
        Step(
            "expire",
            frozenset({S.OFFERED, S.AVAILABLE}),
            (S.EXPIRED,),
            _TIMER,
            "the window is over",
        ),
        Step(
            "reopen",
            frozenset({S.DELIVERED, S.FAILED}),
            (S.AT_DROPOFF,),
            _STAFF | _COURIER,
            "courier within 10 min, store within 24 h",
        ),
    ],
)
