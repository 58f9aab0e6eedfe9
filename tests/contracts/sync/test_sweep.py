"""A sweep finds what nobody told, and deletes only what the shop confirms."""

from typing import cast

import pytest
from msgspec import structs

from connector.model.errors import PlatformUnavailable
from connector.platforms import Fetched, Platform
from connector.store import connections
from connector.sync import Mode, Syncer
from connector.sync.guards import MassDeletion
from tests.kit.samples import product
from tests.kit.shops.memory_house import MemoryHouse, renamed


def test_a_product_that_vanished_is_deleted_when_the_shop_confirms_it(house: MemoryHouse) -> None:
    house.sync()
    house.shop.drop("4")

    summary = house.sync()

    assert (summary.counts.deleted, "Mug 4" in house.titles()) == (1, False)


def test_nothing_is_deleted_because_a_list_came_back_short(house: MemoryHouse) -> None:
    house.sync()
    house.shop.hides = {"4", "5", "6"}

    summary = house.sync()

    assert (summary.counts.deleted, len(house.export())) == (0, 10)


def test_a_sweep_finds_deletions_and_changes_that_nobody_told(house: MemoryHouse) -> None:
    house.sync()
    house.shop.drop("4")
    house.shop.put(renamed(house.shop.products["5"], "Cup", house))

    summary = house.sync(Mode.SWEEP)

    counts = summary.counts
    assert (counts.deleted, counts.updated, "Cup" in house.titles()) == (1, 1, True)


def test_a_sweep_reads_only_what_differs(house: MemoryHouse) -> None:
    house.sync()
    house.shop.put(renamed(house.shop.products["5"], "Cup", house))
    house.shop.calls.clear()

    house.sync(Mode.SWEEP)

    assert house.shop.calls == ["fetch 5"]


def test_a_sweep_finds_a_variant_that_left_no_date_behind(house: MemoryHouse) -> None:
    house.shop.tells_variants = True
    house.sync()
    house.shop.products["5"] = structs.replace(house.shop.products["5"], variants=())
    house.shop.calls.clear()

    house.sync(Mode.SWEEP)

    assert house.shop.calls == ["fetch 5"]


@pytest.mark.parametrize("skew", [0, -240, 240])
def test_a_sweep_finds_what_changed_again_in_the_second_of_its_reading(
    house: MemoryHouse, skew: int
) -> None:
    """Both changes have one date, by the shop's clock; the first was read in between."""
    house.sync()
    house.shop.skew = skew
    house.clock.advance(skew)
    first = renamed(house.shop.products["5"], "Cup", house)
    house.clock.advance(-skew)
    house.shop.put(first)
    house.sync_at_once(Mode.DELTA)
    house.shop.put(structs.replace(first, title="Bowl"))

    house.sync(Mode.SWEEP)

    assert "Bowl" in house.titles()


def test_a_sweep_reads_once_more_what_was_read_right_after_its_change_and_then_no_more(
    house: MemoryHouse,
) -> None:
    house.shop.skew = -240
    house.clock.advance(-240)
    house.shop.put(renamed(house.shop.products["5"], "Cup", house))
    house.clock.advance(240)
    house.sync_at_once(Mode.FULL)
    house.shop.calls.clear()

    for _ in range(3):
        house.sync(Mode.SWEEP)

    assert house.shop.calls == ["fetch 5"]


def test_a_sweep_without_a_listing_is_a_full_read(house: MemoryHouse) -> None:
    house.sync()
    house.shop.can_list = False
    house.shop.drop("4")

    assert house.sync(Mode.SWEEP).counts.deleted == 1


def test_a_resumed_sweep_forgets_what_it_saw_before(house: MemoryHouse) -> None:
    house.sync()
    house.shop.put(renamed(house.shop.products["5"], "Cup", house))
    house.shop.fetch = broken  # type: ignore[method-assign]  # hangs up after the listing
    with pytest.raises(PlatformUnavailable):
        house.sync(Mode.SWEEP)
    del house.shop.fetch  # type: ignore[method-assign]  # as above
    house.shop.drop("4")

    summary = house.sync(Mode.SWEEP)

    assert (summary.resumed, summary.counts.deleted, "Mug 4" in house.titles()) == (True, 1, False)


def broken(_external_ids: object) -> Fetched:
    raise PlatformUnavailable("The shop hung up.")


def test_most_of_a_shop_gone_at_once_stops_the_sync(house: MemoryHouse) -> None:
    house.shop.put(*(product(number) for number in range(11, 41)))
    house.sync()
    for number in range(11, 41):
        house.shop.drop(str(number))

    with pytest.raises(MassDeletion):
        house.sync()
    assert len(house.export()) == 40


def test_most_of_a_shop_goes_when_a_person_accepts_it(house: MemoryHouse) -> None:
    house.shop.put(*(product(number) for number in range(11, 41)))
    house.sync()
    for number in range(11, 41):
        house.shop.drop(str(number))

    with house.database.read() as connection:
        shopfront = connections.get(connection, "con_1")
    platform = cast("Platform", house.shop)
    Syncer(house.database, shopfront, platform, house.clock, accept_deletions=True).run(Mode.FULL)

    assert len(house.export()) == 10
