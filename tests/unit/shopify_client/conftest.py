"""A client of Shopify without a net: answers are played, sleeps are noted."""

from collections.abc import Iterator

import pytest

from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.throttle import CostBucket
from connector.platforms.shopify.version import TARGET
from connector.platforms.transport import Transport
from tests.kit.shops.shopify_calls import SHOP, Tokens


@pytest.fixture(autouse=True)
def _no_waiting(no_waiting: None) -> None:
    """Let every suite of the client be tried again at once."""


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def client(tokens: Tokens, slept: list[float]) -> Iterator[ShopifyClient]:
    with Transport() as transport:
        bucket = CostBucket(clock=lambda: 0.0, sleep=slept.append)
        yield ShopifyClient(SHOP, tokens, TARGET, transport, bucket=bucket)
