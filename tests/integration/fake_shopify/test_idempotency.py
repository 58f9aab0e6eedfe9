"""The fake shop writes a keyed change once."""

from regie.demo.shopify import Faults
from regie.demo.shopify.testing import Practice
from tests.kit.shops.fake_shopify import SET, available, set_codes, setting, sku


def test_an_inventory_mutation_without_idempotent_fails() -> None:
    query = SET.replace(" @idempotent(key: $key)", "").replace(", $key: String!", "")

    body = Practice().body(query, {"input": setting(1)})

    assert body["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert body["errors"][0]["path"] == ["inventorySetQuantities"]
    assert body["data"] is None


def test_the_same_key_and_content_answer_as_the_first_time() -> None:
    practice = Practice()
    variables = {"input": setting(9), "key": "k"}

    first = practice.data(SET, variables)
    practice.shop.changes.set_stock(sku(practice), "Laden Ottensen", 1)
    again = practice.data(SET, variables)

    assert (first == again, available(practice)) == (True, 1)


def test_the_same_key_with_other_content_is_refused() -> None:
    practice = Practice()
    set_codes(practice, setting(9))

    assert set_codes(practice, setting(8)) == ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"]


def test_a_key_whose_attempt_broke_is_spent() -> None:
    practice = Practice(faults=Faults(internal_error=1.0, at_most=1))
    broken = practice.codes(SET, {"input": setting(9), "key": "k"})

    assert broken == ["INTERNAL_SERVER_ERROR"]
    assert set_codes(practice, setting(9)) == ["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"]


def test_a_key_in_use_elsewhere_is_refused() -> None:
    practice = Practice(faults=Faults(concurrent_key=1.0, at_most=1))

    assert set_codes(practice, setting(9)) == ["IDEMPOTENCY_CONCURRENT_REQUEST"]
    assert set_codes(practice, setting(9)) == []
