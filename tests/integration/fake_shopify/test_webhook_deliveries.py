"""A message of the fake shop is sent until it arrives; some come late, doubled or never."""

import pytest

from regie.demo.shopify import Faults, sign
from regie.demo.shopify.testing import Practice
from regie.demo.shopify.webhooks import LADDER
from tests.kit.shops.fake_shopify import everything, told

FOUR_HOURS = 14_400


def fail_until_dead(practice: Practice) -> int:
    tries = 0
    while practice.shop.post.waiting:
        tries += len(practice.shop.deliver_due())
        practice.shop.clock.advance(FOUR_HOURS)
    return tries


@pytest.mark.parametrize("status", [0, 302, 404, 500])
def test_everything_but_2xx_is_a_failure(status: int) -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE")
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.status = status

    practice.shop.deliver_due()

    assert len(practice.shop.post.waiting) == 1


def test_a_retry_repeats_the_same_bytes_and_ids() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE")
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.status = 500
    practice.shop.deliver_due()
    practice.shop.clock.advance(LADDER[0])
    practice.shop.deliver_due()

    first, second = practice.sent

    assert first == second


def test_a_retry_waits_for_its_time() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE")
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.status = 500
    practice.shop.deliver_due()

    practice.shop.clock.advance(LADDER[0] - 1)

    assert practice.shop.deliver_due() == []


def test_eight_retries_fill_four_hours() -> None:
    assert (len(LADDER), round(sum(LADDER))) == (8, FOUR_HOURS)


def test_a_subscription_dies_after_eight_failures() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE")
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.status = 500

    tries = fail_until_dead(practice)

    assert (tries, practice.shop.store.subscriptions) == (1 + 8, {})


def test_a_subscription_of_the_apps_file_survives() -> None:
    practice = Practice()
    practice.shop.post.subscribe_by_file("PRODUCTS_UPDATE", "https://regie.example/")
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.status = 500

    fail_until_dead(practice)

    assert len(practice.shop.store.subscriptions) == 1


def test_a_dropped_message_is_never_sent() -> None:
    practice = Practice(faults=Faults(webhook_dropped=1.0))
    everything(practice)
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")

    assert told(practice) == []


def test_a_duplicate_is_the_same_message_again() -> None:
    practice = Practice(faults=Faults(webhook_duplicate=1.0))
    everything(practice)
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.shop.deliver_due()

    first, second = practice.sent

    assert first == second


def test_a_reordered_message_comes_after_later_ones() -> None:
    practice = Practice(faults=Faults(webhook_reordered=1.0, at_most=1))
    everything(practice)
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.shop.changes.delete("hausr-stung-elbe")
    practice.shop.clock.advance(10)

    assert told(practice) == ["products/delete", "products/update"]


def test_a_bad_signature_does_not_fit_the_bytes() -> None:
    practice = Practice(faults=Faults(webhook_bad_hmac=1.0))
    everything(practice)
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.shop.deliver_due()

    message = practice.sent[0]

    signature = sign(practice.shop.client_secret, message.body)
    assert message.headers["X-Shopify-Hmac-Sha256"] != signature
