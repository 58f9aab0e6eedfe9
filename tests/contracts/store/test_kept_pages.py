"""A page that was found before is the page that would be found now, whatever was written since."""

import random
from collections.abc import Callable

import pytest
from msgspec import structs

from connector.model.publication import Withheld
from connector.store.database import Database
from connector.store.listing import page, unread
from connector.store.listing.kept import Pages
from connector.store.listing.page import Filter, Position, Sort
from connector.store.product import rows, writer
from connector.store.product.brief import Form
from connector.store.product.erase import erase_connection
from tests.conftest import NOON
from tests.kit.catalog_store import SCOPE, put
from tests.kit.samples import product

FILTERS = (
    Filter(),
    Filter(in_stock=True),
    Filter(price_max=500),
    Filter(facets=((rows.category_key("pans"),),)),
    Filter(publishable=False),
)
SORTS = (Sort.ID, Sort.PRICE_ASC, Sort.TITLE, Sort.UPDATED)
PLACES = (None, Position(None, "prd_8"))


def stand_somehow(shop: Database, dice: random.Random) -> None:
    """Write a product as it may stand: dear, sold out, not to be shown, under another name."""
    found = product(
        dice.randrange(1, 9),
        title=dice.choice(["Mug", "Pan", "Cup"]),
        price=dice.choice([100, 400, 900]),
        stock=dice.choice([0, 3]),
        category=dice.choice(["pans", "mugs"]),
    )
    withheld = dice.choice([(), (), (Withheld.NOT_ON_CHANNEL,)])
    put(shop, structs.replace(found, withheld=withheld))


def go(shop: Database, dice: random.Random) -> None:
    """Take a product away, as the sweep does."""
    with shop.write() as connection:
        writer.remove(connection, SCOPE, [str(dice.randrange(1, 9))], NOON, NOON)


def end(shop: Database, _dice: random.Random) -> None:
    """Take away all that came from the shop."""
    with shop.write() as connection:
        erase_connection(connection, SCOPE, 0)


@pytest.mark.parametrize("seed", range(4))
def test_a_kept_page_is_what_would_be_found_anew(shop: Database, seed: int) -> None:
    dice = random.Random(seed)
    deeds: list[Callable[[Database, random.Random], None]] = [stand_somehow] * 6 + [go] * 2 + [end]
    pages = Pages(most=dice.choice([5, 10_000]))
    found_some = 0

    for _ in range(40):
        dice.choice(deeds)(shop, dice)
        for _ in range(3):
            wanted, sort = dice.choice(FILTERS), dice.choice(SORTS)
            after = dice.choice(PLACES) if sort is Sort.ID else None
            asked = ("mer_1", wanted, sort, after, dice.choice([2, 20]))
            with shop.snapshot() as connection:
                anew = page.find(connection, *asked, form=Form.UNREAD)
                kept = [pages.find(connection, *asked) for _ in range(2)]
                read = unread.documents(connection, "mer_1", [it.id for it in kept[1]])
            assert [list(it) for it in kept] == [list(anew)] * 2
            assert None not in read.values()
            found_some += bool(anew)

    assert found_some > 20


def test_a_picture_from_before_a_change_shows_the_page_from_before(shop: Database) -> None:
    pages = Pages()
    put(shop, product(1))

    with shop.snapshot() as before:
        first = pages.find(before, "mer_1", Filter(), Sort.ID, None, 9)
        put(shop, product(2))
        with shop.snapshot() as after:
            assert len(pages.find(after, "mer_1", Filter(), Sort.ID, None, 9)) == 2
        assert pages.find(before, "mer_1", Filter(), Sort.ID, None, 9) == first

    assert len(first) == 1


def test_what_one_merchant_sees_is_nothing_to_another(shop: Database) -> None:
    pages = Pages()
    put(shop, product(1))

    with shop.snapshot() as connection:
        assert len(pages.find(connection, "mer_1", Filter(), Sort.ID, None, 9)) == 1
        assert list(pages.find(connection, "mer_2", Filter(), Sort.ID, None, 9)) == []
