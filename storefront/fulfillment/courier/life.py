"""What may follow what in the life of a courier, and in his bond with one merchant."""

from storefront.fulfillment.courier.courier import CourierState as S
from storefront.fulfillment.courier.courier import MembershipState as M
from storefront.fulfillment.lifecycle import Lifecycle, Step

_STAFF = frozenset({"store", "manager"})
_MANAGER = frozenset({"manager"})

LIFE: Lifecycle[S] = Lifecycle(
    S,
    [
        Step(
            "verify", frozenset({S.APPLIED}), (S.VERIFIED,), _STAFF, "every needed check is valid"
        ),
        Step("activate", frozenset({S.VERIFIED}), (S.ACTIVE,), _STAFF, "a vehicle is known"),
        Step("suspend", frozenset({S.ACTIVE}), (S.SUSPENDED,), _MANAGER | {"timer"}),
        Step("resume", frozenset({S.SUSPENDED}), (S.ACTIVE,), _MANAGER),
        Step(
            "leave",
            frozenset({S.APPLIED, S.VERIFIED, S.ACTIVE, S.SUSPENDED}),
            (S.LEFT,),
            _MANAGER | {"courier"},
            "no open job",
        ),
    ],
)

BOND: Lifecycle[M] = Lifecycle(
    M,
    [
        Step("approve", frozenset({M.INVITED}), (M.APPROVED,), _STAFF),
        Step("block", frozenset({M.INVITED, M.APPROVED}), (M.BLOCKED,), _MANAGER),
        Step("unblock", frozenset({M.BLOCKED}), (M.APPROVED,), _MANAGER),
    ],
)
