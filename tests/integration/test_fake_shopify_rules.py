"""The fake shop refuses what the real one refuses, in the same order."""

import json
from typing import Any

import pytest

from regie.demo.shopify import VERSIONS, Faults
from regie.demo.shopify.access import Rights
from regie.demo.shopify.schema import admin_schema
from regie.demo.shopify.testing import Practice

PRODUCT = "gid://shopify/Product/7400000294912"
ITEM = "gid://shopify/InventoryItem/7400014581760"
PLACE = "gid://shopify/Location/7400000000001"
SHOP = "{ shop { name } }"
DEAR = "{ products(first: 250) { nodes { variants(first: 10) { nodes { id } } } } }"
SET = """mutation($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id changes { name delta quantityAfterChange } }
    userErrors { code field message } } }"""
MOVE = """mutation($input: InventoryMoveQuantitiesInput!, $key: String!) {
  inventoryMoveQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id } userErrors { code field message } } }"""


def setting(quantity: int, **more: Any) -> dict[str, Any]:
    row = {"inventoryItemId": ITEM, "locationId": PLACE, "quantity": quantity}
    given = {"name": "available", "reason": "correction"}
    return {**given, "quantities": [{**row, "changeFromQuantity": None, **more}]}


def moving(**ends: Any) -> dict[str, Any]:
    source = {"locationId": PLACE, "name": "available", "changeFromQuantity": None}
    paper = {"ledgerDocumentUri": "gid://regie/Line/1"}
    target = {**source, "name": "reserved", **paper}
    change = {"inventoryItemId": ITEM, "quantity": 1}
    change |= {"from": {**source, **ends.get("source", {})}}
    change |= {"to": {**target, **ends.get("target", {})}}
    frame = {"reason": "reservation_created", "referenceDocumentUri": "gid://regie/R/1"}
    return {**frame, "changes": [change]}


def set_codes(practice: Practice, given: dict[str, Any], key: str = "k") -> list[str]:
    payload = practice.data(SET, {"input": given, "key": key})["inventorySetQuantities"]
    return [error["code"] for error in payload["userErrors"]]


def move_codes(practice: Practice, given: dict[str, Any], key: str = "k") -> list[str]:
    payload = practice.data(MOVE, {"input": given, "key": key})["inventoryMoveQuantities"]
    return [error["code"] for error in payload["userErrors"]]


def available(practice: Practice) -> int:
    data = practice.data(
        "query($i: ID!, $l: ID!) { inventoryItem(id: $i) { inventoryLevel(locationId: $l) {"
        ' quantities(names: ["available"]) { quantity } } } }',
        {"i": ITEM, "l": PLACE},
    )
    return int(data["inventoryItem"]["inventoryLevel"]["quantities"][0]["quantity"])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_supported_version_is_named_in_the_answer(version: str) -> None:
    answer = Practice().ask(SHOP, version=version)

    assert (answer.status, answer.headers["X-Shopify-API-Version"]) == (200, version)


def test_an_unknown_version_is_not_found() -> None:
    assert Practice().ask(SHOP, version="2024-10").status == 404


def test_every_answer_has_a_request_id() -> None:
    assert Practice().ask(SHOP, version="2024-10").headers["X-Request-Id"]


def test_an_unknown_token_is_refused() -> None:
    assert Practice().ask(SHOP, token="shpat_wrong").status == 401


def test_a_version_is_checked_before_the_token() -> None:
    assert Practice().ask(SHOP, version="2024-10", token="shpat_wrong").status == 404


def test_a_public_app_may_not_use_an_endless_token() -> None:
    assert Practice(public_app=True).ask(SHOP).status == 403


def test_a_body_that_is_no_json_is_refused() -> None:
    practice = Practice()

    answer = practice.shop.admin("2026-10", practice.shop.access_token, b"<xml/>")

    assert answer.status == 400


