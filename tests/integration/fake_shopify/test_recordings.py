"""The fake shop answers what was recorded, word for word."""

import base64
import hmac
import json
import shutil
from pathlib import Path

import pytest

from regie.demo.shopify import HAFEN_UND_HOF
from regie.demo.shopify.testing import Practice

ROOT = Path(__file__).parents[3]
OPERATIONS = ROOT / "connector" / "platforms" / "shopify" / "operations"
ALL_SCOPES = (
    "read_products",
    "read_inventory",
    "write_inventory",
    "read_locations",
    "read_publications",
    "read_orders",
    "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
)
EXPORTS = ("bulk_products", "bulk_product_placement", "bulk_inventory")
READS = (
    "shop",
    "shop_language",
    "locations",
    "publications",
    "nodes_inventory",
    "product_by_id_coffee",
    "product_by_id_tshirt",
    "product_by_id_misc",
    "product_by_id_juice",
    "product_by_id_not_found",
)
ITEM = "gid://shopify/InventoryItem/7400014581760"
PLACE = "gid://shopify/Location/7400000000001"
MOVE = {
    "reason": "reservation_created",
    "referenceDocumentUri": "gid://regie/Reservation/1",
    "changes": [
        {
            "inventoryItemId": ITEM,
            "quantity": 1,
            "from": {"locationId": PLACE, "name": "available", "changeFromQuantity": None},
            "to": {
                "locationId": PLACE,
                "name": "reserved",
                "ledgerDocumentUri": "gid://regie/Line/1",
                "changeFromQuantity": None,
            },
        }
    ],
}
ROW = {"inventoryItemId": ITEM, "locationId": PLACE, "changeFromQuantity": None}
VARIABLES = {
    "bulk_cancel": {"id": "gid://shopify/BulkOperation/1"},
    "bulk_poll": {"id": "gid://shopify/BulkOperation/1"},
    "bulk_run": {"query": "{ products { edges { node { id } } } }"},
    "inventory_activate": {"item": ITEM, "loc": PLACE, "key": "a"},
    "inventory_adjust": {
        "input": {"name": "available", "reason": "correction", "changes": [ROW | {"delta": 1}]},
        "key": "b",
    },
    "inventory_item_at_location": {"item": ITEM, "location": PLACE},
    "inventory_move": {"input": MOVE, "key": "c"},
    "inventory_set": {
        "input": {
            "name": "available",
            "reason": "correction",
            "quantities": [ROW | {"quantity": 4}],
        },
        "key": "d",
    },
    "location_pickup_enable": {"s": {"locationId": PLACE, "pickupTime": "ONE_HOUR"}},
    "metafields_set": {
        "m": [{"ownerId": "gid://shopify/Product/7400000294912", "key": "k", "value": "v"}]
    },
    "nodes_inventory": {"ids": [ITEM]},
    "product_by_id": {"id": "gid://shopify/Product/7400000294912"},
    "webhook_create": {"topic": "PRODUCTS_UPDATE", "sub": {"uri": "https://regie.example/"}},
    "webhook_delete": {"id": "gid://shopify/WebhookSubscription/1"},
}
DOCUMENTS = sorted(path.stem for path in OPERATIONS.glob("*.graphql"))
OURS = sorted(
    {*VARIABLES, *EXPORTS, "bulk_list", "bulk_products_since", "channels"}
    | {"locations", "shop_language"}
)


def operation(name: str) -> str:
    return (OPERATIONS / name).with_suffix(".graphql").read_text()


@pytest.mark.parametrize("name", READS)
def test_a_recorded_read_gets_the_recorded_answer(name: str) -> None:
    practice = Practice(scopes=ALL_SCOPES)
    recorded = json.loads((HAFEN_UND_HOF / "responses" / f"{name}.json").read_bytes())
    asked = recorded["request"]

    data = practice.data(operation(asked["operation"]), asked["variables"])

    assert data == recorded["response"]["data"]


def test_a_shop_whose_language_was_not_recorded_says_none(tmp_path: Path) -> None:
    shutil.copytree(HAFEN_UND_HOF, tmp_path, dirs_exist_ok=True)
    (tmp_path / "responses" / "shop_language.json").unlink()

    found = Practice(tmp_path).data(operation("shop_language"))

    assert found == {"shop": {"primaryDomain": {"localization": None}}}


