"""What a WooCommerce shop tells by webhooks, and what only a sweep finds, reaches the catalogue."""

import pytest

from connector.sync import Mode
from regie.demo.woocommerce.testing import Inbox
from tests.kit.shops.woo_house import WooHouse


@pytest.fixture
def inbox(house: WooHouse) -> Inbox:
    """Where the shop's messages arrive, once our webhooks are there."""
    found = Inbox()
    house.shop.shop.webhooks.sender = found
    house.shop.platform.ensure_hooks("https://regie.example/webhooks/woocommerce/con_1", "s" * 20)
    house.shop.shop.webhooks.run()
    found.letters.clear()
    return found


def test_a_force_deleted_product_is_found_by_the_sweep(house: WooHouse, inbox: Inbox) -> None:
    """Trap 2: nobody is told of it."""
    house.shop.changes.force_delete(107)
    house.shop.shop.webhooks.run()
    assert inbox.letters == []

    summary = house.sync(Mode.SWEEP)

    assert (summary.counts.deleted, "107" in house.documents()) == (1, False)


def test_a_force_deleted_variation_is_found_by_the_sweep(house: WooHouse) -> None:
    """It leaves no date behind: its missing id tells."""
    house.shop.changes.force_delete(114)
    house.shop.shop.due.clear()

    house.sync(Mode.SWEEP)

    left = [each["externalId"] for each in house.document(112)["variants"]]
    assert left == ["113", "115"]


def test_a_sweep_of_a_shop_at_rest_reads_no_product(house: WooHouse) -> None:
    before = len(house.shop.log())

    summary = house.sync(Mode.SWEEP)

    read = [call for call in house.shop.calls() if "include=" in call]
    assert (summary.counts.updated, read, len(house.shop.log()) > before) == (0, [], True)


def test_stock_written_behind_the_shops_back_is_found_by_a_full_read(house: WooHouse) -> None:
    house.shop.changes.set_stock_silently(107, 1)

    house.sync()

    assert house.document(107)["variants"][0]["inventory"][0]["available"] == 1


def test_a_variation_update_without_a_parent_event_arrives(house: WooHouse, inbox: Inbox) -> None:
    house.shop.changes.set_price(113, "41.00")
    house.shop.shop.webhooks.run()

    house.receive(inbox)

    prices = [each["price"]["amount"] for each in house.document(112)["variants"]]
    assert prices == [4100, 4700, 5600]


def test_a_trashed_product_goes_and_a_restored_one_comes_back(
    house: WooHouse, inbox: Inbox
) -> None:
    house.shop.changes.trash(107)
    house.shop.shop.webhooks.run()
    house.receive(inbox)
    gone = "107" not in house.documents()

    house.shop.changes.restore(107)
    house.shop.shop.webhooks.run()
    house.receive(inbox)

    assert (gone, "107" in house.documents()) == (True, True)


def test_a_trashed_variation_leaves_its_product(house: WooHouse, inbox: Inbox) -> None:
    house.shop.changes.trash(114)
    house.shop.shop.webhooks.run()

    house.receive(inbox)

    assert len(house.document(112)["variants"]) in {2, 3}
    house.sync(Mode.SWEEP)
    assert len(house.document(112)["variants"]) == 2


def test_a_deleted_order_takes_no_product_with_it(house: WooHouse, inbox: Inbox) -> None:
    """Trap 3: under the old order tables it is told as `product.deleted` too."""
    order = house.shop.changes.sell(107)
    house.shop.shop.webhooks.run()
    inbox.letters.clear()
    house.shop.changes.delete_order(order["id"])
    house.shop.shop.webhooks.run()
    assert inbox.about("product.deleted")

    house.receive(inbox)

    assert len(house.documents()) == 46


def test_every_sale_brings_the_new_stock(house: WooHouse, inbox: Inbox) -> None:
    house.shop.changes.sell(107, 3)
    house.shop.shop.webhooks.run()

    house.receive(inbox)

    assert house.document(107)["variants"][0]["inventory"][0]["available"] == 11


def test_an_oversold_product_is_not_promised(house: WooHouse, inbox: Inbox) -> None:
    """Trap 10: the shop's own REST orders do not look at the stock."""
    house.shop.changes.sell(153, 2)
    house.shop.shop.webhooks.run()

    house.receive(inbox)

    found = house.document(153)
    assert found["variants"][0]["inventory"][0]["available"] == -1
    assert found["availability"] == "OUT_OF_STOCK"