def test_a_frozen_shop_is_unavailable() -> None:
    practice = Practice()
    practice.shop.closed = 402

    assert practice.ask(SHOP).status == 402


def test_an_unknown_field_has_the_shops_code() -> None:
    error = Practice().body("{ shop { nonsense } }")["errors"][0]

    assert error["extensions"]["code"] == "undefinedField"


def test_a_syntax_error_comes_as_http_200() -> None:
    answer = Practice().ask("{ shop {")

    assert answer.status == 200


def test_a_missing_scope_nulls_the_field_and_names_its_path() -> None:
    practice = Practice(scopes=["read_products"])

    body = practice.body("{ locations(first: 1) { nodes { id } } shop { name } }")

    assert body["data"] == {"locations": None, "shop": {"name": "Hafen & Hof"}}
    assert body["errors"][0]["path"] == ["locations"]


def test_a_missing_scope_is_access_denied() -> None:
    practice = Practice(scopes=["read_inventory"])

    assert practice.codes("{ locations(first: 1) { nodes { name } } }")[0] == "ACCESS_DENIED"


def test_a_scope_is_checked_behind_an_interface() -> None:
    practice = Practice(scopes=["read_inventory"])

    codes = practice.codes("query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": [PRODUCT]})

    assert codes == ["ACCESS_DENIED"]


def test_a_missing_scope_is_said_before_a_high_price() -> None:
    assert Practice(scopes=[]).codes(DEAR) == ["ACCESS_DENIED"]


def test_writing_includes_reading() -> None:
    practice = Practice(scopes=["write_products"])

    assert practice.data("{ products(first: 1) { nodes { id } } }")["products"]["nodes"]


def test_a_customers_own_data_needs_approval() -> None:
    string = admin_schema().type_map["String"]

    refusal = Rights(["read_orders"]).refusal("MailingAddress", "address1", string)

    assert refusal
    assert refusal.extensions
    assert refusal.extensions["code"] == "ACCESS_DENIED"


def test_approval_opens_a_customers_own_data() -> None:
    string = admin_schema().type_map["String"]

    assert Rights([], approved=["address"]).refusal("MailingAddress", "zip", string) is None


def test_an_id_that_is_no_global_id_is_refused() -> None:
    error = Practice().body("query($id: ID!) { product(id: $id) { id } }", {"id": "123"})["errors"]

    assert error[0]["extensions"]["problems"][0]["explanation"] == "Invalid global id '123'"


def test_a_written_id_that_is_no_global_id_is_refused() -> None:
    assert Practice().body('{ product(id: "123") { id } }')["errors"]


def test_an_id_of_another_kind_is_refused() -> None:
    assert Practice().codes(f'{{ product(id: "{ITEM}") {{ id }} }}') == ["RESOURCE_NOT_FOUND"]


def test_a_variable_of_the_wrong_type_is_refused() -> None:
    error = Practice().body("query($n: Int!) { products(first: $n) { nodes { id } } }", {"n": "x"})

    assert error["errors"][0]["extensions"]["problems"]


def test_a_connection_without_a_size_is_refused() -> None:
    assert Practice().codes("{ products { nodes { id } } }") == ["BAD_REQUEST"]


def test_a_page_of_more_than_250_is_refused() -> None:
    assert Practice().codes("{ products(first: 251) { nodes { id } } }") == ["BAD_REQUEST"]


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


def test_an_unplayed_mutation_is_refused_by_name() -> None:
    practice = Practice(scopes=["write_products"])
    query = "mutation($i: ProductDeleteInput!) { productDelete(input: $i) { shop { id } } }"

    assert practice.codes(query, {"i": {"id": PRODUCT}}) == ["DEMO_NOT_PLAYED"]


def test_an_unplayed_field_is_refused_and_not_null() -> None:
    codes = Practice().codes(f'{{ product(id: "{PRODUCT}") {{ templateSuffix }} }}')

    assert codes == ["DEMO_NOT_PLAYED"]


