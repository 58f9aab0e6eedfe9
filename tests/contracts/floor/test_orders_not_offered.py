"""An order that the store of its place does not offer says so, and is taken in once it does."""

import pytest
from msgspec import structs

from connector.model.order import HandingOver, PlacedOrder
from connector.store.database import Database
from storefront.fulfillment.errors.order import (
    NoDeliveryForOrder,
    NoPickupForOrder,
    NoStoreForOrder,
)
from storefront.fulfillment.place.store import StoreStatus
from storefront.fulfillment.store import places, troubles
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import intake
from tests.kit.floor.orders import SHOP, a_part, an_order, bought
from tests.kit.floor.world import MERCHANT, an_open_floor


@pytest.fixture
def floor(database: Database) -> ShopFloor:
    return an_open_floor(database, {1: 5})


def placed(how: HandingOver) -> PlacedOrder:
    """Return an order of which the shop tells no place."""
    part = structs.replace(a_part([bought(1)], how), place=None, place_name=None)
    return an_order(parts=(part,))


def offer(floor: ShopFloor, *, pickup: bool, delivery: bool, **more: object) -> None:
    """Let the store offer only this."""
    with floor.write(MERCHANT) as here:
        store = places.get(here.connection, MERCHANT, "sto_1")
        terms = {
            "pickup": structs.replace(store.pickup, enabled=pickup),
            "delivery": structs.replace(store.delivery, enabled=delivery),
        }
        places.save(here, structs.replace(store, **terms, **more))


def test_an_order_to_be_brought_from_a_store_that_does_not_deliver_says_so(
    floor: ShopFloor,
) -> None:
    offer(floor, pickup=True, delivery=False)

    with pytest.raises(NoDeliveryForOrder) as refused:
        intake.take(floor, SHOP, placed(HandingOver.DELIVERY))

    assert "Switch delivery on" in refused.value.remedy
    offer(floor, pickup=True, delivery=True)
    assert len(intake.take(floor, SHOP, placed(HandingOver.DELIVERY))) == 1


def test_an_order_to_be_collected_from_a_store_that_only_delivers_says_so(
    floor: ShopFloor,
) -> None:
    offer(floor, pickup=False, delivery=True)

    with pytest.raises(NoPickupForOrder):
        intake.take(floor, SHOP, placed(HandingOver.PICKUP))


def test_a_store_that_is_not_open_yet_is_no_store_for_an_order(floor: ShopFloor) -> None:
    offer(floor, pickup=True, delivery=False, status=StoreStatus.DRAFT)

    with pytest.raises(NoStoreForOrder):
        intake.take(floor, SHOP, placed(HandingOver.DELIVERY))


@pytest.mark.parametrize(("number", "kept"), [("#1001", "#1001"), ("#\ud800", None)])
def test_an_order_that_is_refused_is_remembered_by_its_number(
    floor: ShopFloor, number: str, kept: str | None
) -> None:
    refused = structs.replace(placed(HandingOver.PICKUP), number=number)

    intake.refuse(floor, SHOP, refused, "no_store_for_order")

    with floor.database.read() as connection:
        (seen,) = troubles.shown(connection, MERCHANT, floor.now())
    assert seen.number == kept
