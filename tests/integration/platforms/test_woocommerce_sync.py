"""A WooCommerce shop in Regie's catalogue, from the first sync to what nobody tells."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from connector.model.errors import ClockSkew
from connector.platforms import Hint, HintKind
from connector.store import connections, merchants
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.listing import reader
from connector.store.merchants import Merchant
from connector.store.product.change import Scope
from connector.store.secrets import SecretBox
from connector.store.work import runs
from connector.sync import Mode, Summary, Syncer
from regie.demo.woocommerce import Options
from regie.demo.woocommerce.generate import generate
from regie.demo.woocommerce.testing import Inbox
from tests.kit.shops.woo import Open, incoming, opened

SCOPE = Scope("mer_1", "con_1")


class House:
    """A database with one connected WooCommerce shop."""

    def __init__(self, database: Database, shop: Open) -> None:
        self.database = database
        self.shop = shop
        front = Shopfront(
            "mer_1", "con_1", "woocommerce", shop.served.url, None, "active", *[None] * 8
        )
        with database.write() as connection:
            merchants.add(connection, Merchant("mer_1", "Groene Pan", {}), 0)
            connections.put(connection, front, {}, "s" * 20, SecretBox(["k" * 40]), 0)

    def syncer(self) -> Syncer:
        with self.database.read() as connection:
            front = connections.get(connection, "con_1")
        return Syncer(self.database, front, self.shop.platform, self.shop.clock)

    def sync(self, mode: Mode = Mode.FULL) -> Summary:
        self.shop.clock.pass_by(60)
        return self.syncer().run(mode)

    def documents(self) -> dict[str, Any]:
        with self.database.read() as connection:
            found = [msgspec.json.decode(it) for it in reader.export(connection, "mer_1")]
        return {each["source"]["externalId"]: each for each in found}

    def document(self, number: int) -> Any:
        return self.documents()[str(number)]

    def receive(self, inbox: Inbox) -> None:
        """Take all messages as our worker does, but for asking our own keys first."""
        ids = set()
        for letter in inbox.letters:
            delivery = self.shop.platform.receive(incoming(letter), ["s" * 20])
            hints = self.shop.platform.hints(delivery.topic, letter.body) if delivery else ()
            ids.update(filter(None, (self._product(hint) for hint in hints)))
        inbox.letters.clear()
        self.syncer().refresh(sorted(ids))

    def _product(self, hint: Hint) -> str | None:
        if hint.kind is HintKind.PRODUCT:
            return hint.external_id
        return self.shop.platform.product_of(hint)


@pytest.fixture
def open_house(
    tmp_path: Path, sqlite_url: str, open_at: Callable[[str], Database]
) -> Iterator[Callable[..., House]]:
    running: list[Any] = []

    def build(**how: Any) -> House:
        context = opened(tmp_path, **how)
        shop = context.__enter__()
        running.append(context)
        return House(open_at(sqlite_url), shop)

    yield build
    for context in running:
        context.__exit__(None, None, None)


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    found = open_house()
    found.sync()
    return found


@pytest.fixture
def inbox(house: House) -> Inbox:
    """Where the shop's messages arrive, once our webhooks are there."""
    found = Inbox()
    house.shop.shop.webhooks.sender = found
    house.shop.platform.ensure_hooks("https://regie.example/webhooks/woocommerce/con_1", "s" * 20)
    house.shop.shop.webhooks.run()
    found.letters.clear()
    return found


def test_the_whole_shop_arrives_without_a_problem(house: House) -> None:
    with house.database.read() as connection:
        problems = runs.problems(connection, SCOPE)

    assert (len(house.documents()), problems) == (46, [])


def test_only_what_a_shopper_may_see_is_publishable(house: House) -> None:
    withheld = {
        key: each["publication"]["reasons"]
        for key, each in house.documents().items()
        if not each["publication"]["publishable"]
    }

    assert withheld == {
        "251": ["NO_PRICE"],
        "252": ["DRAFT"],
        "253": ["PRIVATE"],
        "255": ["UNLISTED"],
        "256": ["SCHEDULED"],
        "257": ["PASSWORD"],
        "258": ["DRAFT"],
    }