def test_an_unplayed_argument_is_refused_and_not_ignored() -> None:
    codes = Practice().codes('{ products(first: 1, query: "smoke") { nodes { id } } }')

    assert codes == ["DEMO_NOT_PLAYED"]


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
    practice.shop.changes.set_stock(_sku(practice), "Laden Ottensen", 1)
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


def test_pages_follow_each_other_while_products_change() -> None:
    practice = Practice()
    query = (
        "query($a: String) { products(first: 25, after: $a, sortKey: UPDATED_AT) {"
        " nodes { id } pageInfo { hasNextPage endCursor } } }"
    )
    first = practice.data(query)["products"]

    practice.shop.changes.rename(first["nodes"][0]["id"], "Neu")
    second = practice.data(query, {"a": first["pageInfo"]["endCursor"]})["products"]
    third = practice.data(query, {"a": second["pageInfo"]["endCursor"]})["products"]

    seen = {row["id"] for page in (first, second, third) for row in page["nodes"]}
    assert (len(seen), third["pageInfo"]["hasNextPage"]) == (60, False)


def test_a_search_finds_what_changed_since() -> None:
    practice = Practice()
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")

    data = practice.data(
        "{ products(first: 9, query: \"updated_at:>'2026-11-21T00:00:00Z'\") { nodes { id } } }"
    )

    assert data["products"]["nodes"] == [{"id": PRODUCT}]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status:draft", 1),
        ("vendor:'Eisenwerk' AND status:active", 3),
        ("id:7400000294912", 1),
        ("created_at:<2020-01-01", 0),
    ],
)
def test_a_search_may_name_several_facts(query: str, found: int) -> None:
    data = Practice().data("query($q: String) { productsCount(query: $q) { count } }", {"q": query})

    assert data["productsCount"]["count"] == found


@pytest.mark.parametrize("query", ["updated_at:>yesterday", "id:coffee"])
def test_a_search_for_nonsense_is_refused(query: str) -> None:
    ask = "query($q: String) { products(first: 1, query: $q) { nodes { id } } }"

    assert Practice().codes(ask, {"q": query}) == ["BAD_REQUEST"]


@pytest.mark.parametrize("cursor", ["nonsense", "eyJ9"])
def test_a_cursor_of_ones_own_making_is_refused(cursor: str) -> None:
    ask = "query($a: String) { products(first: 1, after: $a) { nodes { id } } }"

    assert Practice().codes(ask, {"a": cursor}) == ["BAD_REQUEST"]


def test_a_place_that_is_no_number_is_refused() -> None:
    ask = 'query { locations(first: 1, after: "x") { nodes { id } } }'

    assert Practice().codes(ask) == ["BAD_REQUEST"]


def test_first_and_last_together_are_refused() -> None:
    assert Practice().codes("{ locations(first: 1, last: 1) { nodes { id } } }") == ["BAD_REQUEST"]


def test_a_list_can_be_read_from_its_end() -> None:
    data = Practice().data("{ locations(last: 1) { nodes { name } } }")

    assert data["locations"]["nodes"] == [{"name": "Lager Wilhelmsburg"}]


@pytest.mark.parametrize(
    "query",
    [
        "{ products(last: 1) { nodes { id } } }",
        "{ products(first: 1, sortKey: VENDOR) { nodes { id } } }",
        '{ products(first: 1, query: "title:x") { nodes { id } } }',
        "{ location { id } }",
        "{ orders(first: 1) { nodes { id } } }",
    ],
)
def test_what_is_not_played_says_so(query: str) -> None:
    practice = Practice(scopes=["read_products", "read_locations", "read_orders"])

    assert practice.codes(query) == ["DEMO_NOT_PLAYED"]


def test_a_product_is_found_by_its_handle() -> None:
    ask = '{ productByIdentifier(identifier: {handle: "hausr-stung-elbe"}) { id } }'

    assert Practice().data(ask) == {"productByIdentifier": {"id": PRODUCT}}


