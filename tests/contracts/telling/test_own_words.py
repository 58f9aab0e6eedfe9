"""What staff wrote of why an order ends reaches the shop only if they say so, and is not stored."""

import pytest

from connector.model.order import News
from storefront.fulfillment.work import contacts
from tests.kit.floor.outbox import MERCHANT, Outbox
from tests.kit.floor.planted import rows

MARK = "Zyxmark fell ill"


@pytest.mark.parametrize(("tell", "heard"), [(True, MARK), (False, None)])
def test_own_words_are_told_to_a_shop_only_if_staff_want_it(
    outbox: Outbox,
    *,
    tell: bool,
    heard: str | None,
) -> None:
    with outbox.house.floor.write(MERCHANT) as here:
        contacts.keep_reason(outbox.house.floor, here, "ful_1", MARK, tell=tell)
    outbox.put("ful_1", 3, News.CANCELLED, note="too_busy")

    outbox.drain()

    told = outbox.shop.told["ful_1/3/CANCELLED"]
    assert (told.note, told.words) == ("too_busy", heard)
    assert "Zyxmark" not in rows(outbox.house.database)


def test_own_words_are_told_with_no_other_news(outbox: Outbox) -> None:
    with outbox.house.floor.write(MERCHANT) as here:
        contacts.keep_reason(outbox.house.floor, here, "ful_1", MARK, tell=True)
    outbox.put("ful_1", 3, News.DELAYED)

    outbox.drain()

    assert outbox.shop.told["ful_1/3/DELAYED"].words is None
