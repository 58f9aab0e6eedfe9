"""The fake shop checks a change of stock before it makes it."""

from typing import Any

import pytest

from regie.demo.shopify.testing import Practice
from tests.kit.shops.fake_shopify import ITEM, PLACE, SET, available, set_codes, setting, sku

MOVE = """mutation($input: InventoryMoveQuantitiesInput!, $key: String!) {
  inventoryMoveQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id } userErrors { code field message } } }"""
ADJUST = """mutation($input: InventoryAdjustQuantitiesInput!, $key: String!) {
  inventoryAdjustQuantities(input: $input) @idempotent(key: $key) { userErrors { code } } }"""
ACTIVATE = """mutation($item: ID!, $loc: ID!, $key: String!, $n: Int) {
  inventoryActivate(inventoryItemId: $item, locationId: $loc, available: $n)
  @idempotent(key: $key) { inventoryLevel { isActive } userErrors { message } } }"""


def moving(**ends: Any) -> dict[str, Any]:
    source = {"locationId": PLACE, "name": "available", "changeFromQuantity": None}
    paper = {"ledgerDocumentUri": "gid://regie/Line/1"}
    target = {**source, "name": "reserved", **paper}
    change = {"inventoryItemId": ITEM, "quantity": 1}
    change |= {"from": {**source, **ends.get("source", {})}}
    change |= {"to": {**target, **ends.get("target", {})}}
    frame = {"reason": "reservation_created", "referenceDocumentUri": "gid://regie/R/1"}
    return {**frame, "changes": [change]}


def move_codes(practice: Practice, given: dict[str, Any], key: str = "k") -> list[str]:
    payload = practice.data(MOVE, {"input": given, "key": key})["inventoryMoveQuantities"]
    return [error["code"] for error in payload["userErrors"]]


def test_a_change_must_say_from_which_quantity_it_starts() -> None:
    given = setting(1)
    del given["quantities"][0]["changeFromQuantity"]

    assert Practice().codes(SET, {"input": given, "key": "k"}) == ["BAD_REQUEST"]


def test_a_stale_quantity_is_refused() -> None:
    codes = set_codes(Practice(), setting(1, changeFromQuantity=77_777))

    assert codes == ["CHANGE_FROM_QUANTITY_STALE"]


def test_a_refused_write_changes_nothing() -> None:
    practice = Practice()
    before = available(practice)

    set_codes(practice, setting(before + 5, changeFromQuantity=77_777))

    assert available(practice) == before


def test_setting_available_moves_what_is_on_hand() -> None:
    practice = Practice()
    before = available(practice)

    payload = practice.data(SET, {"input": setting(before + 3), "key": "k"})

    changes = payload["inventorySetQuantities"]["inventoryAdjustmentGroup"]["changes"]
    assert [(each["name"], each["delta"]) for each in changes] == [
        ("available", 3),
        ("on_hand", 3),
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (setting(1) | {"reason": "because"}, "INVALID_REASON"),
        (setting(1) | {"name": "reserved"}, "INVALID_NAME"),
        (setting(2_000_000_000), "INVALID_QUANTITY_TOO_HIGH"),
        (setting(1, inventoryItemId="gid://shopify/InventoryItem/1"), "INVALID_INVENTORY_ITEM"),
        (setting(1, locationId="gid://shopify/Location/1"), "INVALID_LOCATION"),
    ],
)
def test_a_bad_setting_has_its_code(given: dict[str, Any], code: str) -> None:
    assert set_codes(Practice(), given) == [code]


def test_a_reservation_moves_from_available_to_reserved() -> None:
    practice = Practice()
    before = available(practice)

    codes = move_codes(practice, moving())

    assert (codes, available(practice)) == ([], before - 1)


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ({"target": {"ledgerDocumentUri": None}}, "INVALID_QUANTITY_DOCUMENT"),
        ({"target": {"ledgerDocumentUri": "gid://shopify/O/1"}}, "INTERNAL_LEDGER_DOCUMENT"),
        ({"source": {"ledgerDocumentUri": "gid://regie/L/1"}}, "INVALID_AVAILABLE_DOCUMENT"),
        ({"target": {"locationId": "gid://shopify/Location/9"}}, "DIFFERENT_LOCATIONS"),
        ({"target": {"name": "available"}}, "SAME_QUANTITY_NAME"),
        ({"target": {"name": "on_hand"}}, "INVALID_QUANTITY_NAME"),
        ({"source": {"changeFromQuantity": 77_777}}, "CHANGE_FROM_QUANTITY_STALE"),
    ],
)
def test_a_bad_move_has_its_code(ends: dict[str, Any], code: str) -> None:
    assert move_codes(Practice(), moving(**ends)) == [code]


