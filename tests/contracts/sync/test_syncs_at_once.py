"""Two syncs, or a sync and a webhook, do not undo each other's work."""

from typing import Any, cast

import pytest
from msgspec import structs

from connector.platforms import Page, Platform
from connector.store import connections
from connector.store.errors import LeaseLost, SyncRunning
from connector.store.work import runs
from connector.sync import Mode, Syncer, intake
from tests.kit.samples import place
from tests.kit.shops.fakes import MemoryPlatform
from tests.kit.shops.memory_house import SCOPE, MemoryHouse, renamed


def test_two_syncs_of_one_connection_do_not_run_at_once(house: MemoryHouse) -> None:
    class Watching:
        def step(self, name: str, done: int, total: int | None) -> None:
            del done, total
            if name == "products":
                with pytest.raises(SyncRunning):
                    house.syncer().run(Mode.FULL)

        def problem(self, external_id: str, message: str) -> None:
            del external_id, message

    syncer = house.syncer()
    syncer._reporter = Watching()

    assert syncer.run(Mode.FULL).counts.created == 10


def test_what_a_webhook_read_later_is_not_undone_by_an_older_export(house: MemoryHouse) -> None:
    house.sync()
    old = house.shop.products["5"]
    early = house.clock()
    house.clock.advance(30)
    house.shop.put(renamed(old, "Newer", house))
    house.syncer().refresh(["5"])

    class Late(MemoryPlatform):
        def full(self, cursor: str | None) -> Any:
            del cursor
            records = house.shop._records(["5"])
            stale = [structs.replace(it, found=old, digest=b"stale".ljust(16)) for it in records]
            yield Page(stale, early, "1", "products", 1, 1)

    late = Late(house.clock)
    late.products, late.modified = house.shop.products, house.shop.modified
    with house.database.read() as connection:
        shopfront = connections.get(connection, "con_1")
    Syncer(house.database, shopfront, cast("Platform", late), house.clock).run(Mode.FULL)

    assert "Newer" in house.titles()


def test_an_export_begun_before_a_refresh_loses_although_the_refresh_changed_nothing(
    house: MemoryHouse,
) -> None:
    house.sync()
    five = house.shop.products["5"]
    house.shop.put(renamed(five, "Old news", house))
    exported = next(house.shop._pages(["5"], 0))
    house.shop.products["5"] = five
    house.clock.advance(60)
    house.syncer().refresh(["5"])
    places = {place().id: place()}
    prepared = intake.prepare(house.database, SCOPE, exported, places, house.clock())

    with house.database.write() as connection:
        intake.store(connection, SCOPE, prepared, house.clock())

    assert "Old news" not in house.titles()


def test_a_process_that_lost_its_lease_leaves_the_run_to_its_successor(house: MemoryHouse) -> None:
    syncer = house.syncer()

    def taken_over(_connection: object) -> None:
        if house.shop.pages_given >= 2:
            raise LeaseLost("The work was taken over.")

    syncer._heartbeat = taken_over

    with pytest.raises(LeaseLost):
        syncer.run(Mode.FULL)

    with house.database.read() as connection:
        found = runs.latest(connection, SCOPE)
    assert found
    assert found.state == runs.RUNNING
