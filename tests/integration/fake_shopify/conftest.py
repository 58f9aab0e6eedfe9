"""A fake Shopify shop to practise orders in, and one that is served."""

from collections.abc import Iterator

import pytest

from regie.demo.shopify import FLOOR_SCOPES, HAFEN_UND_HOF, Served, ShopifyShop, serve
from regie.demo.shopify.testing import Practice
from tests.kit.shops.fake_shopify_orders import COFFEE, HERE, THERE


@pytest.fixture
def practice() -> Practice:
    found = Practice(scopes=FLOOR_SCOPES, points=(1e9, 1e9))
    for place in (HERE, THERE):
        found.shop.changes.set_stock(COFFEE, place, 10)
    return found


@pytest.fixture
def shop() -> ShopifyShop:
    return ShopifyShop.load(HAFEN_UND_HOF, seed=11, bulk_seconds=0.01)


@pytest.fixture
def served(shop: ShopifyShop) -> Iterator[Served]:
    with serve(shop) as open_shop:
        yield open_shop
