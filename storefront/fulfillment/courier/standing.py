"""How far a merchant and a courier have come together: what the shop's list of couriers shows."""

from enum import Enum

from msgspec import Struct

from storefront.fulfillment.courier.courier import Courier, CourierState, MembershipState


class Standing(Enum):
    """From the invitation to the end; each asks something else of the shop."""

    INVITED = "INVITED"
    INVITATION_EXPIRED = "INVITATION_EXPIRED"
    JOINED = "JOINED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    BLOCKED = "BLOCKED"
    LEFT = "LEFT"


class Acquaintance(Struct, frozen=True):
    """What is known of somebody's coming in; epoch ms.

    `link_until` is when the newest unused invitation ends or ended. `joined_at` is when a phone of
    his first came in; `devices` are those that are signed in, `seen_at` when one last renewed that.
    """

    link_until: int | None = None
    joined_at: int | None = None
    devices: int = 0
    seen_at: int | None = None

    def has_link(self, now: int) -> bool:
        """Tell whether an invitation waits to be used."""
        return self.link_until is not None and self.link_until > now


def standing(courier: Courier, merchant_id: str, known: Acquaintance, now: int) -> Standing:
    """Return where a courier stands with a merchant: what is shut goes before what is open."""
    if courier.state in _STOPPED:
        return _STOPPED[courier.state]
    if courier.membership(merchant_id) is MembershipState.BLOCKED:
        return Standing.BLOCKED
    if courier.state is CourierState.ACTIVE:
        approved = courier.membership(merchant_id) is MembershipState.APPROVED
        return Standing.ACTIVE if approved else Standing.JOINED
    if known.joined_at is not None:
        return Standing.JOINED
    return Standing.INVITED if known.has_link(now) else Standing.INVITATION_EXPIRED


_STOPPED = {CourierState.LEFT: Standing.LEFT, CourierState.SUSPENDED: Standing.SUSPENDED}
