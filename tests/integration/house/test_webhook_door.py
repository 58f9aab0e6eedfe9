"""The door for webhooks: whom it lets in, what it keeps, and how soon it answers."""

import base64
import hashlib
import hmac
import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from connector.store import connections, merchants, tables
from connector.store.connections import Shopfront
from connector.store.merchants import Merchant
from connector.webhooks import inbox_owner
from regie.demo.shopify import HAFEN_UND_HOF
from tests.kit.shops.fakes import HandClock
from tests.kit.shops.street import Home, Letter, moved_in, silence

RECORDED = sorted((HAFEN_UND_HOF / "webhooks").glob("*.json"))
SECRET = json.loads((HAFEN_UND_HOF / "responses" / "signature_vectors.json").read_bytes())["secret"]
DOMAIN = "hafen-und-hof.myshopify.com"
PAN_SECRET, OTHER_SECRET = "groene-pan" * 3, "andere-pan" * 3


@pytest.fixture
def home(tmp_path: Path, database_url: str) -> Iterator[Home]:
    """A merchant with one Shopify and two WooCommerce shops, none of which can be reached."""
    with silence(), moved_in() as move_in:
        found = move_in(tmp_path / "home", database_url, HandClock())
        with found.house.database.write() as connection:
            merchants.add(connection, Merchant("mer_1", "Hafen & Hof", {}), 0)
        keep(found, "con_hafen", "shopify", DOMAIN, SECRET)
        keep(found, "con_pan", "woocommerce", "https://pan.example", PAN_SECRET)
        keep(found, "con_other", "woocommerce", "https://other.example", OTHER_SECRET)
        yield found


def keep(
    home: Home, name: str, platform: str, shop: str, secret: str, merchant: str = "mer_1"
) -> None:
    front = Shopfront(merchant, name, platform, shop, None, "active", *[None] * 8)
    with home.house.database.write() as connection:
        connections.put(connection, front, {"access_token": "t"}, secret, home.house.box, 0)


def recorded(name: str) -> Letter:
    found = json.loads((HAFEN_UND_HOF / "webhooks" / f"{name}.json").read_bytes())
    body = (HAFEN_UND_HOF / "webhooks" / found["body_file"]).read_bytes()
    return Letter("/webhooks/shopify", body, found["headers"])


def signature(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def hafen(
    body: bytes, topic: str = "products/update", *, secret: str = SECRET, **more: str
) -> Letter:
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": signature(secret, body),
        "X-Shopify-Shop-Domain": more.get("shop", DOMAIN),
        "X-Shopify-Event-Id": more.get("event", "e1"),
    }
    return Letter("/webhooks/shopify", body, headers)


def pan(
    body: bytes, topic: str = "product.updated", *, secret: str = PAN_SECRET, to: str = "con_pan"
) -> Letter:
    headers = {
        "Content-Type": "application/json",
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Signature": signature(secret, body),
        "X-WC-Webhook-Delivery-ID": "d1",
    }
    return Letter(f"/webhooks/woocommerce/{to}", body, headers)


def held(home: Home) -> list[bytes]:
    """Return what was kept, opened: it lies sealed, for it may tell of a person."""
    bodies = home.column(tables.inbox, "body")
    owners = map(inbox_owner, home.column(tables.inbox, "connection_id"))
    box = home.house.box
    return [box.open(bytes(body), owner) for body, owner in zip(bodies, owners, strict=True)]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_webhooks_are_answered_as_shopify_expects(home: Home, path: Path) -> None:
    expected = json.loads(path.read_bytes())["expect"]

    status = home.receive(recorded(path.stem))

    assert (expected, status) in {("2xx", 200), ("401", 401)}


def test_the_same_event_twice_is_kept_once(home: Home) -> None:
    first, again = recorded("products_update"), recorded("products_update_duplicate_delivery")

    statuses = home.receive(first), home.receive(again)

    assert (statuses, len(held(home))) == ((200, 200), 1)


@pytest.mark.parametrize(
    "body", [b"{}", b"[" * 200_000, b"\xff\xfe", b""], ids=["plain", "deep", "no-text", "empty"]
)
@pytest.mark.parametrize("forged", ["bm90IGl0", "no base64!", "", None])
def test_a_forged_webhook_is_refused_whatever_it_says(
    home: Home, body: bytes, forged: str | None
) -> None:
    letter = hafen(body)
    del letter.headers["X-Shopify-Hmac-Sha256"]
    if forged is not None:
        letter.headers["X-Shopify-Hmac-Sha256"] = forged

    assert (home.receive(letter), held(home)) == (401, [])


def test_an_unknown_shop_learns_nothing_that_a_forger_does_not(home: Home) -> None:
    stranger = hafen(b"{}", shop="stranger.myshopify.com")
    forger = hafen(b"{}", secret="wrong")

    answers = [
        home.client.post(it.path, data=it.body, headers=it.headers) for it in (stranger, forger)
    ]

    assert len({(it.status_code, it.data, tuple(it.headers)) for it in answers}) == 1
    assert answers[0].status_code == 401


def test_a_shop_is_known_by_its_name_in_any_case(home: Home) -> None:
    assert home.receive(hafen(b"{}", shop=DOMAIN.title())) == 200


