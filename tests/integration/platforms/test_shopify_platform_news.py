"""Shopify's webhooks: subscribed, verified, counted once, and taken as a reason to look."""

import json
from pathlib import Path

import pytest

from connector.model.errors import BadSignature
from connector.platforms import Hint, HintKind, Incoming
from connector.platforms.shopify import ShopifyPlatform
from connector.platforms.shopify.access.scopes import TOPICS
from connector.platforms.shopify.access.signature import webhook_signature
from connector.platforms.shopify.hooks import INCLUDED
from regie.demo.shopify import HAFEN_UND_HOF, SCOPES
from regie.demo.shopify.query.schema import access
from tests.kit.shops.shopify_shops import opened

FOLDER = HAFEN_UND_HOF / "webhooks"
SECRET = json.loads((HAFEN_UND_HOF / "responses" / "signature_vectors.json").read_bytes())["secret"]
CALLBACK = "https://regie.example/webhooks/shopify"
NOTHING = (Hint(HintKind.NOTHING),)
COFFEE = Hint(HintKind.PRODUCT, "gid://shopify/Product/7400000294912")


def incoming(name: str) -> Incoming:
    headers = json.loads((FOLDER / f"{name}.json").read_bytes())["headers"]
    body = (FOLDER / f"{name}.body").read_bytes()
    return Incoming({key.lower(): value for key, value in headers.items()}, body)


def hints_of(name: str) -> list[Hint]:
    arrived = incoming(name)
    return list(ShopifyPlatform.hints(arrived.headers["x-shopify-topic"], arrived.body))


def signed(topic: str, body: bytes, **headers: str) -> Incoming:
    own = {"x-shopify-topic": topic, "x-shopify-hmac-sha256": webhook_signature(body, "s")}
    return Incoming(own | {key.replace("_", "-"): value for key, value in headers.items()}, body)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_recorded_deliveries_are_taken_or_refused_as_they_should(path: Path) -> None:
    expected = json.loads(path.read_bytes())["expect"]

    try:
        taken = ShopifyPlatform.receive(incoming(path.stem), [SECRET])
    except BadSignature:
        taken = None

    assert (taken is not None) is (expected == "2xx")


def test_a_compliance_webhook_with_a_bad_hmac_is_refused() -> None:
    with pytest.raises(BadSignature):
        ShopifyPlatform.receive(incoming("compliance_bad_hmac"), [SECRET])


def test_an_old_secret_serves_while_it_is_rotated() -> None:
    assert ShopifyPlatform.receive(incoming("products_update"), ["new", SECRET])


def test_a_repeated_event_has_one_key() -> None:
    first = ShopifyPlatform.receive(incoming("products_update"), [SECRET])
    again = ShopifyPlatform.receive(incoming("products_update_duplicate_delivery"), [SECRET])

    assert first is not None
    assert again is not None
    assert first.dedupe_key == again.dedupe_key
    assert incoming("products_update").headers["x-shopify-event-id"] in first.dedupe_key


def test_one_action_that_changes_two_things_is_two_events() -> None:
    order = signed("orders/create", b'{"id":1}', x_shopify_event_id="e")
    stock = signed("inventory_levels/update", b'{"inventory_item_id":2}', x_shopify_event_id="e")
    other = signed("inventory_levels/update", b'{"inventory_item_id":3}', x_shopify_event_id="e")

    keys = {ShopifyPlatform.receive(each, ["s"]).dedupe_key for each in (order, stock, other)}  # type: ignore[union-attr]  # never a ping

    assert len(keys) == 3


def test_without_an_event_id_the_delivery_or_the_body_counts() -> None:
    body = b'{"id":1}'
    by_delivery = ShopifyPlatform.receive(signed("a/b", body, x_shopify_webhook_id="w"), ["s"])
    by_body = ShopifyPlatform.receive(signed("a/b", body), ["s"])

    assert by_delivery is not None
    assert by_body is not None
    assert (by_delivery.dedupe_key, len(by_body.dedupe_key)) == ("w", 64)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("products_update", [COFFEE]),
        ("products_create", None),
        ("products_delete", None),
        ("app_uninstalled", [Hint(HintKind.UNINSTALLED)]),
        ("app_scopes_update", [Hint(HintKind.CONTEXT)]),
        ("locations_update", [Hint(HintKind.CONTEXT)]),
        ("shop_redact", [Hint(HintKind.COMPLIANCE)]),
        ("customers_redact", [Hint(HintKind.COMPLIANCE)]),
        ("customers_data_request", [Hint(HintKind.COMPLIANCE)]),
        ("bulk_operations_finish", [Hint(HintKind.NOTHING)]),
        (
            "inventory_levels_update",
            [Hint(HintKind.STOCK_ITEM, "gid://shopify/InventoryItem/7400003047424")],
        ),
    ],
)
def test_a_webhook_says_where_to_look(name: str, expected: list[Hint] | None) -> None:
    found = hints_of(name)

    if expected is None:
        assert [hint.kind for hint in found] == [HintKind.PRODUCT]
        assert found[0].external_id.startswith("gid://shopify/Product/")
    else:
        assert found == expected