def test_an_unknown_quantity_name_is_refused() -> None:
    level = (
        f"gid://shopify/InventoryLevel/7400000000001?inventory_item_id={ITEM.rpartition('/')[2]}"
    )
    ask = 'query($id: ID!) { inventoryLevel(id: $id) { quantities(names: ["sold"]) { name } } }'

    assert Practice().codes(ask, {"id": level}) == ["BAD_REQUEST"]


@pytest.mark.parametrize(
    ("name", "more", "codes"),
    [
        ("available", {}, []),
        ("on_hand", {}, ["INVALID_QUANTITY_NAME"]),
        ("damaged", {}, ["INVALID_QUANTITY_DOCUMENT"]),
        ("damaged", {"ledgerDocumentUri": "regie"}, ["INVALID_LEDGER_DOCUMENT"]),
        ("damaged", {"ledgerDocumentUri": "gid://regie/L/1"}, []),
        ("available", {"delta": 2_100_000_000}, ["INVALID_QUANTITY_TOO_HIGH"]),
        ("available", {"changeFromQuantity": 77_777}, ["CHANGE_FROM_QUANTITY_STALE"]),
    ],
)
def test_an_adjustment_is_checked(name: str, more: dict[str, Any], codes: list[str]) -> None:
    row = {"inventoryItemId": ITEM, "locationId": PLACE, "delta": 2, "changeFromQuantity": None}
    given = {"name": name, "reason": "received", "changes": [row | more]}

    data = Practice().data(ADJUST, {"input": given, "key": "k"})["inventoryAdjustQuantities"]

    assert [error["code"] for error in data["userErrors"]] == codes


def test_a_location_can_begin_to_stock_an_item() -> None:
    practice = Practice()
    practice.shop.changes.disconnect_level(sku(practice), "Laden Ottensen")
    variables = {"item": ITEM, "loc": PLACE, "key": "k", "n": 6}

    data = practice.data(ACTIVATE, variables)["inventoryActivate"]

    assert (data["inventoryLevel"], available(practice)) == ({"isActive": True}, 6)


def test_an_unknown_location_cannot_stock_anything() -> None:
    variables = {"item": ITEM, "loc": "gid://shopify/Location/1", "key": "k"}

    data = Practice().data(ACTIVATE, variables)["inventoryActivate"]

    assert data["inventoryLevel"] is None
    assert data["userErrors"]


def test_two_rows_for_one_level_are_refused() -> None:
    given = setting(1)
    given["quantities"] *= 2

    assert set_codes(Practice(), given) == ["NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"]


def test_more_than_250_rows_are_refused() -> None:
    given = setting(1)
    given["quantities"] *= 251

    assert Practice().codes(SET, {"input": given, "key": "k"}) == ["MAX_INPUT_SIZE"]


def test_a_reference_that_is_no_address_is_refused() -> None:
    given = setting(1) | {"referenceDocumentUri": "paper"}

    assert set_codes(Practice(), given) == ["INVALID_REFERENCE_DOCUMENT"]


def test_a_bundle_cannot_be_counted() -> None:
    practice = Practice()
    practice.shop.store.items[ITEM]["variants"][0]["requiresComponents"] = True

    assert set_codes(practice, setting(1)) == ["NON_MUTABLE_INVENTORY_ITEM"]


def test_a_third_ledger_document_is_one_too_many() -> None:
    given = moving()
    papers = [f"gid://regie/Line/{place}" for place in range(3)]
    given["changes"] = [moving(target={"ledgerDocumentUri": p})["changes"][0] for p in papers]

    assert move_codes(Practice(), given) == ["MAXIMUM_LEDGER_DOCUMENT_URIS"]
