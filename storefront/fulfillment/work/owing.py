"""Which store owes what was bought: the platform's word for a place, in terms of our stores."""

from connector.model.location import Location
from connector.model.order import HandingOver, OrderPart, PlacedOrder
from connector.store import reader
from storefront.fulfillment.errors.order import NoStoreForOrder
from storefront.fulfillment.place.store import Store, StoreStatus
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.orders import Known
from storefront.fulfillment.work import claims, moving


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
    able = [
        it
        for it in places.all_of(connection, merchant_id)
        if _does(it, part.handing_over) and ours & _places(it)
    ]
    if len(able) == 1:
        return able[0]
    raise NoStoreForOrder(
        "No store is set up for this order's place.", order=placed.number, place=part.place_name
    )


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


def _places(store: Store) -> set[str | None]:
    """Return the platforms' places that the store is, or sells from."""
    return {store.location_id, *(source.location_ref for source in store.stock_sources)}


def _does(store: Store, wanted: HandingOver) -> bool:
    terms = store.pickup if wanted is HandingOver.PICKUP else store.delivery
    return terms.enabled and store.status in {StoreStatus.ACTIVE, StoreStatus.PAUSED}