def test_one_metafield_can_be_asked_for() -> None:
    ask = (
        f'{{ product(id: "{PRODUCT}") {{ metafield(namespace: "custom", key: "roast_level") '
        '{ value } metafields(first: 5, keys: ["custom.allergens"]) { nodes { key } } } }'
    )

    assert Practice().data(ask)["product"] == {
        "metafield": {"value": "5"},
        "metafields": {"nodes": [{"key": "allergens"}]},
    }


def test_an_unknown_quantity_name_is_refused() -> None:
    level = (
        f"gid://shopify/InventoryLevel/7400000000001?inventory_item_id={ITEM.rpartition('/')[2]}"
    )
    ask = 'query($id: ID!) { inventoryLevel(id: $id) { quantities(names: ["sold"]) { name } } }'

    assert Practice().codes(ask, {"id": level}) == ["BAD_REQUEST"]


def test_a_question_may_be_written_in_fragments() -> None:
    ask = (
        "query Q { shop { ...Named ... { id } } }"
        " fragment Named on Shop { name } query Other { shop { id } }"
    )
    practice = Practice()
    raw = json.dumps({"query": ask, "operationName": "Q"}).encode()

    answer = practice.shop.admin("2026-10", practice.shop.access_token, raw)

    assert isinstance(answer.body, dict)
    assert answer.body["data"]["shop"]["name"] == "Hafen & Hof"


def test_several_operations_need_a_name() -> None:
    assert Practice().body("query A { shop { id } } query B { shop { id } }")["errors"]


METAFIELDS = """mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) {
  metafields { id namespace key value compareDigest ownerType } userErrors { code } } }"""


def metafield(**more: Any) -> dict[str, Any]:
    row = {"ownerId": PRODUCT, "namespace": "regie", "key": "agent_policy", "type": "json"}
    return {**row, "value": "{}", **more}


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


PICKUP = """mutation($s: DeliveryLocationLocalPickupEnableInput!) {
  locationLocalPickupEnable(localPickupSettings: $s) {
    localPickupSettings { pickupTime } userErrors { code } } }"""


def test_pickup_is_offered_at_a_location() -> None:
    practice = Practice(scopes=["read_locations", "write_locations"])
    given = {"locationId": "gid://shopify/Location/7400000000005", "pickupTime": "ONE_HOUR"}

    practice.data(PICKUP, {"s": given})

    settings = practice.shop.store.location("Lager Wilhelmsburg")["localPickupSettingsV2"]
    assert settings["pickupTime"] == "ONE_HOUR"


def test_pickup_at_no_location_is_refused() -> None:
    practice = Practice(scopes=["write_locations", "read_locations"])
    given = {"locationId": "gid://shopify/Location/1", "pickupTime": "ONE_HOUR"}

    data = practice.data(PICKUP, {"s": given})["locationLocalPickupEnable"]

    assert data == {
        "localPickupSettings": None,
        "userErrors": [{"code": "ACTIVE_LOCATION_NOT_FOUND"}],
    }


ADJUST = """mutation($input: InventoryAdjustQuantitiesInput!, $key: String!) {
  inventoryAdjustQuantities(input: $input) @idempotent(key: $key) { userErrors { code } } }"""
ACTIVATE = """mutation($item: ID!, $loc: ID!, $key: String!, $n: Int) {
  inventoryActivate(inventoryItemId: $item, locationId: $loc, available: $n)
  @idempotent(key: $key) { inventoryLevel { isActive } userErrors { message } } }"""


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
    practice.shop.changes.disconnect_level(_sku(practice), "Laden Ottensen")
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


def test_the_same_seed_gives_the_same_shop() -> None:
    one, other = Practice(seed=3).shop, Practice(seed=3).shop

    assert (one.client_secret, one.new_uuid()) == (other.client_secret, other.new_uuid())


def _sku(practice: Practice) -> str:
    return str(practice.shop.store.items[ITEM]["sku"])
