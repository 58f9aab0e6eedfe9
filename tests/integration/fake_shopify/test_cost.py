"""A question to the fake shop costs points, and the bucket refills with time."""

from regie.demo.shopify import Faults
from regie.demo.shopify.testing import Practice
from tests.kit.shops.fake_shopify import DEAR, PRODUCT, SET, SHOP, setting


def test_a_query_over_1000_points_is_refused() -> None:
    assert Practice().codes(DEAR) == ["MAX_COST_EXCEEDED"]


def test_a_list_of_ids_costs_each_of_them() -> None:
    query = "query($i: [ID!]!) { nodes(ids: $i) { id } }"

    body = Practice().body(query, {"i": [PRODUCT] * 40})

    assert body["extensions"]["cost"]["requestedQueryCost"] == 40


def test_a_mutation_costs_ten() -> None:
    body = Practice().body(SET, {"input": setting(1), "key": "k"})

    assert body["extensions"]["cost"]["requestedQueryCost"] == 10


def test_what_was_not_used_is_given_back() -> None:
    cost = Practice().body("{ products(first: 200) { nodes { id } } }")["extensions"]["cost"]

    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (200, 60)
    assert cost["throttleStatus"]["currentlyAvailable"] == 1940


def test_throttled_comes_as_http_200() -> None:
    practice = Practice(points=(50.0, 10.0))

    answer = practice.ask("{ products(first: 60) { nodes { id } } }")

    assert answer.status == 200
    assert isinstance(answer.body, dict)
    assert answer.body["errors"][0]["extensions"]["code"] == "THROTTLED"


def test_another_worker_can_empty_the_bucket() -> None:
    practice = Practice(faults=Faults(throttled=1.0, at_most=1))

    assert [practice.codes(SHOP), practice.codes("{ shop { id } }")] == [["THROTTLED"]] * 2


def test_the_bucket_refills_with_time() -> None:
    practice = Practice(points=(70.0, 10.0))
    query = "{ products(first: 60) { nodes { id } } }"
    practice.data(query)

    before = practice.codes(query)
    practice.shop.clock.advance(6)

    assert (before, practice.codes(query)) == (["THROTTLED"], [])
