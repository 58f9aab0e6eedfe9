"""Whether a store that delivers has anywhere to deliver to."""

from collections.abc import Iterable

from storefront.fulfillment.place.store import Store, StoreStatus
from storefront.fulfillment.zone.zone import Zone


def reaches_nobody(store: Store, zones: Iterable[Zone]) -> bool:
    """Tell whether a store says that it delivers while no area of it is in use.

    It may be saved like that, for an owner sets it up step by step; no delivery is offered then.
    """
    open_for_good = store.status is not StoreStatus.ARCHIVED
    return open_for_good and store.delivery.enabled and not any(zone.active for zone in zones)