def test_a_second_read_changes_nothing_and_decodes_nothing(house: House) -> None:
    before = house.documents()

    summary = house.sync()

    assert (summary.counts.unchanged, house.documents()) == (46, before)


def test_a_list_longer_than_a_page_with_equal_dates_arrives_whole(
    open_house: Callable[..., House], tmp_path: Path
) -> None:
    house = open_house(data=generate(tmp_path / "many", products=230))

    house.sync()

    assert len(house.documents()) == 230


def test_a_force_deleted_product_is_found_by_the_sweep(house: House, inbox: Inbox) -> None:
    """Trap 2: nobody is told of it."""
    house.shop.changes.force_delete(107)
    house.shop.shop.webhooks.run()
    assert inbox.letters == []

    summary = house.sync(Mode.SWEEP)

    assert (summary.counts.deleted, "107" in house.documents()) == (1, False)


def test_a_force_deleted_variation_is_found_by_the_sweep(house: House) -> None:
    """It leaves no date behind: its missing id tells."""
    house.shop.changes.force_delete(114)
    house.shop.shop.due.clear()

    house.sync(Mode.SWEEP)

    left = [each["externalId"] for each in house.document(112)["variants"]]
    assert left == ["113", "115"]


def test_a_sweep_of_a_shop_at_rest_reads_no_product(house: House) -> None:
    before = len(house.shop.log())

    summary = house.sync(Mode.SWEEP)

    read = [call for call in house.shop.calls() if "include=" in call]
    assert (summary.counts.updated, read, len(house.shop.log()) > before) == (0, [], True)


def test_stock_written_behind_the_shops_back_is_found_by_a_full_read(house: House) -> None:
    house.shop.changes.set_stock_silently(107, 1)

    house.sync()

    assert house.document(107)["variants"][0]["inventory"][0]["available"] == 1


def test_a_variation_update_without_a_parent_event_arrives(house: House, inbox: Inbox) -> None:
    house.shop.changes.set_price(113, "41.00")
    house.shop.shop.webhooks.run()

    house.receive(inbox)

    prices = [each["price"]["amount"] for each in house.document(112)["variants"]]
    assert prices == [4100, 4700, 5600]


def test_a_trashed_product_goes_and_a_restored_one_comes_back(house: House, inbox: Inbox) -> None:
    house.shop.changes.trash(107)
    house.shop.shop.webhooks.run()
    house.receive(inbox)
    gone = "107" not in house.documents()

    house.shop.changes.restore(107)
    house.shop.shop.webhooks.run()
    house.receive(inbox)

    assert (gone, "107" in house.documents()) == (True, True)


def test_a_trashed_variation_leaves_its_product(house: House, inbox: Inbox) -> None:
    house.shop.changes.trash(114)
    house.shop.shop.webhooks.run()

    house.receive(inbox)

    assert len(house.document(112)["variants"]) in {2, 3}
    house.sync(Mode.SWEEP)
    assert len(house.document(112)["variants"]) == 2


def test_a_deleted_order_takes_no_product_with_it(house: House, inbox: Inbox) -> None:
    """Trap 3: under the old order tables it is told as `product.deleted` too."""
    order = house.shop.changes.sell(107)
    house.shop.shop.webhooks.run()
    inbox.letters.clear()
    house.shop.changes.delete_order(order["id"])
    house.shop.shop.webhooks.run()
    assert inbox.about("product.deleted")

    house.receive(inbox)

    assert len(house.documents()) == 46


def test_every_sale_brings_the_new_stock(house: House, inbox: Inbox) -> None:
    house.shop.changes.sell(107, 3)
    house.shop.shop.webhooks.run()

    house.receive(inbox)

    assert house.document(107)["variants"][0]["inventory"][0]["available"] == 11


def test_an_oversold_product_is_not_promised(house: House, inbox: Inbox) -> None:
    """Trap 10: the shop's own REST orders do not look at the stock."""
    house.shop.changes.sell(153, 2)
    house.shop.shop.webhooks.run()

    house.receive(inbox)

    found = house.document(153)
    assert found["variants"][0]["inventory"][0]["available"] == -1
    assert found["availability"] == "OUT_OF_STOCK"