def test_a_body_beyond_all_measure_is_refused(home: Home) -> None:
    answer = home.client.post("/webhooks/shopify", data=b"x" * (8 * 1024 * 1024 + 1))

    assert (answer.status_code, answer.text) == (413, "webhook_too_large")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_busy_database_lets_the_platform_try_again(home: Home) -> None:
    path = home.house.database.path
    assert path is not None
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    refused = home.receive(hafen(b"{}"))
    other.execute("ROLLBACK")
    other.close()

    assert (refused, home.receive(hafen(b"{}"))) == (503, 200)


def test_the_unsigned_ping_of_woocommerce_is_answered_with_200_exactly(home: Home) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    status = home.receive(Letter("/webhooks/woocommerce/con_pan", b"webhook_id=1", form))

    assert (status, held(home)) == (200, [])


def test_two_bodies_under_one_delivery_id_are_both_kept(home: Home) -> None:
    bodies = [
        b'{"id":7,"date_modified_gmt":"2026-11-21T12:00:00","price":"%d"}' % it for it in (1, 2)
    ]

    statuses = [home.receive(pan(body)) for body in bodies]

    assert (statuses, sorted(held(home))) == ([200, 200], bodies)


def test_what_a_webhook_says_lies_sealed(home: Home) -> None:
    home.receive(pan(b'{"id":7,"billing":{"first_name":"Saskia"}}'))

    (body,) = home.column(tables.inbox, "body")
    assert b"Saskia" not in bytes(body)


def test_a_replayed_body_is_kept_once(home: Home) -> None:
    letter = pan(b'{"id":7,"date_modified_gmt":"2026-11-21T12:00:00"}')

    statuses = [home.receive(letter) for _ in range(3)]

    assert (statuses, len(held(home))) == ([200, 200, 200], 1)


def test_an_edited_body_is_refused(home: Home) -> None:
    letter = pan(b'{"id":7}')

    assert home.receive(Letter(letter.path, b'{"id":8}', letter.headers)) == 401


@pytest.mark.parametrize("topic", ["order.created", "product.updated", "product.deleted"])
def test_an_error_in_place_of_the_news_disturbs_nobody(home: Home, topic: str) -> None:
    body = b'{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{}}'

    home.receive(pan(body, topic))
    home.worker._events()

    assert home.states() == {"done": 1}


def test_the_secret_of_one_shop_does_not_open_another(home: Home) -> None:
    letter = pan(b'{"id":7}', secret=PAN_SECRET, to="con_other")

    assert (home.receive(letter), held(home)) == (401, [])


def test_a_woocommerce_door_of_a_shopify_shop_stays_shut(home: Home) -> None:
    assert home.receive(pan(b'{"id":7}', secret=SECRET, to="con_hafen")) == 401


def test_of_two_merchants_with_one_shop_only_the_one_with_the_right_secret_gets_the_news(
    home: Home,
) -> None:
    with home.house.database.write() as connection:
        merchants.add(connection, Merchant("mer_2", "Somebody else", {}), 0)
    keep(home, "con_theirs", "shopify", DOMAIN, "another app", merchant="mer_2")

    status = home.receive(hafen(b"{}"))

    assert (status, home.column(tables.inbox, "connection_id")) == (200, ["con_hafen"])


def test_two_merchants_with_one_shop_both_get_the_news(home: Home) -> None:
    with home.house.database.write() as connection:
        merchants.add(connection, Merchant("mer_2", "Sister house", {}), 0)
    keep(home, "con_sister", "shopify", DOMAIN, SECRET, merchant="mer_2")

    home.receive(hafen(b"{}"))

    assert sorted(home.column(tables.inbox, "connection_id")) == ["con_hafen", "con_sister"]


def test_while_secrets_change_both_open_the_door(home: Home) -> None:
    keep(home, "con_hafen", "shopify", DOMAIN, f"new\n{SECRET}")

    assert home.receive(hafen(b"{}")) == 200


def test_what_proves_identity_is_neither_stored_nor_logged(home: Home) -> None:
    letters = [hafen(b'{"id":1}'), pan(b'{"id":7}'), hafen(b"{}", secret="wrong")]

    with structlog.testing.capture_logs() as entries:
        for letter in letters:
            home.receive(letter)

    kept = f"{entries} {home.column(tables.inbox, 'headers')}"
    proofs = [
        letter.headers.get("X-Shopify-Hmac-Sha256") or letter.headers["X-WC-Webhook-Signature"]
        for letter in letters
    ]
    leaked = [it for it in (*proofs, SECRET, PAN_SECRET) if it in kept]
    assert (len(entries), leaked) == (3, [])


def test_three_hundred_webhooks_are_each_answered_within_a_second(home: Home) -> None:
    body = recorded("products_update").body
    took = []

    for number in range(300):
        started = time.perf_counter()
        assert home.receive(hafen(body, event=f"e{number}")) == 200
        took.append(time.perf_counter() - started)

    assert sorted(took)[296] < 1.0


def test_where_no_secret_is_known_nothing_is_let_in(home: Home) -> None:
    keep(home, "con_hafen", "shopify", DOMAIN, "")

    assert home.receive(hafen(b'{"id": 1}', secret="")) == 401
