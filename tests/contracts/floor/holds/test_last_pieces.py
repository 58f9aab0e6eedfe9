"""Of many who ask at once, one gets the last piece and the last place."""

import threading
from collections.abc import Callable

import pytest

from connector.model.errors import RegieError
from connector.store.database import Database
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.slot.template import Caps
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import ShopFloor
from tests.kit.floor.holding import hold_for
from tests.kit.floor.world import MERCHANT, a_store, a_template, first_slot, stock


def together(shoppers: int, act: Callable[[int], object]) -> tuple[list[object], list[str]]:
    """Let shoppers act at once; return what succeeded, and the codes of refusals."""
    done: list[object] = []
    refused: list[str] = []
    start = threading.Barrier(shoppers)

    def one(number: int) -> None:
        start.wait()
        try:
            done.append(act(number))
        except RegieError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(shoppers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done, refused


@pytest.mark.parametrize("shoppers", [10, 50])
def test_the_last_piece_is_sold_once(floor: ShopFloor, database: Database, shoppers: int) -> None:
    store = a_store(floor)
    stock(database, {1: 1})

    done, refused = together(shoppers, lambda number: hold_for(floor, store, f"cart-{number}"))

    assert len(done) == 1
    assert set(refused) == {"out_of_stock"}
    assert len(refused) == shoppers - 1


def test_the_last_place_of_a_slot_is_given_once(floor: ShopFloor, database: Database) -> None:
    store = a_store(floor)
    stock(database, {1: 500})
    with floor.write(MERCHANT) as here:
        places.put_template(here, a_template(store.id, Service.PICKUP, Caps(orders=1)))
    slot = first_slot(floor, store)

    done, refused = together(
        10, lambda number: hold_for(floor, store, f"cart-{number}", slot=slot.key)
    )

    assert len(done) == 1
    assert refused == ["slot_full"] * 9
