"""Which store owes what was bought: the platform's word for a place, in terms of our stores."""

from collections.abc import Sequence

from connector.model.location import Location
from connector.model.order import HandingOver, OrderPart, PlacedOrder
from connector.store.listing import reader
from storefront.fulfillment.errors.order import (
    NoDeliveryForOrder,
    NoPickupForOrder,
    NoStoreForOrder,
)
from storefront.fulfillment.place.store import Store, StoreStatus
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.orders import Known
from storefront.fulfillment.work import claims, moving

_AT_WORK = frozenset({StoreStatus.ACTIVE, StoreStatus.PAUSED})


def store_for(
    here: Floor, connection_id: str, placed: PlacedOrder, part: OrderPart
) -> Store | None:
    """Return the store that owes a part: of its place, of its hold, or the only one there is.

    What the platform says of the place comes first: it may have given a part to another store than
    the one that held the goods. A known place that is no store of ours is None.
    """
    connection, merchant_id = here.connection, here.merchant_id
    locations, named = _locations(here, connection_id, part)
    if named is not None:
        return places.of_location(connection, merchant_id, named.id)
    held = claims.hold_of(here, placed)
    if held is not None:
        return places.get(connection, merchant_id, held.store_id)
    ours = {it.id for it in locations}
    stores = [
        it
        for it in places.all_of(connection, merchant_id)
        if it.status in _AT_WORK and ours & it.places
    ]
    return _only(stores, placed, part)


def _only(stores: Sequence[Store], placed: PlacedOrder, part: OrderPart) -> Store:
    """Return the one store that does what the part asks for, or raise why there is none."""
    able = [it for it in stores if _does(it, part.handing_over)]
    if len(able) == 1:
        return able[0]
    facts = {"order": placed.number, "place": part.place_name}
    if able or not stores:
        raise NoStoreForOrder("No store is set up for this order's place.", **facts)
    if part.handing_over is HandingOver.PICKUP:
        raise NoPickupForOrder("The store of this order does not offer pick-up.", **facts)
    raise NoDeliveryForOrder("The store of this order does not deliver.", **facts)


def _locations(
    here: Floor, connection_id: str, part: OrderPart
) -> tuple[list[Location], Location | None]:
    """Return the shop's places, and the one of them that the part names."""
    known = reader.locations(here.connection, here.merchant_id, connection_id)
    found = [it.location for it in known]
    named = (
        it
        for it in found
        if part.place == it.external_id or (not part.place and part.place_name == it.name)
    )
    return found, next(named, None)


def has_moved(here: Floor, connection_id: str, part: OrderPart, known: Known) -> bool:
    """Tell whether the platform names another place for a part than that of its store."""
    _, named = _locations(here, connection_id, part)
    if named is None:
        return False
    return moving.moves(known, places.of_location(here.connection, here.merchant_id, named.id))


def _does(store: Store, wanted: HandingOver) -> bool:
    terms = store.pickup if wanted is HandingOver.PICKUP else store.delivery
    return terms.enabled
