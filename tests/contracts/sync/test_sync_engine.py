"""What a sync promises whatever happens on the way, on SQLite and Postgres."""

import msgspec
import pytest
from msgspec import structs

from connector.model.errors import ClockSkew, PlatformUnavailable
from connector.store import connections
from connector.sync import Mode
from tests.kit.shops.memory_house import MemoryHouse


def test_a_full_sync_brings_every_product(house: MemoryHouse) -> None:
    summary = house.sync()

    assert (summary.counts.created, len(house.export())) == (10, 10)


def test_a_second_full_sync_changes_nothing(house: MemoryHouse) -> None:
    house.sync()
    before = house.export()

    summary = house.sync()

    assert (summary.counts.unchanged, house.export()) == (10, before)


@pytest.mark.parametrize("page", [1, 2, 3, 4])
def test_an_interrupted_full_sync_goes_on_where_it_was(house: MemoryHouse, page: int) -> None:
    house.shop.fails_before_page = {page}
    with pytest.raises(PlatformUnavailable):
        house.sync()

    summary = house.sync()

    assert (summary.resumed, house.shop.calls[-1], len(house.export())) == (
        True,
        f"full {None if page == 1 else (page - 1) * 3}",
        10,
    )


def test_an_interrupted_sync_ends_in_the_same_catalogue(house: MemoryHouse) -> None:
    house.sync()
    whole = house.export()
    house.shop.terms = b"two"
    house.shop.fails_before_page = {6, 9}

    for _ in range(2):
        with pytest.raises(PlatformUnavailable):
            house.sync()
    house.sync()

    assert house.export() == whole


def test_a_clock_twenty_minutes_off_stops_before_anything_is_read(house: MemoryHouse) -> None:
    house.shop.skew = 20 * 60

    with pytest.raises(ClockSkew):
        house.sync()
    assert house.shop.calls == []


def test_a_place_that_closes_takes_its_stock_out_of_every_product(house: MemoryHouse) -> None:
    house.sync()
    house.shop.places = (structs.replace(house.shop.places[0], active=False),)

    house.sync(Mode.DELTA)

    states = {msgspec.json.decode(it)["availability"] for it in house.export()}
    assert states == {"OUT_OF_STOCK"}


def test_freshness_tells_the_moment_up_to_which_everything_is_here(house: MemoryHouse) -> None:
    house.sync()
    house.clock.advance(100)

    house.sync(Mode.DELTA)

    with house.database.read() as connection:
        shopfront = connections.get(connection, "con_1")
    assert shopfront.as_of == int(house.clock().timestamp() * 1000)


def test_refreshing_a_product_that_is_gone_leaves_a_tombstone(house: MemoryHouse) -> None:
    house.sync()
    house.shop.drop("4")
    house.clock.advance(1)

    counts = house.syncer().refresh(["4", "unknown"])

    assert counts.deleted == 1
