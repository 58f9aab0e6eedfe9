"""What may follow what in the life of an order."""

from storefront.fulfillment.lifecycle import Lifecycle, Step
from storefront.fulfillment.order.order import OrderState as S

_STAFF = frozenset({"store", "manager"})
_READY = frozenset({S.READY, S.READY_PARTIAL})
_OPEN = frozenset({S.PLACED, S.ACCEPTED, S.PICKING, S.AWAITING_CUSTOMER, *_READY})


_WORK = (S.PICKING, S.AWAITING_CUSTOMER, S.PARTLY_COLLECTED)


def _of(*states: S) -> frozenset[S]:
    return frozenset(states)


def _same(event: str, states: tuple[S, ...], actors: frozenset[str], guard: str) -> list[Step[S]]:
    """Return the rows of an event that leaves the state as it is."""
    return [Step(event, _of(each), (each,), actors, guard) for each in states]


LIFE: Lifecycle[S] = Lifecycle(
    S,
    [
        Step("accept", _of(S.PLACED), (S.ACCEPTED,), _STAFF | {"timer"}, "not while NEEDS_RESLOT"),
        Step("reject", _of(S.PLACED), (S.CANCELLED,), _STAFF, "a reason; refund"),
        Step("startPicking", _of(S.ACCEPTED), (S.PICKING,), _STAFF, "a picker"),
        *_same("pick", _WORK, _STAFF, "not more than is open"),
        *_same("undoPick", _WORK, _STAFF, "not what has left"),
        *_same("takeOff", (S.ACCEPTED, *_WORK), _STAFF, "refund"),
        *_same("substitute", _WORK, _STAFF, "line says ALLOW"),
        Step(
            "proposeSubstitute",
            _of(S.PICKING, S.AWAITING_CUSTOMER),
            (S.AWAITING_CUSTOMER,),
            _STAFF,
            "line says ASK",
        ),
        Step(
            "answer",
            _of(S.AWAITING_CUSTOMER),
            (S.PICKING, S.AWAITING_CUSTOMER),
            _STAFF | {"customer", "timer", "platform"},
            "PICKING with the last answer; silence counts as the line's default",
        ),
        Step(
            "pack",
            _of(S.ACCEPTED, S.PICKING),
            (S.READY, S.CANCELLED),
            _STAFF,
            "picked + refunded = ordered, no surplus; CANCELLED where nothing is picked",
        ),
        Step(
            "pack",
            _of(S.PARTLY_COLLECTED),
            (S.READY, S.COLLECTED, S.CANCELLED),
            _STAFF,
            "as above; COLLECTED where nothing is left, CANCELLED where nothing ever left",
        ),
        Step("packPartial", _of(S.PICKING), (S.READY_PARTIAL,), _STAFF, "only for pick-up"),
        *_same("refuseAge", (S.READY, S.READY_PARTIAL), _STAFF, "age lines are taken off"),
        Step(
            "handOver",
            _of(S.READY),
            (S.COLLECTED, S.OUT_FOR_DELIVERY, S.CANCELLED),
            _STAFF | {"courier"},
            "hand-over VERIFIED, or job PICKED_UP; CANCELLED where all of it was refused",
        ),
        Step(
            "handOver",
            _of(S.READY_PARTIAL),
            (S.PARTLY_COLLECTED, S.OUT_FOR_DELIVERY),
            _STAFF | {"courier"},
            "PARTLY_COLLECTED for pick-up, OUT_FOR_DELIVERY for delivery",
        ),
        Step("jobDelivered", _of(S.OUT_FOR_DELIVERY), (S.DELIVERED,), frozenset({"courier"})),
        Step("jobReopened", _of(S.DELIVERED), (S.OUT_FOR_DELIVERY,), _STAFF | {"courier"}),
        Step("jobReturned", _of(S.OUT_FOR_DELIVERY), (S.RETURNED_TO_STORE,), _STAFF),
        Step("reslot", _of(S.PLACED), (S.PLACED,), _STAFF | {"customer"}, "a new slot is held"),
        Step(
            "reslot",
            _of(S.ACCEPTED, S.RETURNED_TO_STORE),
            (S.ACCEPTED,),
            _STAFF | {"customer"},
            "what was picked stays picked, but for waste",
        ),
        *_same("remind", (S.READY, S.READY_PARTIAL), frozenset({"timer"}), "hours after READY"),
        Step("noShow", _READY, (S.NO_SHOW,), frozenset({"timer"}), "hold days passed; pick-up"),
        Step(
            "extend",
            _of(S.NO_SHOW),
            (S.READY, S.READY_PARTIAL),
            _STAFF,
            "once; not after restock or refund",
        ),
        *_same("restock", (S.NO_SHOW,), _STAFF, "the goods are on the shelf again"),
        *_same("refund", (S.NO_SHOW,), _STAFF | {"platform"}, "the money went back"),
        Step(
            "cancel",
            _OPEN,
            (S.CANCELLED, S.COLLECTED),
            _STAFF | {"customer", "platform"},
            "the shopper until the cut-off; COLLECTED where a part has left the store before",
        ),
        Step(
            "cancel",
            _of(S.PARTLY_COLLECTED, S.RETURNED_TO_STORE, S.NO_SHOW),
            (S.CANCELLED, S.COLLECTED),
            _STAFF | {"platform", "timer"},
            "COLLECTED where a part has left the store before",
        ),
        Step("changeLines", _READY, (S.PICKING,), frozenset({"platform"}), "more is wanted"),
    ],
)

OVER = _of(S.COLLECTED, S.DELIVERED, S.CANCELLED)
"""Nothing is owed any more, but for a delivery that is opened again in time."""
