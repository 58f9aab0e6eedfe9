"""Recordings of a real WooCommerce 11.0.1: read right, down to facts and digests.

They are GPL and stay outside: nothing of their texts is here, only ids, codes, prices and stock.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connector.model.document import compose
from connector.model.product import Product
from connector.platforms.woocommerce import WooCommercePlatform
from connector.platforms.woocommerce.payload import PRODUCT_FIELDS, VARIATION_FIELDS
from tests.kit.shops.woo import NOON, Open, incoming, opened

DATA = Path(__file__).parents[4] / "shared" / "data" / "woocommerce" / "open"
DIGESTS = {
    "10": "14adc1d64549",
    "11": "c8e18ec47e34",
    "12": "8b3ad7de4aea",
    "13": "f7949e1172a7",
    "14": "5db54a2cfa13",
    "15": "1c053592ed6d",
    "16": "49a1bd657248",
    "17": "b2c03eebc416",
    "18": "fd801ffde57a",
    "19": "7e1d762b7c2f",
    "20": "12982c23c62b",
    "21": "994d83425c98",
    "22": "f05a7f314dfa",
    "23": "e7c840c14673",
    "30": "f574f3d5f5c4",
    "31": "a7321db9db4a",
    "32": "2ee28293fee5",
    "33": "d3b3e32f4457",
    "59": "8ba1373f76da",
    "61": "ecf1e1b52b5f",
    "62": "eb8a85b615cc",
    "63": "9d0d61ded5de",
    "64": "775bf8a10e36",
    "65": "a20352728d02",
    "66": "f2c53379727b",
    "68": "35ce57a47494",
    "69": "971642d0c8a2",
    "71": "7a97609458cb",
}
"""The beginning of SHA-256 over each canonical product, the address of the server left out."""

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="the recordings of a real shop are not here"),
]


def exchange(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def body(name: str) -> Any:
    return exchange(name)["response"]["body"]


class Letter:
    """A message as the real shop sent it."""

    def __init__(self, path: Path) -> None:
        told = json.loads(path.read_text(encoding="utf-8"))
        self.headers = dict(told["headers"])
        self.body = told["body_text"].encode()
        self.secret = told["secret"]


def letters() -> list[Letter]:
    return [Letter(path) for path in sorted((DATA / "webhooks" / "received").glob("*.json"))]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    folder = tmp_path_factory.mktemp("shared")
    with opened(folder, identity="https://open.example", data=DATA) as found:
        yield found


@pytest.fixture(scope="module")
def products(shop: Open) -> dict[str, Product]:
    return shop.products()


def test_the_real_shop_tells_every_field_that_is_read() -> None:
    product, variation = body("rest/products_p1")[0], body("rest/variations_all")[0]

    assert set(PRODUCT_FIELDS) <= set(product)
    assert set(VARIATION_FIELDS) <= set(variation)


def test_every_product_is_read(products: dict[str, Product]) -> None:
    assert sorted(map(int, products)) == [
        *range(10, 24),
        *range(30, 34),
        59,
        *range(61, 67),
        68,
        69,
        71,
    ]


def test_prices_are_right(products: dict[str, Product]) -> None:
    told = {
        key: [(one.price_at(NOON).amount, one.tax_rate) for v in each.variants for one in v.offers]
        for key, each in products.items()
    }

    assert {key: told[key] for key in ("12", "14", "33", "59", "61", "68", "69")} == {
        "12": [(4500, "21")],
        "14": [(1800, "21")],
        "33": [(1105, "21")],
        "59": [(995, "21")],
        "61": [(2400, "9")],
        "68": [(0, "21")],
        "69": [(799, "9")],
    }
    assert sorted(told["11"]) == [(4200, "21"), (4500, "21"), (4500, "21"), (4500, "21")]


def test_stock_is_right(products: dict[str, Product]) -> None:
    told = {
        one.external_id: (level.available, level.availability_here().value, level.pool)
        for each in products.values()
        for one in each.variants
        for level in one.inventory
    }

    assert {key: told[key] for key in ("12", "59", "61", "62", "63", "72", "74", "75")} == {
        "12": (None, "IN_STOCK", None),
        "59": (6, "IN_STOCK", None),
        "61": (-1, "OUT_OF_STOCK", None),
        "62": (-1, "OUT_OF_STOCK", None),
        "63": (-3, "BACKORDER", None),
        "72": (2, "IN_STOCK", None),
        "74": (20, "IN_STOCK", "71"),
        "75": (20, "IN_STOCK", "71"),
    }


def test_the_variation_that_fits_any_material_says_so(products: dict[str, Product]) -> None:
    (found,) = [one for one in products["71"].variants if one.external_id == "75"]

    assert {None in {choice.value for choice in found.options}, len(found.options)} == {True, 2}


def test_nothing_hidden_is_publishable(products: dict[str, Product]) -> None:
    withheld = {
        key: [reason.value for reason in found.reasons]
        for key, each in products.items()
        if (found := compose(each, {}, NOON).document.publication).reasons
    }

    assert withheld == {
        "18": ["UNLISTED"],
        "32": ["NO_PRICE"],
        "33": ["NOT_PURCHASABLE"],
        "64": ["DRAFT"],
        "65": ["PRIVATE"],
        "66": ["UNLISTED"],
    }


def test_barcodes_are_judged(products: dict[str, Product]) -> None:
    told = {key: each.variants[0].gtin for key, each in products.items() if each.variants}

    found = {key: gtin.reason for key, gtin in told.items() if gtin}
    assert found == {"59": None, "61": "bad_check_digit", "71": None}


def test_every_product_reads_to_the_letter_as_it_did(
    shop: Open, products: dict[str, Product]
) -> None:
    found = {
        key: sha256(msgspec.json.encode(each).replace(shop.served.url.encode(), b"")).hexdigest()
        for key, each in products.items()
    }

    assert {key: digest[:12] for key, digest in found.items()} == DIGESTS


def test_every_message_of_the_real_shop_is_taken() -> None:
    taken = [WooCommercePlatform.receive(incoming(letter), [letter.secret]) for letter in letters()]

    assert (len(taken), sum(each is None for each in taken)) == (87, 21)


def test_messages_that_share_a_delivery_id_are_all_kept() -> None:
    """Trap 1: six ids of the real shop stand on up to three different bodies each."""
    keys: dict[str, dict[bytes, str]] = {}
    for letter in letters():
        found = WooCommercePlatform.receive(incoming(letter), [letter.secret])
        if found:
            delivery_id = letter.headers["X-WC-Webhook-Delivery-ID"]
            keys.setdefault(delivery_id, {})[letter.body] = found.dedupe_key

    shared = [set(by_body.values()) for by_body in keys.values() if len(by_body) > 1]
    assert sorted(map(len, shared)) == [2, 2, 2, 2, 2, 3]


def test_a_deleted_order_of_the_real_shop_looks_like_a_product() -> None:
    """Trap 3."""
    told = [
        (each.topic, each.resource)
        for letter in letters()
        if (each := WooCommercePlatform.receive(incoming(letter), [letter.secret]))
    ]

    assert ("product.deleted", "77") in told
    assert ("order.deleted", "77") in told


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("auth_bad_key", 401, "woocommerce_rest_authentication_error"),
        ("auth_basic_on_plain_http", 401, "woocommerce_rest_cannot_view"),
        ("not_found_product", 404, "woocommerce_rest_product_invalid_id"),
        ("not_found_route", 404, "rest_no_route"),
    ],
)
def test_the_codes_we_go_by_are_those_of_the_real_shop(name: str, status: int, code: str) -> None:
    response = exchange(f"errors/{name}")["response"]

    assert (response["status"], response["body"]["code"]) == (status, code)