def test_a_future_product_does_not_move_the_cursor(house: House) -> None:
    """Trap 7."""
    house.sync(Mode.DELTA)
    house.sync(Mode.DELTA)
    house.shop.changes.rename(107, "Nieuwe naam")

    house.sync(Mode.DELTA)

    assert house.document(107)["title"] == "Nieuwe naam"


def test_a_delta_leaves_a_future_product_that_did_not_change_alone(house: House) -> None:
    summary = house.sync(Mode.DELTA)

    assert (summary.counts.updated, summary.counts.unchanged) == (0, 1)


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Auckland"])
def test_a_delta_is_right_in_a_shop_far_from_greenwich(
    open_house: Callable[..., House], zone: str
) -> None:
    """Trap 8: dates in a query are the shop's own unless said otherwise."""
    house = open_house()
    house.shop.shop.documents[""]["timezone_string"] = zone
    house.sync()
    house.shop.clock.pass_by(3600)
    house.sync(Mode.DELTA)
    house.shop.changes.rename(107, "Ver weg")

    summary = house.sync(Mode.DELTA)

    assert (summary.counts.updated, house.document(107)["title"]) == (1, "Ver weg")


def test_a_renamed_category_reaches_the_catalogue(house: House) -> None:
    """No product counts as changed, so the context must tell."""
    house.shop.changes.rename_category(17, "Alle pannen")

    summary = house.sync(Mode.DELTA)

    paths = [each["path"] for each in house.document(107)["categories"]]
    assert (summary.mode, paths) == ("full", [["Keuken"], ["Keuken", "Alle pannen"]])


def test_a_new_tax_rate_reaches_the_catalogue(house: House) -> None:
    house.shop.changes.set_tax_rate(2, "12")

    house.sync(Mode.DELTA)

    assert house.document(203)["variants"][0]["offers"][0]["taxRate"] == "12"


def test_a_sale_begins_by_itself_although_the_shops_queue_is_late(house: House) -> None:
    before = house.document(132)["variants"][0]["offers"][0]

    assert (before["price"]["amount"], before["sale"]["price"]["amount"]) == (5800, 4900)


@pytest.mark.parametrize("options", [Options(), Options(variations_route=False)])
def test_shops_old_and_new_end_in_the_same_catalogue(
    open_house: Callable[..., House], options: Options
) -> None:
    house = open_house(options=options)

    house.sync()

    told = {key: len(each["variants"]) for key, each in house.documents().items()}
    assert {key: count for key, count in told.items() if count > 1} == {
        "112": 3,
        "121": 4,
        "171": 3,
        "193": 2,
        "224": 3,
    }


def test_a_price_that_cannot_be_is_told_and_stops_nothing(house: House) -> None:
    house.shop.shop.products[107] |= {"regular_price": "12,50", "price": "12,50"}

    summary = house.sync()

    with house.database.read() as connection:
        (problem,) = runs.problems(connection, SCOPE)
    assert (problem.external_id, problem.code, summary.problems) == (
        "107",
        "woocommerce_bad_fact",
        1,
    )
    assert house.document(107)["variants"][0]["price"]["amount"] == 12900


def test_clocks_that_differ_stop_the_sync(house: House) -> None:
    house.shop.shop.advance(400)

    with pytest.raises(ClockSkew):
        house.sync(Mode.DELTA)


def test_neither_logs_nor_errors_hold_keys_or_links(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    faults = house.shop.shop.faults
    told = []
    with structlog.testing.capture_logs() as entries:
        house.sync()
        for fault in ("firewall", "unavailable"):
            setattr(faults, fault, 1.0)
            with pytest.raises(Exception, match=r"\S") as error:
                house.sync(Mode.DELTA)
            told.append(repr(error.getrepr(chain=True, showlocals=False)))
            setattr(faults, fault, 0.0)

    key = house.shop.shop.key
    written = f"{caplog.text} {entries} {told}"
    for secret in (key.consumer_key, key.consumer_secret, "oauth_signature=A", 'rel="next"'):
        assert secret not in written
