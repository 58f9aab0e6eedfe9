"""A delta reads what changed since our own clock's last look."""

from datetime import timedelta

from msgspec import structs

from connector.sync import Mode
from tests.kit.shops.memory_house import MemoryHouse, renamed


def test_a_delta_looks_back_from_our_own_clock_with_overlap(house: MemoryHouse) -> None:
    house.sync()
    started = house.clock()
    house.shop.put(renamed(house.shop.products["5"], "Cup", house))

    house.sync(Mode.DELTA)

    since = (started - timedelta(minutes=10)).isoformat()
    assert house.shop.calls[-1] == f"delta {since}"


def test_a_product_from_the_future_does_not_move_the_cursor(house: MemoryHouse) -> None:
    future = renamed(house.shop.products["5"], "Tomorrow", house)
    far = structs.replace(future.source, as_of=house.clock() + timedelta(days=2000))
    house.shop.put(structs.replace(future, source=far))
    house.sync()
    house.sync(Mode.DELTA)
    house.shop.put(renamed(house.shop.products["6"], "Today", house))

    house.sync(Mode.DELTA)

    assert "Today" in house.titles()


def test_a_delta_before_any_full_sync_is_a_full_sync(house: MemoryHouse) -> None:
    assert house.sync(Mode.DELTA).mode == "full"


def test_changed_terms_make_a_delta_read_everything(house: MemoryHouse) -> None:
    house.sync()
    house.shop.terms = b"category renamed"

    assert house.sync(Mode.DELTA).mode == "full"
