"""What a sync promises whatever happens on the way, on SQLite and Postgres."""

from datetime import timedelta
from typing import Any, cast

import msgspec
import pytest
from msgspec import structs

from connector.model.errors import ClockSkew, PlatformUnavailable
from connector.model.product import Product
from connector.platforms import Fetched, Page, Platform
from connector.store import connections, merchants
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.errors import LeaseLost, SyncRunning
from connector.store.listing import reader
from connector.store.merchants import Merchant
from connector.store.product.change import Scope
from connector.store.secrets import SecretBox
from connector.store.work import runs
from connector.sync import Mode, Summary, Syncer, intake
from connector.sync.guards import MassDeletion
from tests.kit.samples import place, product, with_variant
from tests.kit.shops.fakes import HandClock, MemoryPlatform

SHOP = Shopfront("mer_1", "con_1", "memory", "memory.example", None, "active", *[None] * 8)
SCOPE = Scope("mer_1", "con_1")


class House:
    """A database with one connected shop in memory."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.shop = MemoryPlatform(self.clock)
        with database.write() as connection:
            merchants.add(connection, Merchant("mer_1", "Hafen", {}), 0)
            connections.put(connection, SHOP, {}, "s" * 20, SecretBox(["k" * 40]), 0)

    def syncer(self) -> Syncer:
        with self.database.read() as connection:
            shopfront = connections.get(connection, "con_1")
        return Syncer(self.database, shopfront, cast("Platform", self.shop), self.clock)

    def sync(self, mode: Mode = Mode.FULL) -> Summary:
        self.clock.advance(60)
        return self.syncer().run(mode)

    def export(self) -> list[bytes]:
        with self.database.read() as connection:
            return list(reader.export(connection, "mer_1"))

    def titles(self) -> list[str]:
        return [msgspec.json.decode(it)["title"] for it in self.export()]


@pytest.fixture
def house(database: Database) -> House:
    found = House(database)
    found.shop.put(*(product(number, title=f"Mug {number}") for number in range(1, 11)))
    return found


def renamed(found: Product, title: str, house: House) -> Product:
    source = structs.replace(found.source, as_of=house.clock())
    return structs.replace(found, title=title, source=source)


def test_a_full_sync_brings_every_product(house: House) -> None:
    summary = house.sync()

    assert (summary.counts.created, len(house.export())) == (10, 10)


def test_a_second_full_sync_changes_nothing(house: House) -> None:
    house.sync()
    before = house.export()

    summary = house.sync()

    assert (summary.counts.unchanged, house.export()) == (10, before)


@pytest.mark.parametrize("page", [1, 2, 3, 4])
def test_an_interrupted_full_sync_goes_on_where_it_was(house: House, page: int) -> None:
    house.shop.fails_before_page = {page}
    with pytest.raises(PlatformUnavailable):
        house.sync()

    summary = house.sync()

    assert (summary.resumed, house.shop.calls[-1], len(house.export())) == (
        True,
        f"full {None if page == 1 else (page - 1) * 3}",
        10,
    )


def test_an_interrupted_sync_ends_in_the_same_catalogue(house: House) -> None:
    house.sync()
    whole = house.export()
    house.shop.terms = b"two"
    house.shop.fails_before_page = {6, 9}

    for _ in range(2):
        with pytest.raises(PlatformUnavailable):
            house.sync()
    house.sync()

    assert house.export() == whole


def test_a_product_that_vanished_is_deleted_when_the_shop_confirms_it(house: House) -> None:
    house.sync()
    house.shop.drop("4")

    summary = house.sync()

    assert (summary.counts.deleted, "Mug 4" in house.titles()) == (1, False)


def test_nothing_is_deleted_because_a_list_came_back_short(house: House) -> None:
    house.sync()
    house.shop.hides = {"4", "5", "6"}

    summary = house.sync()

    assert (summary.counts.deleted, len(house.export())) == (0, 10)


def test_a_sweep_finds_deletions_and_changes_that_nobody_told(house: House) -> None:
    house.sync()
    house.shop.drop("4")
    house.shop.put(renamed(house.shop.products["5"], "Cup", house))

    summary = house.sync(Mode.SWEEP)

    counts = summary.counts
    assert (counts.deleted, counts.updated, "Cup" in house.titles()) == (1, 1, True)


def test_a_sweep_reads_only_what_differs(house: House) -> None:
    house.sync()
    house.shop.put(renamed(house.shop.products["5"], "Cup", house))
    house.shop.calls.clear()

    house.sync(Mode.SWEEP)

    assert house.shop.calls == ["fetch 5"]


def test_a_sweep_finds_a_variant_that_left_no_date_behind(house: House) -> None:
    house.shop.tells_variants = True
    house.sync()
    house.shop.products["5"] = structs.replace(house.shop.products["5"], variants=())
    house.shop.calls.clear()

    house.sync(Mode.SWEEP)

    assert house.shop.calls == ["fetch 5"]


def test_a_sweep_without_a_listing_is_a_full_read(house: House) -> None:
    house.sync()
    house.shop.can_list = False
    house.shop.drop("4")

    assert house.sync(Mode.SWEEP).counts.deleted == 1


def test_a_delta_looks_back_from_our_own_clock_with_overlap(house: House) -> None:
    house.sync()
    started = house.clock()
    house.shop.put(renamed(house.shop.products["5"], "Cup", house))

    house.sync(Mode.DELTA)

    since = (started - timedelta(minutes=10)).isoformat()
    assert house.shop.calls[-1] == f"delta {since}"


def test_a_product_from_the_future_does_not_move_the_cursor(house: House) -> None:
    future = renamed(house.shop.products["5"], "Tomorrow", house)
    far = structs.replace(future.source, as_of=house.clock() + timedelta(days=2000))
    house.shop.put(structs.replace(future, source=far))
    house.sync()
    house.sync(Mode.DELTA)
    house.shop.put(renamed(house.shop.products["6"], "Today", house))

    house.sync(Mode.DELTA)

    assert "Today" in house.titles()


def test_a_delta_before_any_full_sync_is_a_full_sync(house: House) -> None:
    assert house.sync(Mode.DELTA).mode == "full"


def test_changed_terms_make_a_delta_read_everything(house: House) -> None:
    house.sync()
    house.shop.terms = b"category renamed"

    assert house.sync(Mode.DELTA).mode == "full"


def test_a_product_with_a_problem_is_told_and_stops_nothing(house: House) -> None:
    house.shop.bad = {"3"}

    summary = house.sync()

    with house.database.read() as connection:
        (problem,) = runs.problems(connection, SCOPE)
    assert (summary.problems, len(house.export()), problem.code) == (1, 9, "bad_fact")


def test_a_product_keeps_its_last_good_form_while_it_has_a_problem(house: House) -> None:
    house.sync()
    house.shop.bad = {"3"}
    house.shop.put(renamed(house.shop.products["3"], "Broken", house))

    house.sync()

    assert "Mug 3" in house.titles()


def test_a_mended_product_loses_its_problem(house: House) -> None:
    house.shop.bad = {"3"}
    house.sync()
    house.shop.bad = set()

    assert house.sync().problems == 0


def test_two_syncs_of_one_connection_do_not_run_at_once(house: House) -> None:
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


def test_a_clock_twenty_minutes_off_stops_before_anything_is_read(house: House) -> None:
    house.shop.skew = 20 * 60

    with pytest.raises(ClockSkew):
        house.sync()
    assert house.shop.calls == []


def test_what_a_webhook_read_later_is_not_undone_by_an_older_export(house: House) -> None:
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


def test_a_place_that_closes_takes_its_stock_out_of_every_product(house: House) -> None:
    house.sync()
    house.shop.places = (structs.replace(house.shop.places[0], active=False),)

    house.sync(Mode.DELTA)

    states = {msgspec.json.decode(it)["availability"] for it in house.export()}
    assert states == {"OUT_OF_STOCK"}


def test_freshness_tells_the_moment_up_to_which_everything_is_here(house: House) -> None:
    house.sync()
    house.clock.advance(100)

    house.sync(Mode.DELTA)

    with house.database.read() as connection:
        shopfront = connections.get(connection, "con_1")
    assert shopfront.as_of == int(house.clock().timestamp() * 1000)


def test_refreshing_a_product_that_is_gone_leaves_a_tombstone(house: House) -> None:
    house.sync()
    house.shop.drop("4")
    house.clock.advance(1)

    counts = house.syncer().refresh(["4", "unknown"])

    assert counts.deleted == 1


def test_a_resumed_sweep_forgets_what_it_saw_before(house: House) -> None:
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


def test_an_export_begun_before_a_refresh_loses_although_the_refresh_changed_nothing(
    house: House,
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


def test_a_process_that_lost_its_lease_leaves_the_run_to_its_successor(house: House) -> None:
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


@pytest.mark.parametrize(
    "odd",
    [
        product(5, title="Mug\0"),
        product(5, title="Mug \ud83d"),
        product(5, price=10**19),
        product(5, stock=-(10**19)),
    ],
    ids=["NUL", "half a character", "price", "stock"],
)
def test_a_product_that_no_database_could_hold_stops_no_other(house: House, odd: Product) -> None:
    house.shop.products["5"] = odd
    house.shop._digest = lambda found: found.id[-16:].encode()  # type: ignore[method-assign]  # JSON cannot hold them either

    summary = house.sync()

    assert (summary.counts.created, summary.problems) == (9, 1)


def test_names_of_any_length_are_stored(house: House) -> None:
    long = "".join(f"{number:x}" for number in range(9000))
    named = product(5, title="Long", brand=long, category=long)
    house.shop.products["5"] = with_variant(structs.replace(named, handle=long), sku=long)

    summary = house.sync()

    assert (summary.counts.created, summary.problems) == (10, 0)


def test_most_of_a_shop_gone_at_once_stops_the_sync(house: House) -> None:
    house.shop.put(*(product(number) for number in range(11, 41)))
    house.sync()
    for number in range(11, 41):
        house.shop.drop(str(number))

    with pytest.raises(MassDeletion):
        house.sync()
    assert len(house.export()) == 40


def test_most_of_a_shop_goes_when_a_person_accepts_it(house: House) -> None:
    house.shop.put(*(product(number) for number in range(11, 41)))
    house.sync()
    for number in range(11, 41):
        house.shop.drop(str(number))

    with house.database.read() as connection:
        shopfront = connections.get(connection, "con_1")
    platform = cast("Platform", house.shop)
    Syncer(house.database, shopfront, platform, house.clock, accept_deletions=True).run(Mode.FULL)

    assert len(house.export()) == 10
