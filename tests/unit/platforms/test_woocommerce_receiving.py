import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from connector.model.errors import BadSignature
from connector.platforms import Delivery, Hint, HintKind, Incoming
from connector.platforms.woocommerce import WooCommercePlatform

SECRET = "whsec-test"
PING = Incoming({"content-type": "application/x-www-form-urlencoded"}, b"webhook_id=12")


def signed(topic: str, body: Any, *, delivery: str = "d1", secret: str = SECRET) -> Incoming:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
    headers = {
        "content-type": "application/json",
        "x-wc-webhook-topic": topic,
        "x-wc-webhook-signature": base64.b64encode(digest).decode(),
        "x-wc-webhook-delivery-id": delivery,
    }
    return Incoming(headers, raw)


def received(incoming: Incoming, *secrets: str) -> Delivery:
    found = WooCommercePlatform.receive(incoming, secrets or (SECRET,))
    assert found is not None
    return found


def hints(topic: str, body: Any) -> list[Hint]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(WooCommercePlatform.hints(topic, raw))


def state(number: int = 5, **more: Any) -> dict[str, Any]:
    return {"id": number, "date_modified_gmt": "2026-11-21T12:00:00", **more}


def test_the_unsigned_ping_is_greeted() -> None:
    assert WooCommercePlatform.receive(PING, (SECRET,)) is None


@pytest.mark.parametrize("body", [b"webhook_id=", b"webhook_id=1&x=2", b"webhook_id=1\n", b""])
def test_nothing_but_a_ping_passes_unsigned(body: bytes) -> None:
    with pytest.raises(BadSignature):
        WooCommercePlatform.receive(Incoming(PING.headers, body), (SECRET,))


def test_a_ping_with_the_headers_of_an_event_is_no_ping() -> None:
    headers = {**PING.headers, "x-wc-webhook-topic": "product.updated"}

    with pytest.raises(BadSignature):
        WooCommercePlatform.receive(Incoming(headers, PING.body), (SECRET,))


def test_a_signed_event_is_taken() -> None:
    found = received(signed("product.updated", state()))

    assert (found.topic, found.resource) == ("product.updated", "5")


def test_an_edited_body_is_refused() -> None:
    told = signed("product.updated", state())

    with pytest.raises(BadSignature):
        received(Incoming(told.headers, told.body.replace(b"5", b"6")))


@pytest.mark.parametrize("signature", ["", "not base64", "é", "AAAA"])
def test_an_odd_signature_is_refused(signature: str) -> None:
    told = signed("product.updated", state())
    headers = {**told.headers, "x-wc-webhook-signature": signature}

    with pytest.raises(BadSignature):
        received(Incoming(headers, told.body))


def test_an_empty_secret_signs_nothing() -> None:
    with pytest.raises(BadSignature):
        received(signed("product.updated", state(), secret=""), "")


def test_an_older_secret_still_opens_during_a_rotation() -> None:
    assert received(signed("product.updated", state(), secret="old"), "new", "old")


def test_two_bodies_with_one_delivery_id_are_two_events() -> None:
    """Trap 1: the shop makes the id of the second in which it sends."""
    one = received(signed("product.updated", state(stock_quantity=1)))
    other = received(signed("product.updated", state(stock_quantity=0)))

    assert one.dedupe_key != other.dedupe_key


def test_a_replay_is_the_same_event() -> None:
    told = signed("product.updated", state())
    again = signed("product.updated", state(), delivery="d2")

    assert received(told).dedupe_key == received(again).dedupe_key


def test_a_deletion_may_happen_again_later() -> None:
    first = received(signed("product.deleted", {"id": 5}))
    replay = received(signed("product.deleted", {"id": 5}))
    later = received(signed("product.deleted", {"id": 5}, delivery="d2"))

    assert first.dedupe_key == replay.dedupe_key
    assert first.dedupe_key != later.dedupe_key


def test_an_error_in_place_of_an_order_survives() -> None:
    """Trap 4: signed, with the topic of an order, and no order in it."""
    error = {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID.", "data": {}}

    found = received(signed("order.created", error))

    assert (found.resource, hints("order.created", error)) == ("", [Hint(HintKind.NOTHING)])


def test_a_changed_product_is_read_again() -> None:
    assert hints("product.updated", state()) == [Hint(HintKind.PRODUCT, "5")]


def test_a_changed_variation_leads_to_its_parent() -> None:
    """The parent itself sends nothing when a variation changes."""
    found = hints("product.updated", state(108, type="variation", parent_id=107))

    assert found == [Hint(HintKind.PRODUCT, "107"), Hint(HintKind.VARIANT, "108")]


def test_a_deleted_id_may_be_a_product_or_a_variation() -> None:
    """Trap 3: it may even be an order; the API has the last word."""
    found = hints("product.deleted", {"id": 77})

    assert found == [Hint(HintKind.PRODUCT, "77"), Hint(HintKind.VARIANT, "77")]


@pytest.mark.parametrize("event", ["created", "updated", "deleted", "restored"])
def test_an_order_is_an_order(event: str) -> None:
    assert hints(f"order.{event}", {"id": 7}) == [Hint(HintKind.ORDER, "7")]


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("customer.updated", state()),
        ("coupon.created", state()),
        ("action.woocommerce_low_stock", {"action": "woocommerce_low_stock", "arg": []}),
        ("product.updated", {"id": "abc"}),
        ("product.updated", {"id": -4}),
        ("product.updated", []),
        ("product.updated", None),
        ("product.updated", b"\xff"),
        ("product.updated", b""),
        ("", {}),
    ],
)
def test_whatever_else_comes_is_nothing(topic: str, body: Any) -> None:
    assert hints(topic, body) == [Hint(HintKind.NOTHING)]
