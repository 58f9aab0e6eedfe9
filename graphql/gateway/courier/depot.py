"""What the courier's surface needs of a process, and who asks there."""

from collections.abc import Callable
from threading import BoundedSemaphore

from msgspec import Struct, field

from storefront.disclosure.grant import Budget
from storefront.disclosure.meter import Meter
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.errors.person import SignInRequired
from storefront.fulfillment.store.devices import Device
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import entering
from storefront.fulfillment.work.following import Waiters, Waker

BUDGET = Budget(requests=240, cost=40_000)
_DECODING = 2


class Depot(Struct, frozen=True):
    """The services of one process; `waiters` are shared with all who wait there.

    `secure` says that people come by https. `darkroom` bounds how many pictures are decoded at
    once, for each takes memory.
    """

    floor: ShopFloor
    waker: Waker
    waiters: Waiters
    meter: Meter
    merchant_of: Callable[[str], str]
    secure: bool
    darkroom: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_DECODING))


class Caller(Struct, frozen=True):
    """The courier who asks, and on which device."""

    merchant_id: str
    device: Device
    courier: Courier

    @property
    def name(self) -> str:
        """Under which name the device's requests are counted."""
        return f"courier/{self.device.id}"


def caller_of(depot: Depot, authorization: str, host: str) -> Caller:
    """Return whose access token it is, or raise SignInRequired."""
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token:
        raise SignInRequired("This is for couriers who are signed in.")
    merchant_id = depot.merchant_of(host)
    return Caller(merchant_id, *entering.who(depot.floor, merchant_id, token.strip()))