def test_no_right_is_needed_to_ask_for_the_language() -> None:
    found = Practice(scopes=()).data(operation("shop_language"))["shop"]["primaryDomain"]

    assert found == {"localization": {"defaultLocale": "de"}}


@pytest.mark.parametrize("name", EXPORTS)
def test_recorded_bulk_products_equal_the_fakes_export(name: str) -> None:
    recorded = (HAFEN_UND_HOF / f"{name}.jsonl").read_bytes()

    exported = Practice().export(operation(name))

    assert sorted(exported.splitlines()) == sorted(recorded.splitlines())


def test_a_grouped_export_has_the_recorded_order() -> None:
    recorded = (HAFEN_UND_HOF / "bulk_products.grouped.jsonl").read_bytes()

    exported = Practice().export(operation("bulk_products"), grouped=True)

    assert exported == recorded


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name in OURS])
def test_every_operation_document_executes(name: str) -> None:
    practice = Practice(scopes=(*ALL_SCOPES, "write_locations"))

    if name.startswith("bulk_") and name in (*EXPORTS, "bulk_products_since"):
        errors = practice.start_bulk(operation(name))["userErrors"]
    else:
        errors = practice.body(operation(name), VARIABLES.get(name)).get("errors", [])

    assert errors == []


def test_the_documents_the_adapter_needs_are_there() -> None:
    assert set(OURS) <= set(DOCUMENTS)


@pytest.mark.parametrize(
    "path", sorted((HAFEN_UND_HOF / "webhooks").glob("*.json")), ids=lambda path: path.stem
)
def test_recorded_webhooks_are_signed_as_they_expect(path: Path) -> None:
    vectors = json.loads((HAFEN_UND_HOF / "responses" / "signature_vectors.json").read_bytes())
    recorded = json.loads(path.read_bytes())
    body = path.with_suffix(".body").read_bytes()

    digest = hmac.digest(vectors["secret"].encode(), body, "sha256")

    signed = base64.b64encode(digest).decode() == recorded["headers"]["X-Shopify-Hmac-Sha256"]
    assert signed is (recorded["expect"] == "2xx")


def test_a_product_webhook_has_the_recorded_shape() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE")
    recorded = json.loads((HAFEN_UND_HOF / "webhooks" / "products_update.body").read_bytes())

    practice.shop.changes.rename("hausr-stung-elbe", "Hausröstung Elbe")
    practice.shop.deliver_due()

    assert _without_times(practice.sent[0].read()) == _without_times(recorded)


def test_webhook_bytes_are_escaped_as_recorded() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE")

    practice.shop.changes.rename("hausr-stung-elbe", "Hausröstung Elbe")
    practice.shop.deliver_due()

    assert b'"body_html":"\\u003cp\\u003eEspresso, dunkel ger\xc3\xb6stet' in practice.sent[0].body


def test_a_webhook_has_the_recorded_headers() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE")
    recorded = json.loads((HAFEN_UND_HOF / "webhooks" / "products_update.json").read_bytes())

    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.shop.deliver_due()

    assert set(practice.sent[0].headers) == set(recorded["headers"])


@pytest.mark.parametrize("name", ["inventory_levels_update", "locations_update"])
def test_other_webhooks_have_the_recorded_keys(name: str) -> None:
    practice = Practice()
    practice.subscribe(name.upper())
    recorded = json.loads((HAFEN_UND_HOF / "webhooks" / f"{name}.body").read_bytes())

    practice.shop.changes.rename_location("Laden Ottensen", "Ottensen")
    practice.shop.changes.set_stock("KAF-1-250-B", "Laden Eimsbüttel", 3)
    practice.shop.deliver_due()

    assert list(practice.sent[0].read()) == list(recorded)


def _without_times(value: object) -> object:
    """Drop the moments: the recording has them in another zone than the shop's."""
    if isinstance(value, dict):
        return {key: _without_times(each) for key, each in value.items() if key[-3:] != "_at"}
    if isinstance(value, list):
        return [_without_times(each) for each in value]
    return value
