"""What must stay cold goes out only from a store that says it can keep it so."""

import pytest
from msgspec import structs

from connector.model.care import TemperatureClass
from connector.model.order import HandingOver
from connector.store.database import Database
from storefront.fulfillment.errors.zone import ColdGate
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.place.store import DeliveryTerms
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import ShopFloor
from tests.kit.floor.orders import an_order, bought
from tests.kit.floor.walk import job_of, packed
from tests.kit.floor.world import MERCHANT, a_product, plain_store, put_on_shelf

MILK = 2
"""The number of what is chilled."""


@pytest.fixture
def fridge(floor: ShopFloor, database: Database) -> ShopFloor:
    chilled = structs.replace(a_product(MILK, 9), temperature_class=TemperatureClass.CHILLED)
    put_on_shelf(database, {MILK: chilled})
    return floor


def test_a_store_that_sends_nothing_cold_keeps_it(fridge: ShopFloor) -> None:
    with pytest.raises(ColdGate):
        packed(fridge, an_order(bought(MILK), how=HandingOver.DELIVERY))
    assert packed(fridge, an_order(bought(1), number=2, how=HandingOver.DELIVERY)).job_id


def test_it_may_be_collected_all_the_same(fridge: ShopFloor) -> None:
    assert packed(fridge, an_order(bought(MILK))).state is OrderState.READY


def test_a_store_that_can_sends_it_as_cold(fridge: ShopFloor) -> None:
    terms = DeliveryTerms(enabled=True, cold_capable=True)
    with fridge.write(MERCHANT) as here:
        places.save(here, structs.replace(plain_store(), delivery=terms))

    order = packed(fridge, an_order(bought(MILK), how=HandingOver.DELIVERY))

    assert job_of(fridge, order).cold
