"""The bad days of the fake shop: slow, busy, broken, and the same for the same seed."""

import time

import pytest

from regie.demo.shopify import HAFEN_UND_HOF, Faults, ShopifyShop
from tests.kit.shops.fake_shopify import asked


def test_a_slow_day_takes_its_time(shop: ShopifyShop) -> None:
    shop.set_faults(Faults(slow=1.0, slow_seconds=0.05))
    start = time.monotonic()

    asked(shop)

    assert time.monotonic() - start >= 0.05


@pytest.mark.parametrize(
    ("fault", "status"), [("too_many", 429), ("server_error", 503), ("lost_answer", 502)]
)
def test_a_bad_day_has_its_status(shop: ShopifyShop, fault: str, status: int) -> None:
    shop.set_faults(Faults(**{fault: 1.0}))

    assert asked(shop).status_code == status


def test_too_many_says_when_to_come_back(shop: ShopifyShop) -> None:
    shop.set_faults(Faults(too_many=1.0))

    assert asked(shop).headers["Retry-After"] == "2.0"


def test_a_firewall_answers_in_html(shop: ShopifyShop) -> None:
    shop.set_faults(Faults(firewall=1.0))

    answer = asked(shop)

    assert (answer.status_code, answer.mimetype) == (200, "text/html")


def test_a_lost_answer_was_done_all_the_same(shop: ShopifyShop) -> None:
    shop.set_faults(Faults(lost_answer=1.0))
    query = (
        "mutation { webhookSubscriptionCreate(topic: PRODUCTS_UPDATE, webhookSubscription:"
        ' {uri: "https://regie.example/"}) { webhookSubscription { id } } }'
    )

    asked(shop, json={"query": query})

    assert len(shop.store.subscriptions) == 1


def test_faults_strike_no_more_often_than_told(shop: ShopifyShop) -> None:
    shop.set_faults(Faults(too_many=1.0, at_most=2))

    assert [asked(shop).status_code for _ in range(4)] == [429, 429, 200, 200]


def test_the_same_seed_has_the_same_bad_days() -> None:
    def days() -> list[int]:
        shop = ShopifyShop.load(HAFEN_UND_HOF, seed=4, faults=Faults(server_error=0.5))
        return [asked(shop).status_code for _ in range(12)]

    first = days()

    assert first == days()
    assert set(first) == {200, 503}
