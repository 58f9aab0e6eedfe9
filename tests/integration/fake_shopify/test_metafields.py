"""Metafields of the fake shop are read, written and guarded by a digest."""

from typing import Any

import pytest

from regie.demo.shopify.testing import Practice
from tests.kit.shops.fake_shopify import PLACE, PRODUCT

METAFIELDS = """mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) {
  metafields { id namespace key value compareDigest ownerType } userErrors { code } } }"""


def metafield(**more: Any) -> dict[str, Any]:
    row = {"ownerId": PRODUCT, "namespace": "regie", "key": "agent_policy", "type": "json"}
    return {**row, "value": "{}", **more}


def test_a_metafield_with_a_stale_digest_is_refused() -> None:
    practice = Practice(scopes=["read_products", "write_products"])
    row = {"ownerId": PRODUCT, "namespace": "regie", "key": "agent_policy", "type": "json"}

    data = practice.data(
        "mutation($m: [MetafieldsSetInput!]!) {"
        " metafieldsSet(metafields: $m) { metafields { id } userErrors { code elementIndex } } }",
        {"m": [row | {"value": "{}", "compareDigest": "x"}]},
    )

    errors = data["metafieldsSet"]["userErrors"]
    assert errors == [{"code": "STALE_OBJECT", "elementIndex": 0}]


def test_one_metafield_can_be_asked_for() -> None:
    ask = (
        f'{{ product(id: "{PRODUCT}") {{ metafield(namespace: "custom", key: "roast_level") '
        '{ value } metafields(first: 5, keys: ["custom.allergens"]) { nodes { key } } } }'
    )

    assert Practice().data(ask)["product"] == {
        "metafield": {"value": "5"},
        "metafields": {"nodes": [{"key": "allergens"}]},
    }


def test_a_metafield_is_written_and_written_again() -> None:
    practice = Practice(scopes=["write_products"])
    first = practice.data(METAFIELDS, {"m": [metafield(compareDigest=None)]})["metafieldsSet"]
    digest = first["metafields"][0]["compareDigest"]

    again = practice.data(METAFIELDS, {"m": [metafield(value="[]", compareDigest=digest)]})

    written = again["metafieldsSet"]["metafields"][0]
    assert (written["id"], written["value"]) == (first["metafields"][0]["id"], "[]")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (metafield(value="{"), "INVALID_VALUE"),
        (metafield(type=None), "BLANK"),
        (metafield(ownerId="gid://shopify/Product/1"), "INVALID"),
        (metafield(ownerId=PLACE), "APP_NOT_AUTHORIZED"),
    ],
)
def test_a_bad_metafield_has_its_code(row: dict[str, Any], code: str) -> None:
    data = Practice(scopes=["write_products"]).data(METAFIELDS, {"m": [row]})

    assert data["metafieldsSet"]["userErrors"] == [{"code": code}]


def test_twenty_six_metafields_are_too_many() -> None:
    practice = Practice(scopes=["write_products"])

    assert practice.codes(METAFIELDS, {"m": [metafield()] * 26}) == ["MAX_INPUT_SIZE"]
