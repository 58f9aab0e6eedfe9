"""The client repeats what passes by itself, and never writes twice."""

import json

import pytest
import responses

from connector.model.errors import PlatformUnavailable
from connector.platforms.errors import ServerFault
from connector.platforms.shopify import errors
from connector.platforms.shopify.client import ShopifyClient
from tests.kit.shops.shopify_calls import ANSWER, DONE, MUTATION, URL, play, recorded, run


@pytest.mark.parametrize(
    "case", ["throttled", "internal_error", "http_429", "http_502_html", "http_503_retry_after"]
)
def test_a_query_is_repeated_after_a_passing_fault(
    client: ShopifyClient, shop: responses.RequestsMock, case: str
) -> None:
    play(shop, case)
    shop.post(URL, json=ANSWER)

    assert run(client) == ANSWER["data"]


@pytest.mark.parametrize("case", ["throttled", "internal_error", "http_429", "http_502_html"])
def test_a_passing_fault_that_stays_is_told_after_some_attempts(
    client: ShopifyClient, shop: responses.RequestsMock, case: str
) -> None:
    play(shop, case)

    with pytest.raises(PlatformUnavailable):
        run(client)

    assert len(shop.calls) == 4


def test_throttled_waits_as_long_as_the_missing_points_take(
    client: ShopifyClient, shop: responses.RequestsMock, slept: list[float]
) -> None:
    play(shop, "throttled")
    shop.post(URL, json=ANSWER)

    run(client)

    assert slept == [pytest.approx((246 - 31) / 100)]


@pytest.mark.parametrize("case", ["internal_error", "http_502_html", "http_429"])
def test_a_mutation_is_not_repeated_unless_twice_is_once(
    client: ShopifyClient, shop: responses.RequestsMock, case: str
) -> None:
    play(shop, case)
    shop.post(URL, json=DONE)

    with pytest.raises((errors.ShopifyFault, ServerFault)):
        run(client, MUTATION)

    assert run(client, MUTATION, idempotent=True)
    assert len(shop.calls) == 2


def test_a_throttled_mutation_is_repeated_for_it_was_not_executed(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    play(shop, "throttled")
    shop.post(URL, json=DONE)

    assert run(client, MUTATION)


def test_a_keyed_mutation_is_repeated_with_the_same_key(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    play(shop, "http_503_retry_after")
    play(shop, "internal_error")
    variables = recorded(shop, "inventory_move_ok")

    run(client, "inventory_move", variables={"input": variables["input"]}, idempotency_key="k-1")

    keys = [json.loads(call.request.body or "")["variables"]["key"] for call in shop.calls]
    assert keys == ["k-1"] * 3


def test_a_request_that_is_still_running_is_repeated_with_the_same_key(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    running = {"code": "IDEMPOTENCY_CONCURRENT_REQUEST", "field": None, "message": "wait"}
    shop.post(URL, json={"data": {"inventoryMoveQuantities": {"userErrors": [running]}}})
    recorded(shop, "inventory_move_ok")

    assert run(client, "inventory_move", variables={"input": {}}, idempotency_key="k")
