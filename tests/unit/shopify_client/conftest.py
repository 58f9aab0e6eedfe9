"""A client of Shopify without a net: answers are played, sleeps are noted."""

from collections.abc import Iterator

import pytest
import responses
import stamina

from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.throttle import CostBucket
from connector.platforms.shopify.version import TARGET
from connector.platforms.transport import Transport
from tests.kit.shops.shopify_calls import SHOP, Tokens


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
def shop() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


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