@pytest.mark.parametrize(
    "name", ["orders_create_pickup", "fulfillment_orders_order_routing_complete"]
)
def test_orders_and_their_work_are_order_hints(name: str) -> None:
    (hint,) = hints_of(name)

    assert hint.kind is HintKind.ORDER
    assert "/Order/" in hint.external_id or "/FulfillmentOrder/" in hint.external_id


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b'{"id":null}', b'{"id":"x"}', b'{"id":{}}', b"\xff", b"1" * 5000,
     b"[" * 100_000, b'{"admin_graphql_api_id":"gid://shopify/Order/1"}'],
)  # fmt: skip
@pytest.mark.parametrize("topic", ["products/update", "inventory_levels/update", "", "x", "a/b/c"])
def test_an_odd_body_gives_no_reason_and_no_error(topic: str, body: bytes) -> None:
    assert ShopifyPlatform.hints(topic, body) == NOTHING


def test_a_changed_collection_is_left_to_the_sweep() -> None:
    assert ShopifyPlatform.hints("collections/update", b'{"id":1}') == NOTHING


def test_a_counted_item_leads_to_its_product(tmp_path: Path) -> None:
    item = Hint(HintKind.STOCK_ITEM, "gid://shopify/InventoryItem/7400000393216")
    variant = Hint(HintKind.VARIANT, "gid://shopify/ProductVariant/7400000360448")
    nobody = Hint(HintKind.STOCK_ITEM, "gid://shopify/InventoryItem/1")

    with opened(tmp_path) as (_shop, platform):
        found = [platform.product_of(hint) for hint in (item, variant, nobody, COFFEE)]

    assert found == [COFFEE.external_id, COFFEE.external_id, None, COFFEE.external_id]


def test_hooks_are_made_once(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        first = platform.ensure_hooks(CALLBACK, "")
        second = platform.ensure_hooks(CALLBACK, "")

        assert not first.failed
        assert (second.kept, second.created) == (first.created, ())
        assert {row["uri"] for row in shop.store.subscriptions.values()} == {CALLBACK}


def test_hooks_are_limited_to_what_is_granted(tmp_path: Path) -> None:
    with opened(tmp_path, scopes=(*SCOPES, "read_orders")) as (_shop, platform):
        found = platform.ensure_hooks(CALLBACK, "").created

    assert "ORDERS_CREATE" in found
    assert not [topic for topic in found if topic.startswith("FULFILLMENT")]


def test_a_hook_to_another_address_is_replaced(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        platform.ensure_hooks("https://old.example/webhooks", "")
        report = platform.ensure_hooks(CALLBACK, "")

        assert (report.kept, report.failed) == ((), ())
        assert {row["uri"] for row in shop.store.subscriptions.values()} == {CALLBACK}


def test_a_lost_hook_is_made_again(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        platform.ensure_hooks(CALLBACK, "")
        shop.store.subscriptions.popitem()

        assert len(platform.ensure_hooks(CALLBACK, "").created) == 1


def test_a_refused_hook_is_reported(tmp_path: Path) -> None:
    with opened(tmp_path) as (_shop, platform):
        report = platform.ensure_hooks("http://plain.example/hook", "")

    assert "PRODUCTS_UPDATE" in report.failed


def test_the_table_of_topics_is_shopifys() -> None:
    known = access().topic_scopes

    assert all(set(scopes) <= set(known[topic]) for topic, scopes in TOPICS.items())
    assert {topic for topic in TOPICS if not known[topic]} == {
        topic for topic, scopes in TOPICS.items() if not scopes
    }


def test_a_short_webhook_still_carries_a_field_that_changes() -> None:
    assert all("updated_at" in fields for fields in INCLUDED.values())


def test_what_a_webhook_may_carry_is_enough_to_look(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        heard: list[tuple[str, bytes]] = []

        def listen(_uri: str, body: bytes, headers: dict[str, str]) -> int:
            heard.append((headers["X-Shopify-Topic"], body))
            return 200

        shop.post._send = listen
        platform.ensure_hooks(CALLBACK, "")
        shop.changes.rename("hausr-stung-elbe", "Elbe")
        shop.deliver_due()

        topic, body = heard[-1]
        assert list(platform.hints(topic, body)) == [COFFEE]
