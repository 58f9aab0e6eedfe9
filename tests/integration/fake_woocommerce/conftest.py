"""The fake WooCommerce shop on a clock in hand, who calls it, and what it sends."""

import pytest

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.testing import Caller, HandClock, Inbox


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def shop(clock: HandClock) -> WooShop:
    return WooShop.load(clock=clock)


@pytest.fixture
def call(shop: WooShop) -> Caller:
    return Caller(shop)


@pytest.fixture
def inbox(shop: WooShop) -> Inbox:
    box = Inbox()
    shop.webhooks.sender = box
    return box
